"""The files in docs/results/."""

import json

import pytest

from tools.results import json_file


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)


def test_a_file_has_one_value_a_line_and_keeps_its_letters(tmp_path):
    content = {"a": 1, "b": ["é", None]}
    target = json_file.write("x", content)
    assert target == tmp_path / "x.json"
    text = target.read_text(encoding="utf-8")
    assert json.loads(text) == content == json_file.read("x")
    assert text.splitlines() == ["{", ' "a": 1,', ' "b": [', '  "é",', "  null", " ]", "}"]


def test_a_file_stays_if_the_content_cannot_be_written(tmp_path):
    target = json_file.write("x", 1)
    with pytest.raises(TypeError):
        json_file.write("x", {"a": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    assert target.read_text(encoding="utf-8") == "1\n"


def test_a_file_that_is_not_there_has_nothing():
    assert json_file.read("x") is None
