"""New entries in the text of dvc.lock, beside what DVC and YAML make of it."""

from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml
from ruamel.yaml import YAML

from sdmvae.runtime.dvc_lock_file import LockFileError, merge, update
from tests.support import PROJECT

ENTRIES = YAML(typ="safe", pure=True).load(PROJECT / "dvc.lock")["stages"]


def entry(name: str, cmd: str) -> str:
    return f"  {name}:\n    cmd: {cmd}\n    outs:\n    - path: {name}\n      md5: '12'\n"


def read(text: str) -> dict[str, object]:
    stages: dict[str, object] = YAML(typ="safe", pure=True).load(text)["stages"]
    return stages


def test_new_entries_come_at_the_end_and_known_ones_stay_in_their_place():
    text = merge("", {"a": entry("a", "one"), "b@x-1": entry("b@x-1", "two")})
    again = merge(text, {"c": entry("c", "three"), "a": entry("a", "four")})
    assert list(read(again)) == ["a", "b@x-1", "c"]
    assert read(again)["a"]["cmd"] == "four"
    assert read(again)["b@x-1"] == read(text)["b@x-1"]


def test_the_lock_file_of_the_project_is_made_of_its_entries_byte_for_byte():
    text = (PROJECT / "dvc.lock").read_text(encoding="utf-8")
    lines = {
        name: dumps_yaml({"stages": {name: stage}}).partition("\n")[2]
        for name, stage in ENTRIES.items()
    }
    assert merge("", lines) == text
    assert merge(text, lines) == text


@pytest.mark.parametrize(
    "text",
    [
        "stages:\n" + entry("a", "one"),
        "schema: '2.0'\nstages:\n# by hand\n" + entry("a", "one"),
        "schema: '2.0'\nstages:\n" + entry("a", "one") + "datasets: []\n",
        "schema: '2.0'\nstages:\n<<<<<<< HEAD\n" + entry("a", "one"),
    ],
)
def test_another_form_is_refused_and_left_alone(tmp_path: Path, text):
    path = tmp_path / "dvc.lock"
    path.write_text(text)
    with pytest.raises(LockFileError, match=r"^dvc.lock: "):
        update(path, {"b": entry("b", "two")})
    assert path.read_text() == text


def test_a_file_without_news_is_not_written(tmp_path):
    path = tmp_path / "dvc.lock"
    update(path, {})
    assert not path.exists()
    update(path, {"a": entry("a", "one")})
    before = path.stat()
    update(path, {"a": entry("a", "one")})
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [each.name for each in tmp_path.iterdir()] == ["dvc.lock"]
