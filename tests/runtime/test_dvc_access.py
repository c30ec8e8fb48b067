"""DVC's record of which process reads or writes which output."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sdmvae.runtime.dvc_access import forget_ended


@pytest.fixture
def running() -> Iterator[int]:
    """Return the number of a running process whose command line names DVC."""
    yield from wait_for_input("dvc")


@pytest.fixture
def other() -> Iterator[int]:
    """Return the number of a running process that has nothing to do with DVC."""
    yield from wait_for_input("other")


def wait_for_input(name: str) -> Iterator[int]:
    wait = [sys.executable, "-c", "import sys; sys.stdin.read()", name]
    with subprocess.Popen(wait, stdin=subprocess.PIPE) as process:
        yield process.pid


@pytest.fixture
def zombie() -> Iterator[int]:
    """Return the number of a process that has ended, and that its parent has not waited for."""
    process = subprocess.Popen([sys.executable, "-c", "", "dvc"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    yield process.pid
    process.wait()


def info(pid: int) -> dict[str, object]:
    return {"pid": pid, "cmd": "dvc repro"}


def test_only_running_processes_of_dvc_stay(tmp_path, running, zombie, other):
    record = tmp_path / "rwlock"
    known = {
        "read": {"a": [info(zombie), info(running)], "b": [info(zombie)]},
        "write": {"c": info(running), "d": info(zombie), "e": info(other)},
    }
    record.write_text(json.dumps(known))
    forget_ended(record)
    kept = {"read": {"a": [info(running)]}, "write": {"c": info(running)}}
    assert json.loads(record.read_text()) == kept


def test_a_process_that_is_gone_is_forgotten(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    record = tmp_path / "rwlock"
    record.write_text(json.dumps({"read": {}, "write": {"a": info(process.pid)}}))
    forget_ended(record)
    assert json.loads(record.read_text()) == {"read": {}, "write": {}}


@pytest.mark.parametrize("torn", ["", '{"read": {', "[]", '{"write": {"a": 1}}'])
def test_a_record_that_was_cut_off_is_removed(tmp_path, torn):
    record = tmp_path / "rwlock"
    record.write_text(torn)
    forget_ended(record)
    assert not record.exists()


def test_without_a_record_nothing_is_made(tmp_path):
    forget_ended(tmp_path / "rwlock")
    assert not list(tmp_path.iterdir())
