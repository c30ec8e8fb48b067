"""Tests of the closure of imports, and of the arrows between the rooms of the package."""

import ast
import hashlib
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sdmvae.runtime.code_digest import closure, digest
from tests.support import PROJECT
from tests.support.small_project import PARAMETERS

# Made-up packages


def closure_names(
    root: Path, start: str, files: dict[str, str], *, skip_folders: Collection[Path] = ()
) -> list[str]:
    """Write files under a folder, and return the closure of one of them."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return [path.as_posix() for path in closure(Path(start), root, skip_folders=skip_folders)]


def test_the_closure_follows_every_form_of_import(tmp_path):
    files = {
        "stages/run.py": "from sdmvae import a\nimport sdmvae.b as b\nfrom sdmvae.deep.c import C",
        "sdmvae/__init__.py": '"""A docstring and no code."""',
        "sdmvae/a.py": "def later():\n    from sdmvae import d\n    return d",
        "sdmvae/b.py": "import numpy\nimport json",
        "sdmvae/d.py": "import sdmvae.b",
        "sdmvae/e.py": "import sdmvae.a",
        "sdmvae/deep/__init__.py": "X = 1",
        "sdmvae/deep/c.py": "C = 1",
    }
    assert closure_names(tmp_path, "stages/run.py", files) == [
        "sdmvae/a.py",
        "sdmvae/b.py",
        "sdmvae/d.py",
        "sdmvae/deep/__init__.py",
        "sdmvae/deep/c.py",
        "stages/run.py",
    ]


def test_the_closure_ends_when_imports_form_a_circle(tmp_path):
    files = {"sdmvae/a.py": "import sdmvae.b", "sdmvae/b.py": "import sdmvae.a"}
    assert closure_names(tmp_path, "sdmvae/b.py", files) == ["sdmvae/a.py", "sdmvae/b.py"]


def test_imports_are_read_and_not_run(tmp_path):
    files = {"sdmvae/a.py": "raise SystemExit\nimport sdmvae.b", "sdmvae/b.py": "1 / 0\nX = 1"}
    assert closure_names(tmp_path, "sdmvae/a.py", files) == ["sdmvae/a.py", "sdmvae/b.py"]


def test_other_packages_and_missing_modules_do_not_count(tmp_path):
    files = {
        "sdmvae/a.py": "import sdmvaextra.x\nfrom other.sdmvae import b\nimport sdmvae.absent",
        "sdmvaextra/x.py": "X = 1",
        "other/sdmvae/b.py": "X = 1",
    }
    assert closure_names(tmp_path, "sdmvae/a.py", files) == ["sdmvae/a.py"]


OPEN_FOLDER = {
    "sdmvae/corpora/__init__.py": "def load(): pass",
    "sdmvae/corpora/base.py": "X = 1",
    "sdmvae/corpora/timit.py": "import sdmvae.corpora.base",
    "sdmvae/corpora/espeak/__init__.py": "import sdmvae.corpora.espeak.grammar",
    "sdmvae/corpora/espeak/grammar.py": "import sdmvae.words",
    "sdmvae/corpora/espeak/words.txt": "not = Python (",
    "sdmvae/corpora/espeak/__pycache__/grammar.pyc": "",
    "sdmvae/words.py": "X = 1",
    "sdmvae/other.py": "X = 1",
}
OPEN_FOLDER_FILES = [
    "sdmvae/corpora/__init__.py",
    "sdmvae/corpora/base.py",
    "sdmvae/corpora/espeak/__init__.py",
    "sdmvae/corpora/espeak/grammar.py",
    "sdmvae/corpora/espeak/words.txt",
    "sdmvae/corpora/timit.py",
]


@pytest.mark.parametrize(
    "statement",
    [
        "from sdmvae import corpora",
        "import sdmvae.corpora",
        "from sdmvae.corpora import load",
        "from sdmvae.corpora.base import X",
        "import sdmvae.corpora.espeak",
    ],
)
def test_all_files_of_an_imported_open_folder_count(tmp_path, statement):
    files = {"stages/run.py": statement, **OPEN_FOLDER}
    expected = [*OPEN_FOLDER_FILES, "sdmvae/words.py", "stages/run.py"]
    assert closure_names(tmp_path, "stages/run.py", files) == expected


def test_an_open_folder_counts_when_it_is_imported_through_another_file(tmp_path):
    files = {"stages/run.py": "import sdmvae.a", "sdmvae/a.py": "import sdmvae.corpora"}
    found = closure_names(tmp_path, "stages/run.py", files | OPEN_FOLDER)
    assert set(OPEN_FOLDER_FILES) < set(found)


def test_an_open_folder_in_an_ordinary_package_counts_alone(tmp_path):
    files = {
        "stages/run.py": "from sdmvae.nn.likelihoods import build",
        "sdmvae/nn/__init__.py": "X = 1",
        "sdmvae/nn/linear.py": "X = 1",
        "sdmvae/nn/likelihoods/base.py": "X = 1",
        "sdmvae/nn/likelihoods/gaussian.py": "X = 1",
    }
    assert closure_names(tmp_path, "stages/run.py", files) == [
        "sdmvae/nn/__init__.py",
        "sdmvae/nn/likelihoods/base.py",
        "sdmvae/nn/likelihoods/gaussian.py",
        "stages/run.py",
    ]


def test_an_open_folder_that_is_not_imported_does_not_count(tmp_path):
    files = {"stages/run.py": "import sdmvae.other", **OPEN_FOLDER}
    assert closure_names(tmp_path, "stages/run.py", files) == ["sdmvae/other.py", "stages/run.py"]


def test_of_a_skipped_folder_only_imported_modules_count(tmp_path):
    files = {"stages/run.py": "import sdmvae.corpora.timit", **OPEN_FOLDER}
    found = closure_names(tmp_path, "stages/run.py", files, skip_folders=[Path("sdmvae/corpora")])
    assert found == [
        "sdmvae/corpora/__init__.py",
        "sdmvae/corpora/base.py",
        "sdmvae/corpora/timit.py",
        "stages/run.py",
    ]


def test_the_digest_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a.py").write_bytes(b"X = 1\n")
    assert digest([Path("a.py")], tmp_path) == {"a.py": hashlib.sha256(b"X = 1\n").hexdigest()}


# This project


def own(folder: str) -> list[Path]:
    return sorted(path.relative_to(PROJECT) for path in (PROJECT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Return the full names of all that a file imports."""
    found = set()
    for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively, which closure does not follow"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_package_does_not_import_the_stages():
    for path in own("sdmvae"):
        assert not [name for name in imports(path) if name.split(".")[0] == "stages"], path


