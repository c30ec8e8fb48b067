"""What can become of a task on a worker: the words that the parts of the executor share."""

from typing import Any

DONE = "done"  # with the result
FAILED = "failed"  # with the exception that the function raised
REFUSED = "refused"  # with the reason why the worker may not do it
DIED = "died"  # with how the process of the task ended
LEFT = "left"  # the worker closes, or the task is not wanted any more

Answer = tuple[str, Any]
