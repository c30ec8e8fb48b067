import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sdmvae.runtime.atomic import atomic_path
from tests.support import PROJECT


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else "folder"
        for path in folder.rglob("*")
    }


def fill(folder: Path, **texts: str) -> None:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)


def test_the_file_appears_only_at_the_end(tmp_path):
    target = tmp_path / "scores.json"
    with atomic_path(target) as part:
        part.write_text("new")
        assert part.parent == tmp_path
        assert not target.exists()
    assert tree(tmp_path) == {"scores.json": "new"}


def test_a_file_replaces_a_file(tmp_path):
    target = tmp_path / "scores.json"
    target.write_text("old")
    with atomic_path(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert tree(tmp_path) == {"scores.json": "new"}


@pytest.mark.parametrize("replace_folder", [False, True])
def test_a_folder_appears_where_nothing_was(tmp_path, replace_folder):
    with atomic_path(tmp_path / "frames", replace_folder=replace_folder) as part:
        fill(part, new="2")
    assert tree(tmp_path) == {"frames": "folder", "frames/new": "2"}


def test_a_folder_is_replaced_whole_when_the_caller_asks_for_it(tmp_path):
    target = tmp_path / "frames"
    fill(target, old="1", both="1")
    (target / "deeper").mkdir()
    with atomic_path(target, replace_folder=True) as part:
        fill(part, new="2", both="2")
        assert (target / "old").read_text() == "1"
    assert tree(target) == {"new": "2", "both": "2"}
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]


def test_a_folder_is_refused_before_the_block_runs(tmp_path):
    target = tmp_path / "speech"
    fill(target, precious="1")
    before = tree(tmp_path)
    with pytest.raises(IsADirectoryError, match="this is a folder") as caught, atomic_path(target):
        pytest.fail("the block runs")
    assert caught.value.filename == str(target)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("link", [False, True])
def test_a_file_does_not_replace_a_folder_even_when_folders_may_be_replaced(tmp_path, link):
    target = tmp_path / "speech"
    fill(tmp_path / "real" if link else target, precious="1")
    if link:
        target.symlink_to(tmp_path / "real")
    before = tree(tmp_path)
    with (
        pytest.raises(IsADirectoryError, match="this is a folder"),
        atomic_path(target, replace_folder=True) as part,
    ):
        part.write_text("a file")
    assert tree(tmp_path) == before
    assert target.is_symlink() == link


def test_a_folder_does_not_replace_a_file(tmp_path):
    target = tmp_path / "frames"
    target.write_text("precious")
    with pytest.raises(NotADirectoryError, match="this is a file") as caught:  # noqa: SIM117
        with atomic_path(target, replace_folder=True):
            pytest.fail("the block runs")
    assert caught.value.filename == str(target)
    with pytest.raises(NotADirectoryError, match="this is a file"), atomic_path(target) as part:
        fill(part, new="2")
    assert tree(tmp_path) == {"frames": "precious"}


@pytest.mark.parametrize("makes_folder", [False, True])
def test_a_folder_that_appears_while_the_block_runs_is_not_replaced(tmp_path, makes_folder):
    target = tmp_path / "out"
    with pytest.raises(IsADirectoryError, match="this is a folder"), atomic_path(target) as part:
        fill(target, precious="1")
        if makes_folder:
            fill(part, new="2")
        else:
            part.write_text("new")
    assert tree(tmp_path) == {"out": "folder", "out/precious": "1"}


def test_a_file_that_appears_while_the_block_makes_a_folder_is_not_replaced(tmp_path):
    target = tmp_path / "out"
    with (
        pytest.raises(NotADirectoryError, match="this is a file"),
        atomic_path(target, replace_folder=True) as part,
    ):
        target.write_text("precious")
        fill(part, new="2")
    assert tree(tmp_path) == {"out": "precious"}


@pytest.mark.parametrize("replace_folder", [False, True])
@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_path_without_a_name_of_its_own_is_refused(tmp_path, monkeypatch, name, replace_folder):
    fill(tmp_path / "here", precious="1")
    monkeypatch.chdir(tmp_path / "here")
    before = tree(tmp_path)
    with pytest.raises(IsADirectoryError):  # noqa: SIM117
        with atomic_path(Path(name), replace_folder=replace_folder):
            pytest.fail("the block runs")
    assert tree(tmp_path) == before