def test_only_stages_read_the_parameters():
    """Other code may import the types of `sdmvae.params`, but not the module or its functions."""
    for path in own("sdmvae"):
        names = {name for name in imports(path) if f"{name}.".startswith("sdmvae.params.")}
        assert all(name.split(".")[-1][0].isupper() for name in names), path
    assert any("sdmvae.params" in imports(path) for path in own("stages"))


def test_the_ground_floor_imports_nothing_of_the_rooms_above():
    for room, allowed in (("runtime", {"runtime"}), ("dsp", {"dsp", "runtime"})):
        for path in own(f"sdmvae/{room}"):
            names = [name.split(".") for name in imports(path)]
            assert {parts[1] for parts in names if parts[0] == "sdmvae"} <= allowed, path


@pytest.mark.parametrize(
    "path", [PARAMETERS, PROJECT / "presets/further.yaml"], ids=lambda path: path.stem
)
def test_the_model_of_every_variant_has_a_file(path):
    parameters = YAML(typ="safe", pure=True).load(path.read_text())
    assert parameters["variants"]
    for variant in parameters["variants"].values():
        module = variant["model"].replace("-", "_")
        assert (PROJECT / "sdmvae" / "models" / f"{module}.py").is_file()


def test_the_stages_of_the_scores_do_not_import_torch():
    script = "import sys, stages.score, stages.tabulate; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert {"stages.score", "stages.tabulate", "numpy"} <= set(loaded)
    assert not [name for name in loaded if name.partition(".")[0] == "torch"]
