"""The process that works on one task, started by a worker of Dask in the project folder.

It reads the task from its standard input, and writes the answer to its standard output. What the
task itself prints goes to the standard error.
"""

import os
import pickle
import signal
import sys
import traceback
from typing import Any

from sdmvae.runtime.cluster import facts
from sdmvae.runtime.cluster.answers import DONE, FAILED, REFUSED, Answer
from sdmvae.runtime.determinism import pin_arithmetic
from sdmvae.runtime.orphans import end_with_parent


def main() -> None:
    """Answer the one task."""
    end_with_parent(int(sys.argv[1]))
    # Only the worker ends this process. A Ctrl-C is for the program that the worker runs in.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    pin_arithmetic()
    answer_file = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    message = pickle.load(sys.stdin.buffer)
    with answer_file:
        answer_file.write(_pack(answer(*message)))


def answer(here: facts.Facts, paths: list[str], task: bytes) -> Answer:
    """Check that the task can be done as well as on the client, and do it.

    Args:
        here: The facts of the client.
        paths: Files that the client sees, and that this machine must see too.
        task: A pickled function with its arguments; without it, nothing is done after the check.

    Returns:
        What became of the task, and the result, the exception or the reason of a refusal.
    """
    difference = facts.find_difference(facts.gather(), here)
    if difference:
        return REFUSED, difference
    for path in paths:
        if not os.path.lexists(path):
            return REFUSED, f"it does not see {path}"
    if not task:
        return DONE, None
    try:
        function, arguments = pickle.loads(task)
        return DONE, function(*arguments)
    except Exception as error:
        error.add_note(f"On the worker:\n{traceback.format_exc()}")
        return FAILED, error


def _pack(outcome: Answer) -> bytes:
    """Pickle an answer; an exception that cannot be pickled is replaced by its text."""
    kind, value = outcome
    try:
        packed = pickle.dumps(outcome, protocol=5)
        if kind == FAILED:
            pickle.loads(packed)
    except Exception as error:
        text: Any = value if kind == FAILED else error
        return pickle.dumps((FAILED, RuntimeError(f"{type(text).__name__}: {text}")))
    return packed


if __name__ == "__main__":
    main()
