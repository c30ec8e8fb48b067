"""What runs inside a worker of Dask: it starts the process of a task, and watches over it.

The text of this file is sent to the workers, which may have no project and another Python. So it
imports nothing of the project, and returns nothing but plain values.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

CHILD = "sdmvae.runtime.cluster.child"
NOT_PASSED_ON = ("SDMVAE_SCHEDULER", "PYTHONPATH", "PYTHONHOME")
SECONDS_BETWEEN_LOOKS = 0.5


def work(folder: str, message: bytes, topic: str) -> tuple[str, Any, str]:
    """Let a process in the project folder work on a task.

    Args:
        folder: The project folder.
        message: What the process reads.
        topic: The topic of Dask under which each line that the process prints is logged. Without
            it, lines are not passed on, and the process may take a minute.

    Returns:
        What became of the task, more about it, and the address of the worker. The answer of the
        process is still pickled.
    """
    worker, key = _current_task() if topic else (None, "")
    address = worker.address if worker else ""
    if not Path(folder, *CHILD.split(".")).with_suffix(".py").exists():
        return "refused", f"it does not see the project in {folder}", address
    environment = {name: os.environ[name] for name in os.environ if name not in NOT_PASSED_ON}
    child = subprocess.Popen(
        [sys.executable, "-m", CHILD, str(os.getpid())],
        cwd=folder,
        env={
            **environment,
            "PYTHONHASHSEED": "0",
            "PYTHONUNBUFFERED": "1",
            "SDMVAE_MACHINE": socket.gethostname(),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    lines: list[str] = []
    answer: list[bytes] = []

    def feed(pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError), pipe:
            pipe.write(message)

    def pass_lines_on(pipe: IO[bytes]) -> None:
        for line in pipe:
            text = line.decode("utf-8", "replace").rstrip()
            lines.append(text)
            del lines[:-5]
            if worker:
                worker.log_event(topic, {"line": text})

    def read_answer(pipe: IO[bytes]) -> None:
        answer.append(pipe.read())

    assert child.stdin and child.stdout and child.stderr
    threads = [
        threading.Thread(target=feed, args=[child.stdin]),
        threading.Thread(target=pass_lines_on, args=[child.stderr]),
        threading.Thread(target=read_answer, args=[child.stdout]),
    ]
    for thread in threads:
        thread.start()
    left, looks = False, 0
    while child.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS_BETWEEN_LOOKS)
        looks += 1
        left = not _is_wanted(worker, key) if worker else looks * SECONDS_BETWEEN_LOOKS > 60
        if left:
            break
    # Processes that the child has started are in its session, and have its pipes open.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for thread in threads:
        thread.join()
    child.stdout.close()
    child.stderr.close()
    if left:
        return "left", "", address
    if child.returncode or not answer[0]:
        how = f"signal {-child.returncode}" if child.returncode < 0 else f"exit {child.returncode}"
        return "died", f"{how}{': ' if lines else ''}{lines[-1] if lines else ''}", address
    return "answered", answer[0], address


def _current_task() -> tuple[Any, Any]:
    from distributed import get_worker

    worker = get_worker()
    return worker, worker.get_current_task()


def _is_wanted(worker: Any, key: Any) -> bool:
    """Tell whether the worker goes on and nobody has cancelled the task."""
    task = worker.state.tasks.get(key)
    return worker.status.name == "running" and task is not None and task.state != "cancelled"
