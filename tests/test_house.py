"""The rules of the house: imports run one way, stages are thin, files say what they are."""

import ast
from pathlib import Path

import pytest

from tests.support import PROJECT

# Each room, and the rooms that it may import. No room may import itself by a detour.
ROOMS = {
    "runtime": set(),
    "dsp": set(),
    "params": set(),
    "nn": {"runtime"},
    "archives": {"runtime"},
    "corpora": {"runtime"},
    "models": {"nn", "runtime"},
    "dataset": {"corpora", "dsp", "runtime"},
    "presets": {"archives", "corpora", "dataset", "params", "runtime"},
    "autoencoder": {"models", "nn", "params"},
    "training": {"autoencoder", "dataset", "nn", "params", "runtime"},
    "evaluation": {"autoencoder", "dsp", "nn", "params", "runtime"},
    "probes": {"dsp", "evaluation", "nn", "params", "runtime"},
    "figures": {"dsp", "evaluation", "runtime"},
    "report": {
        "autoencoder",
        "dataset",
        "dsp",
        "evaluation",
        "figures",
        "models",
        "probes",
        "runtime",
        "training",
    },
    "codes": {
        "autoencoder",
        "corpora",
        "dsp",
        "evaluation",
        "nn",
        "params",
        "runtime",
        "training",
    },
    "commands": {"codes", "corpora", "dsp", "evaluation", "nn", "runtime", "training"},
    "__main__": {"commands", "runtime"},
}
STAGES = sorted((PROJECT / "stages").glob("*.py"))
# They are no stages.
COMMANDS = {"dvc_repro.py", "run_all.py", "run_preset.py", "apply_preset.py", "fetch.py"}
FILES = sorted((PROJECT / "sdmvae").rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PROJECT / "sdmvae").parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("sdmvae.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_room_imports_only_the_rooms_below_it(path):
    if room_of(path) == "__init__":
        assert imported_rooms(path) == set()
    else:
        assert imported_rooms(path) <= ROOMS[room_of(path)] | {room_of(path)}


def test_no_room_can_be_reached_from_itself():
    reached = {room: set(below) for room, below in ROOMS.items()}
    for _ in ROOMS:
        for below in reached.values():
            below |= set().union(*(reached[room] for room in below))
    assert not [room for room, below in reached.items() if room in below]


def test_every_room_is_used():
    assert {room_of(path) for path in FILES} == {"__init__", *ROOMS}


@pytest.mark.parametrize("path", STAGES, ids=lambda path: path.name)
def test_a_stage_is_thin(path):
    if path.name not in COMMANDS:
        assert len(path.read_text().splitlines()) < 60


@pytest.mark.parametrize("path", [*STAGES, *FILES], ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_first_line_says_what_a_file_is(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring
    first = docstring.splitlines()[0]
    assert first.endswith(".") and len(first.split()) >= 4


def test_params_yaml_is_read_by_stages_only():
    for path in FILES:
        if room_of(path) != "params":
            assert "params.read(" not in path.read_text(), path
