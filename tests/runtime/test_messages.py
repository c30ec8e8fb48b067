import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from sdmvae.runtime.messages import exit_on, print_done
from tests.support import PROJECT
from tests.support.small_project import PARAMETERS, speak

pytestmark = pytest.mark.slow


def test_an_expected_error_becomes_one_line():
    with pytest.raises(SystemExit) as caught, exit_on(ValueError):
        raise ValueError("params.yaml: seed:\n  'one'")
    assert caught.value.code == "error: params.yaml: seed: 'one'"


def test_an_error_of_the_file_system_becomes_one_line_with_the_path():
    with pytest.raises(SystemExit) as caught, exit_on():
        Path("/nowhere/at all").read_bytes()
    assert caught.value.code == "error: /nowhere/at all: No such file or directory"


def test_an_unexpected_error_stays_what_it_is():
    with pytest.raises(ZeroDivisionError), exit_on(KeyError):
        1 / 0  # noqa: B018


def test_an_interrupt_becomes_one_line_and_status_130(capsys):
    with pytest.raises(SystemExit) as caught, exit_on():
        raise KeyboardInterrupt
    assert caught.value.code == 130
    assert capsys.readouterr() == ("", "interrupted\n")


def test_the_last_line_says_what_was_done_and_where(capsys):
    print_done("score vae-m32: 40 utterances", Path("data/scores"), Path("metrics"))
    printed = capsys.readouterr().out
    assert printed.startswith("score vae-m32: 40 utterances, ")
    assert printed.endswith(" s -> data/scores, metrics\n")


@contextmanager
def started(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run Python in a process group of its own, as a shell runs a command."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def check_interrupted(
    process: subprocess.Popen[str], send: Callable[[int, int], None] = os.killpg
) -> None:
    """Send SIGINT to the process group, as Ctrl-C does, and check how the process ends."""
    send(process.pid, signal.SIGINT)
    start = time.monotonic()
    assert process.stderr.read() == "interrupted\n"
    assert process.wait() == 130
    assert time.monotonic() - start < 20
    while process_group_exists(process.pid):
        assert time.monotonic() - start < 40, "a process of the group goes on"
        time.sleep(0.01)


def process_group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_ends_a_stage_that_imports_its_libraries(tmp_path):
    with started("-m", "stages.train", "vae-m32", folder=tmp_path) as process:
        while "numpy" not in Path(f"/proc/{process.pid}/maps").read_text():
            time.sleep(0.01)
        check_interrupted(process)


def test_a_background_job_goes_on_after_ctrl_c_as_the_shell_intends(tmp_path):
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.argv = ['-m'];"
        "import stages, os; from sdmvae.runtime.messages import exit_on;"
        "from sdmvae.runtime.workers import map_processes\n"
        'work = \'__import__("os").kill(__import__("os").getpid(), 2) or 1\'\n'
        "with exit_on():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    print(list(map_processes(eval, [work], 1))[0][1])"
    )
    with started("-c", script, folder=tmp_path) as process:
        assert process.stdout.read() == "1\n"
        assert process.wait() == 0


WORKING = """
import sys, threading, time
from sdmvae.runtime.messages import exit_on
from sdmvae.runtime.workers import map_processes

if __name__ == "__main__":
    if sys.argv[1] == "forkserver":
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    work = "__import__('os').write(1, b'working' + bytes([10])) and __import__('time').sleep(600)"
    with exit_on():
        for _ in map_processes(eval, [work] * 20, 2):
            pass
"""


@pytest.mark.parametrize("start_method", ["fork", "forkserver"])
def test_ctrl_c_ends_workers_that_are_busy(tmp_path, start_method):
    (tmp_path / "work.py").write_text(WORKING)
    with started("work.py", start_method, folder=tmp_path) as process:
        assert [process.stdout.readline() for _ in range(2)] == ["working\n"] * 2
        check_interrupted(process)


def test_a_sigint_to_the_main_process_alone_ends_its_workers_too(tmp_path):
    (tmp_path / "work.py").write_text(WORKING)
    with started("work.py", "fork", folder=tmp_path) as process:
        assert [process.stdout.readline() for _ in range(2)] == ["working\n"] * 2
        check_interrupted(process, send=os.kill)


WAITING = """
import sys, threading, time
from sdmvae.runtime.messages import exit_on
from sdmvae.runtime.workers import map_processes

if __name__ == "__main__":
    if sys.argv[1] == "forkserver":
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    with exit_on():
        for _ in map_processes(eval, ["1"] * 20, 2):
            print("waiting", flush=True)
            time.sleep(600)
"""


@pytest.mark.parametrize("start_method", ["fork", "forkserver"])
def test_ctrl_c_ends_workers_that_wait_for_work(tmp_path, start_method):
    (tmp_path / "work.py").write_text(WAITING)
    with started("work.py", start_method, folder=tmp_path) as process:
        assert process.stdout.readline() == "waiting\n"
        check_interrupted(process)


@pytest.mark.parametrize("delay", [0, 0.002, 0.005, 0.01, 0.02, 0.05])
def test_ctrl_c_ends_workers_that_start(tmp_path, delay):
    (tmp_path / "work.py").write_text(
        WORKING.replace("for _ in", "print('go', flush=True)\n        for _ in")
    )
    with started("work.py", "fork", folder=tmp_path) as process:
        assert process.stdout.readline() == "go\n"
        time.sleep(delay)
        check_interrupted(process)


def test_ctrl_c_ends_a_stage_with_workers_and_leaves_the_old_output(tmp_path):
    speak(tmp_path / "data/speech/train/a.wav", seed=1)
    rows = pd.DataFrame({"split": "train", "path": ["a.wav"] * 20_000})
    rows.to_csv(tmp_path / "data/manifest.csv", index=False)
    (tmp_path / "data/frames").mkdir()
    (tmp_path / "data/frames/old").write_text("old")
    shutil.copy(PARAMETERS, tmp_path / "params.yaml")
    with started("-m", "stages.features", folder=tmp_path) as process:
        while not list((tmp_path / "data").glob(".frames.*.part/*.part")):
            assert process.poll() is None
            time.sleep(0.01)
        check_interrupted(process)
    assert [path.name for path in (tmp_path / "data/frames").iterdir()] == ["old"]
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "frames",
        "manifest.csv",
        "speech",
    ]
