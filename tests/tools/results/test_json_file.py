"""The files in docs/results/."""

import json

import pytest

from tools.results import json_file


def test_a_file_has_one_value_a_line_and_keeps_its_letters(tmp_path):
    content = {"a": 1, "b": ["é", None]}
    json_file.write(tmp_path / "x.json", content)
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert json.loads(text) == content
    assert text.splitlines() == ["{", ' "a": 1,', ' "b": [', '  "é",', "  null", " ]", "}"]


def test_a_file_stays_if_the_content_cannot_be_written(tmp_path):
    target = tmp_path / "x.json"
    json_file.write(target, 1)
    with pytest.raises(TypeError):
        json_file.write(target, {"a": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    assert target.read_text(encoding="utf-8") == "1\n"
