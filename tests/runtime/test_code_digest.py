"""The closure of imports, and that every stage depends on just the code it runs."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sdmvae.runtime.code_digest import closure, digest
from stages import code as code_stage
from tests.support import PROJECT

STAGES = YAML(typ="safe", pure=True).load((PROJECT / "dvc.yaml").read_text(encoding="utf-8"))[
    "stages"
]
MODELS = sorted(
    path.relative_to(PROJECT)
    for path in (PROJECT / "sdmvae" / "models").glob("*.py")
    if path.stem not in ("__init__", "base")
)


# On a package of its own


def names(root: Path, start: str, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return [path.as_posix() for path in closure(Path(start), root)]


def test_closure_follows_imports_of_every_form(tmp_path):
    files = {
        "stages/run.py": "from sdmvae import a\nimport sdmvae.b as b\nfrom sdmvae.deep.c import C",
        "sdmvae/__init__.py": '"""Nothing but words."""',
        "sdmvae/a.py": "def later():\n    from sdmvae import d\n    return d",
        "sdmvae/b.py": "import numpy\nimport json",
        "sdmvae/d.py": "import sdmvae.b",
        "sdmvae/e.py": "import sdmvae.a",
        "sdmvae/deep/__init__.py": "X = 1",
        "sdmvae/deep/c.py": "C = 1",
    }
    assert names(tmp_path, "stages/run.py", files) == [
        "sdmvae/a.py",
        "sdmvae/b.py",
        "sdmvae/d.py",
        "sdmvae/deep/__init__.py",
        "sdmvae/deep/c.py",
        "stages/run.py",
    ]


def test_closure_ends_where_imports_go_round(tmp_path):
    files = {"sdmvae/a.py": "import sdmvae.b", "sdmvae/b.py": "import sdmvae.a"}
    assert names(tmp_path, "sdmvae/b.py", files) == ["sdmvae/a.py", "sdmvae/b.py"]


def test_closure_reads_and_does_not_run(tmp_path):
    files = {"sdmvae/a.py": "raise SystemExit\nimport sdmvae.b", "sdmvae/b.py": "1 / 0\nX = 1"}
    assert names(tmp_path, "sdmvae/a.py", files) == ["sdmvae/a.py", "sdmvae/b.py"]


def test_closure_passes_over_what_is_not_ours(tmp_path):
    files = {
        "sdmvae/a.py": "import sdmvaextra.x\nfrom other.sdmvae import b\nimport sdmvae.absent",
        "sdmvaextra/x.py": "X = 1",
        "other/sdmvae/b.py": "X = 1",
    }
    assert names(tmp_path, "sdmvae/a.py", files) == ["sdmvae/a.py"]


def test_digest_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a.py").write_bytes(b"X = 1\n")
    assert digest([Path("a.py")], tmp_path) == {"a.py": hashlib.sha256(b"X = 1\n").hexdigest()}


# On the project


def own(folder: str) -> list[Path]:
    return sorted(path.relative_to(PROJECT) for path in (PROJECT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Full names of all that a file imports."""
    found = set()
    for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively, which closure does not follow"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_package_does_not_import_the_stages():
    for path in own("sdmvae"):
        assert not [name for name in imports(path) if name.split(".")[0] == "stages"], path


def test_stages_the_command_and_the_report_alone_import_the_params():
    for path in own("sdmvae"):
        if path.name != "__main__.py" and path.parent.name != "report":
            assert not [name for name in imports(path) if name.startswith("sdmvae.params")], path
    assert any("sdmvae.params" in imports(path) for path in own("stages"))


@pytest.fixture
def digests(tmp_path, monkeypatch):
    """What the stage `code` writes for the project: the files of each, by its name."""
    for name in ("stages", "sdmvae"):
        (tmp_path / name).symlink_to(PROJECT / name)
    monkeypatch.chdir(tmp_path)
    code_stage.main()
    folder = tmp_path / "data/code"
    return {
        path.relative_to(folder).with_suffix("").as_posix(): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }


def code_of(*starts: Path) -> set[str]:
    return {path.as_posix() for start in starts for path in closure(start, PROJECT)}


def dependencies(stage: str) -> list[str]:
    return STAGES[stage].get("do", STAGES[stage])["deps"]


def test_digests_are_of_the_closures_of_stages_models_and_corpora(digests):
    expected = {
        **{path.stem: code_of(path) for path in own("stages") if path.stem != "__init__"},
        **{f"models/{path.stem}": code_of(path) for path in MODELS},
        "corpora": code_of(*own("sdmvae/corpora")),
    }
    assert {name: set(files) for name, files in digests.items()} == expected
    for files in digests.values():
        assert files == digest([Path(each) for each in files], PROJECT)


def test_each_stage_is_run_as_its_own_module_and_depends_on_its_code():
    for stage, definition in STAGES.items():
        assert definition.get("do", definition)["cmd"] == f"python -m stages.{stage}"
        if stage != "code":
            assert f"data/code/{stage}.json" in dependencies(stage)
    assert dependencies("code") == ["stages", "sdmvae"]


def test_what_a_stage_loads_by_name_is_a_dependency_too():
    """The corpora and what they read or run by name, and the variants' models.

    train, resynthesize and source build models by name; theirs come through data/variants, whose
    digests change with the code, and source has no output made by them.
    """
    assert "data/code/models" in dependencies("variants")
    code = code_of(Path("stages/split.py"), *own("sdmvae/corpora"))
    strings = {
        node.value
        for path in code
        for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {path.name for path in (PROJECT / "sdmvae").iterdir() if path.name in strings}
    assert named == {"words.txt", "espeak.py"}
    for each in ("data/code/corpora.json", *(f"sdmvae/{name}" for name in named)):
        assert each in dependencies("split")


def test_every_program_of_the_stages_is_a_stage_or_imported_by_one():
    used = code_of(*(Path(f"stages/{stage}.py") for stage in STAGES))
    assert {path.as_posix() for path in own("stages") if path.stem != "__init__"} <= used


def test_models_listed_are_there():
    assert MODELS
    params = YAML(typ="safe", pure=True).load((PROJECT / "params.yaml").read_text())
    for variant in params["variants"].values():
        assert Path(f"sdmvae/models/{variant['model']}.py") in MODELS


def test_stages_of_the_scores_import_no_torch():
    script = "import sys, stages.score, stages.tabulate; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert {"stages.score", "stages.tabulate", "numpy"} <= set(loaded)
    assert not [name for name in loaded if name.partition(".")[0] == "torch"]
