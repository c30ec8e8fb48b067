"""The command that runs the cells side by side, with a small program in place of Python."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.run_all import deal
from tests.support import PROJECT
from tests.support.small_project import PARAMETERS
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

# It writes its arguments into a log. With a pattern in SLEEPS or FAILS that matches its arguments,
# it sleeps until the file `go` exists, or fails.
PYTHON = """\
#!/bin/sh
shift
echo "$*" >> log
case "$*" in $FAILS) exit 3;; esac
case "$*" in $SLEEPS) echo $$ >> sleeping; while [ ! -e go ]; do sleep 0.05; done;; esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with parameters and with the program in place of Python."""
    shutil.copy(PARAMETERS, tmp_path / "params.yaml")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text(PYTHON)
    (tmp_path / "bin/python").chmod(0o755)
    return tmp_path


def start(
    folder: Path, *arguments: str, sleeps: str = "none", fails: str = "none"
) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
        "SLEEPS": sleeps,
        "FAILS": fails,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "stages.run_all", *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def sleeping(folder: Path) -> list[int]:
    """Return the processes that sleep in place of DVC, or slept before they ended."""
    path = folder / "sleeping"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_cells_are_dealt_out_there_and_back():
    assert deal(["a", "b", "c", "d", "e"], 2) == [["a", "d", "e"], ["b", "c"]]
    assert deal(["a", "b"], 1) == [["a", "b"]]
    assert deal(["a", "b"], 8) == [["a"], ["b"]]


def test_the_stages_of_all_cells_run_between_the_others(folder):
    process = start(folder, "2")
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    first, *cells, last = (folder / "log").read_text().splitlines()
    assert first == "stages.dvc_repro features targets variants code"
    assert last == "stages.dvc_repro"
    assert sorted(cells) == [
        "stages.dvc_repro -s train@vae-m4-0 resynthesize@vae-m4-0 score@vae-m4-0 "
        "probe@vae-m4-0 train@vsc-a50-m8-0 resynthesize@vsc-a50-m8-0 score@vsc-a50-m8-0 "
        "probe@vsc-a50-m8-0",
        "stages.dvc_repro -s train@vsc-a50-m4-0 resynthesize@vsc-a50-m4-0 score@vsc-a50-m4-0 "
        "probe@vsc-a50-m4-0 train@vae-m8-0 resynthesize@vae-m8-0 score@vae-m8-0 probe@vae-m8-0",
    ]


def test_the_first_failure_ends_the_other_cells_and_gives_its_status(folder):
    process = start(folder, "2", sleeps="*train@vae-m4*", fails="*train@vsc-a50-m4*")
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (3, "")
    assert not any(map(alive, sleeping(folder)))
    assert "stages.dvc_repro" not in (folder / "log").read_text().splitlines()


@pytest.mark.parametrize(
    ("number", "status", "message"),
    [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")],
)
def test_a_signal_ends_everything_with_one_line_at_most(folder, number, status, message):
    process = start(folder, "2", sleeps="*train@*")
    wait_until(lambda: len(sleeping(folder)) == 2, seconds=60)
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (status, message)
    assert not any(map(alive, sleeping(folder)))


def test_a_second_run_in_the_same_folder_says_that_it_waits(folder):
    first = start(folder, "1", sleeps="*features*")
    wait_until(lambda: len(sleeping(folder)) == 1, seconds=60)
    second = start(folder, "1")
    assert second.stdout is not None
    assert second.stdout.readline() == "another run is working in this folder; waiting\n"
    assert len((folder / "log").read_text().splitlines()) == 1
    (folder / "go").touch()
    assert first.communicate(timeout=60)[0] == second.communicate(timeout=60)[0] == ""
    assert (first.returncode, second.returncode) == (0, 0)
    assert len((folder / "log").read_text().splitlines()) == 6


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5"])
def test_a_wrong_number_of_jobs_is_refused_in_one_line(folder, jobs):
    process = start(folder, jobs)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output.startswith(f"error: JOBS: '{jobs}': ") and output.count("\n") == 1
    assert not (folder / "log").exists()


def test_wrong_parameters_are_refused_in_one_line(folder):
    (folder / "params.yaml").write_text("stft: 1\n")
    process = start(folder, "1")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output.startswith("error: params.yaml: ") and output.count("\n") == 1


def test_a_wrong_address_of_a_scheduler_is_refused_in_one_line_before_anything_runs(
    folder, monkeypatch
):
    monkeypatch.setenv("SDMVAE_SCHEDULER", "somewhere")
    for jobs in ([], ["2"]):
        process = start(folder, *jobs)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert output.startswith("error: SDMVAE_SCHEDULER: 'somewhere': give the address")
        assert output.count("\n") == 1
    assert not (folder / "log").exists()
