import hashlib
import json
import sys

import pytest

from sdmvae.runtime.commands import CommandError, run
from sdmvae.runtime.dvc_outputs import Output, cache_folder, locked_outputs, remove_unchanged

LOCK = """
schema: '2.0'
stages:
  split:
    cmd: python -m stages.split
    outs:
    - path: data/manifest.csv
      hash: md5
      md5: '0123'
      size: 5
  train@vae-m4:
    cmd: python -m stages.train vae-m4
    outs:
    - path: data/curves/vae-m4.csv
      md5: '4567'
    - path: data/models/vae-m4
      md5: 89ab.dir
  report:
    cmd: python -m stages.report
"""


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def folder(tmp_path):
    """A folder of two files, as DVC's cache describes it, and its output."""
    path, cache = tmp_path / "model", tmp_path / "cache"
    (path / "deep").mkdir(parents=True)
    (path / "weights").write_bytes(b"1")
    (path / "deep/configuration").write_bytes(b"2")
    listing = cache / "files/md5/ab/cd.dir"
    listing.parent.mkdir(parents=True)
    entries = [("weights", b"1"), ("deep/configuration", b"2")]
    listing.write_text(json.dumps([{"relpath": name, "md5": md5(b)} for name, b in entries]))
    return Output(path, "abcd.dir"), cache


def test_the_outputs_of_each_stage_are_read_from_the_lock(tmp_path):
    lock = tmp_path / "dvc.lock"
    lock.write_text(LOCK)
    outputs = locked_outputs(lock)
    assert [str(output.path) for output in outputs["train@vae-m4"]] == [
        "data/curves/vae-m4.csv",
        "data/models/vae-m4",
    ]
    assert [output.md5 for output in outputs["train@vae-m4"]] == ["4567", "89ab.dir"]
    assert outputs["report"] == []


@pytest.mark.parametrize("text", [None, "", "schema: '2.0'\n"])
def test_a_lock_without_stages_has_no_outputs(tmp_path, text):
    lock = tmp_path / "dvc.lock"
    if text is not None:
        lock.write_text(text)
    assert locked_outputs(lock) == {}


def test_a_file_is_removed_only_if_it_is_unchanged(tmp_path):
    path = tmp_path / "curve.csv"
    path.write_bytes(b"1,2")
    assert not remove_unchanged(Output(path, md5(b"1,3")), tmp_path)
    assert path.exists()
    assert remove_unchanged(Output(path, md5(b"1,2")), tmp_path)
    assert not path.exists()


def test_a_folder_that_is_unchanged_is_removed(folder):
    output, cache = folder
    assert remove_unchanged(output, cache)
    assert not output.path.exists()


def edit(path):
    (path / "weights").write_bytes(b"3")


def add(path):
    (path / "deep/notes.txt").write_text("mine")


def add_hidden(path):
    (path / ".notes").write_text("mine")


def delete(path):
    (path / "weights").unlink()


def link(path):
    target = path.with_name("elsewhere")
    target.write_bytes(b"1")
    (path / "weights").unlink()
    (path / "weights").symlink_to(target)


@pytest.mark.parametrize("change", [edit, add, add_hidden, delete, link])
def test_a_folder_that_was_changed_is_kept_with_all_that_is_in_it(folder, change):
    output, cache = folder
    change(output.path)
    before = sorted(output.path.rglob("*"))
    assert not remove_unchanged(output, cache)
    assert sorted(output.path.rglob("*")) == before


def test_a_folder_is_kept_if_the_cache_does_not_have_it(folder):
    output, cache = folder
    assert not remove_unchanged(output._replace(md5="abce.dir"), cache)
    assert output.path.exists()


def test_a_link_in_place_of_a_folder_is_kept(folder):
    output, cache = folder
    moved = output.path.with_name("moved")
    output.path.rename(moved)
    output.path.symlink_to(moved)
    assert not remove_unchanged(output, cache)
    assert (moved / "weights").exists()


@pytest.mark.slow
def test_the_cache_is_where_the_configuration_of_dvc_puts_it(tmp_path):
    with pytest.raises(CommandError, match="dvc cache"):
        cache_folder(tmp_path)
    dvc = (sys.executable, "-m", "dvc")
    run(*dvc, "init", "-q", "--no-scm", folder=tmp_path)
    assert cache_folder(tmp_path) == tmp_path / ".dvc/cache"
    run(*dvc, "cache", "dir", "--local", "a cache", folder=tmp_path)
    assert cache_folder(tmp_path).resolve() == tmp_path / "a cache"
