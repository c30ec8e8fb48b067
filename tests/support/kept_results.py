"""The committed files of docs/results/, which the kept scores of utterances must give again."""

import json

import pytest

from tests.support import PROJECT


def check_file(name, made):
    """Check that docs/results/NAME.json has what was made of the kept runs.

    Args:
        name: The name of the file without its ending.
        made: What the command that makes the file gives.
    """
    check_same(read(name), made)


def read(name):
    """Return what docs/results/NAME.json has."""
    return json.loads((PROJECT / "docs/results" / f"{name}.json").read_text())


def check_same(written, made):
    """Check that a part of a file has what was made of the kept runs.

    A mean or an interval of another build of NumPy may differ in the last of its decimals.

    Args:
        written: What the file has.
        made: What the command that makes the file gives.
    """
    found, expected = _flatten(json.loads(json.dumps(made))), _flatten(written)
    assert found.keys() == expected.keys()
    for way, value in expected.items():
        near = pytest.approx(value, abs=2e-5) if isinstance(value, float) else value
        assert found[way] == near, way


def _flatten(value, path=""):
    """Return every number, text and None of a value from JSON, by the way to it."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {
            way: each
            for key, below in items
            for way, each in _flatten(below, f"{path}/{key}").items()
        }
    return {path: value}
