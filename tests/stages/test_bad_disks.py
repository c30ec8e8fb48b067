"""A disk that is full, a folder that is read-only, and a folder that disappears."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stages import features, split
from tests.support.stage_runs import refusal, tree

pytestmark = pytest.mark.slow


@pytest.fixture
def mount(here: Path) -> Iterator[Callable[[str], None]]:
    """Return a function that mounts a small file system at data/."""
    folder = here / "data"
    folder.mkdir()

    def mount_tmpfs(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("only root can mount a file system")

    yield mount_tmpfs
    while os.path.ismount(folder):  # lazily, because a worker can still have a file open
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


@pytest.mark.parametrize("kilobytes", [4, 60, 200])
def test_a_full_disk_is_one_line_and_leaves_no_partial_output(here, mount, kilobytes):
    mount(f"size={kilobytes}k")
    assert "No space left on device" in refusal(split)
    assert {path.partition("/")[0] for path in tree(here / "data")} <= {"speech"}
    assert not list((here / "data").rglob(".*"))


def test_a_disk_that_fills_up_while_features_are_made_is_one_line(here, mount):
    mount("size=1m")
    split.main()
    assert "No space left on device" in refusal(features)
    assert not list((here / "data").glob("*frames*"))


def test_a_read_only_folder_is_one_line(here, mount):
    mount("ro")
    assert "Read-only file system" in refusal(split)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_without_permission_to_write_is_one_line(here):
    (here / "data").mkdir()
    (here / "data").chmod(0o555)
    try:
        assert "Permission denied" in refusal(split)
    finally:
        (here / "data").chmod(0o755)


@pytest.mark.parametrize("removed", ["data/speech", "data"])
def test_a_folder_that_is_removed_meanwhile_is_one_line(here, monkeypatch, removed):
    split.main()
    utterance_frames = features.utterance_frames

    def remove_the_folder_after_one(paths, scratch, **settings):
        yield from utterance_frames(paths[:1], scratch, **settings)
        shutil.rmtree(removed)
        yield from utterance_frames(paths[1:], scratch, **settings)

    monkeypatch.setattr(features, "utterance_frames", remove_the_folder_after_one)
    assert re.search(r"^error: data/.*: no such file", refusal(features))
    assert not list(here.rglob("*frames*"))