def test_a_link_is_replaced_and_its_destination_stays(tmp_path):
    fill(tmp_path / "real", precious="1")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "file").symlink_to(tmp_path / "real" / "precious")
    with atomic_path(tmp_path / "folder", replace_folder=True) as part:
        fill(part, new="2")
    with atomic_path(tmp_path / "file") as part:
        part.write_text("new")
    assert tree(tmp_path / "real") == {"precious": "1"}
    assert tree(tmp_path / "folder") == {"new": "2"}
    assert not (tmp_path / "folder").is_symlink() and not (tmp_path / "file").is_symlink()


def test_missing_parent_folders_are_made(tmp_path):
    target = tmp_path / "data" / "models" / "vae.json"
    with atomic_path(target) as part:
        part.write_text("new")
    assert target.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind", ["file", "folder", "nothing"])
def test_an_exception_leaves_everything_as_it_was(tmp_path, error, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("old")
    elif kind == "folder":
        fill(target, old="1")
    before = tree(tmp_path)
    with pytest.raises(error), atomic_path(target, replace_folder=kind == "folder") as part:
        if kind == "folder":
            fill(part, new="2")
        else:
            part.write_text("half")
        raise error
    assert tree(tmp_path) == before


def test_a_block_that_makes_nothing_is_an_error_and_leaves_the_old_file(tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), atomic_path(target):
        pass
    assert tree(tmp_path) == {"out": "old"}


WRITER = """
import sys, time
from pathlib import Path
from sdmvae.runtime.atomic import atomic_path
with atomic_path(Path(sys.argv[1]), replace_folder=sys.argv[2] == "folder") as part:
    if sys.argv[2] == "folder":
        part.mkdir()
        (part / "half").write_text("half")
    else:
        part.write_text("half")
    print("written", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_killed_process_leaves_the_old_output_and_the_next_one_clears_up(tmp_path, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("old")
    else:
        fill(target, old="1")
    before = tree(target) if kind == "folder" else target.read_text()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target), kind],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "written\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert (tree(target) if kind == "folder" else target.read_text()) == before
    assert len(list(tmp_path.iterdir())) == 2
    with atomic_path(target, replace_folder=kind == "folder") as part:
        if kind == "folder":
            fill(part, new="2")
        else:
            part.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tree(target) if kind == "folder" else target.read_text()) == (
        {"new": "2"} if kind == "folder" else "new"
    )


def test_only_leftovers_of_this_output_and_of_ended_processes_are_removed(tmp_path):
    with subprocess.Popen(["true"]) as ended:
        pass
    mine = f".out.sdmvae-{ended.pid}.part"
    others = [
        f".out.{ended.pid}.part",
        ".out.notes.part",
        ".out.sdmvae-notes.part",
        f".out.sdmvae-{ended.pid}.part.txt",
        f".out.wav.sdmvae-{ended.pid}.part",
        f".outXsdmvae-{ended.pid}.part",
        f"out.sdmvae-{ended.pid}.part",
        f".out.sdmvae-{os.getppid()}.part",
    ]
    for name in (mine, *others):
        (tmp_path / name).write_text("1")
    with atomic_path(tmp_path / "out") as part:
        part.write_text("new")
    assert {path.name for path in tmp_path.iterdir()} == {"out", *others}


def test_processes_of_other_machines_do_not_remove_what_the_others_write(tmp_path, monkeypatch):
    with subprocess.Popen(["true"]) as ended:
        pass
    monkeypatch.setenv("SDMVAE_MACHINE", "node1")
    (tmp_path / f".out.sdmvae-node2-{ended.pid}.part").write_text("written on node2")
    with atomic_path(tmp_path / "out") as part:
        assert part.name == f".out.sdmvae-node1-{os.getpid()}.part"
        part.write_text("new")
    assert tree(tmp_path) == {
        "out": "new",
        f".out.sdmvae-node2-{ended.pid}.part": "written on node2",
    }
