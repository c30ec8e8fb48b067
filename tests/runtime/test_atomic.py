import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sdmvae.runtime.atomic import atomic_path


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else "folder"
        for path in folder.rglob("*")
    }


def fill(folder: Path, **texts: str) -> None:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)


def test_file_is_there_at_the_end_alone(tmp_path):
    target = tmp_path / "scores.json"
    with atomic_path(target) as part:
        part.write_text("new")
        assert part.parent == tmp_path
        assert not target.exists()
    assert tree(tmp_path) == {"scores.json": "new"}


def test_file_is_replaced(tmp_path):
    target = tmp_path / "scores.json"
    target.write_text("old")
    with atomic_path(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert tree(tmp_path) == {"scores.json": "new"}


def test_folder_is_replaced_with_nothing_of_the_old_one(tmp_path):
    target = tmp_path / "frames"
    fill(target, old="1", both="1")
    (target / "deeper").mkdir()
    with atomic_path(target) as part:
        fill(part, new="2", both="2")
        assert (target / "old").read_text() == "1"
    assert tree(target) == {"new": "2", "both": "2"}
    assert [each.name for each in tmp_path.iterdir()] == ["frames"]


def test_folder_takes_the_place_of_a_file_and_a_file_that_of_a_folder(tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    with atomic_path(target) as part:
        fill(part, a="1")
    assert tree(tmp_path) == {"out": "folder", "out/a": "1"}
    with atomic_path(target) as part:
        part.write_text("file")
    assert tree(tmp_path) == {"out": "file"}


def test_link_is_replaced_and_what_it_leads_to_is_left(tmp_path):
    outside = tmp_path / "outside"
    fill(outside, precious="1")
    for name in ("folder", "file"):
        (tmp_path / name).symlink_to(outside)
    with atomic_path(tmp_path / "folder") as part:
        fill(part, new="2")
    with atomic_path(tmp_path / "file") as part:
        part.write_text("new")
    assert tree(outside) == {"precious": "1"}
    assert tree(tmp_path / "folder") == {"new": "2"}
    assert not (tmp_path / "file").is_symlink()


def test_folders_above_are_made(tmp_path):
    target = tmp_path / "data" / "models" / "vae.json"
    with atomic_path(target) as part:
        part.write_text("new")
    assert target.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind", ["file", "folder", "nothing yet"])
def test_exception_leaves_what_was_there(tmp_path, error, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("old")
    elif kind == "folder":
        fill(target, old="1")
    before = tree(tmp_path)
    with pytest.raises(error), atomic_path(target) as part:
        if kind == "folder":
            fill(part, new="2")
        else:
            part.write_text("half")
        raise error
    assert tree(tmp_path) == before


def test_block_that_makes_nothing_is_an_error_and_leaves_what_was_there(tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), atomic_path(target):
        pass
    assert tree(tmp_path) == {"out": "old"}


WRITER = """
import sys, time
from pathlib import Path
from sdmvae.runtime.atomic import atomic_path
with atomic_path(Path(sys.argv[1])) as part:
    if sys.argv[2] == "folder":
        part.mkdir()
        (part / "half").write_text("half")
    else:
        part.write_text("half")
    print("written", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_killed_in_the_middle_leaves_the_old_and_the_next_run_clears_up(tmp_path, request, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("old")
    else:
        fill(target, old="1")
    before = tree(target) if kind == "folder" else target.read_text()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target), kind],
        cwd=request.config.rootpath,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "written\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert (tree(target) if kind == "folder" else target.read_text()) == before
    with atomic_path(target) as part:
        if kind == "folder":
            fill(part, new="2")
        else:
            part.write_text("new")
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert (tree(target) if kind == "folder" else target.read_text()) == (
        {"new": "2"} if kind == "folder" else "new"
    )
