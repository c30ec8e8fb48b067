"""Presets: files of parameters that are merged into params.yaml."""

import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sdmvae import params
from stages import apply_preset
from tests.support import PROJECT
from tests.support.small_project import PARAMETERS

PRESET = """\
# More epochs, and one more system.
train:
  epochs: 9
corpus:
  root: null
latent_dims: [m16]
variants:
  vae:
    network:
      hidden: [8, 4]
  sdm-eye:
    model: sdm  # a comment
    dictionary: identity
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with parameters and two presets."""
    (tmp_path / "params.yaml").write_text(PARAMETERS.read_text())
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets/longer.yaml").write_text(PRESET)
    (tmp_path / "presets/other.yaml").write_text("train: {epochs: 0}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def apply(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["apply_preset", *arguments])
    apply_preset.main()


def test_a_preset_changes_its_keys_and_says_so(folder, monkeypatch, capsys):
    apply(monkeypatch, "longer")
    assert capsys.readouterr().out.splitlines() == [
        "corpus.root: ../a corpus -> null",
        "train.epochs: 2 -> 9",
        "latent_dims: [m4, m8] -> [m16]",
        "variants.vae.network: added: {hidden: [8, 4]}",
        "variants.sdm-eye: added: {model: sdm, dictionary: identity}",
        "params.yaml is changed; `git checkout params.yaml` takes it back to the last commit",
    ]
    settings = params.read(folder / "params.yaml")
    assert (settings.train.epochs, settings.corpus.root) == (9, None)
    assert [cell.name for cell in settings.cells] == ["vae-m16", "vsc-a50-m16", "sdm-eye-m16"]
    assert settings.variants["vsc-a50"].arguments == {"alpha": 0.5}


def test_comments_and_the_form_of_numbers_stay(folder, monkeypatch):
    before = PARAMETERS.read_text().splitlines()
    apply(monkeypatch, "longer")
    after = (folder / "params.yaml").read_text().splitlines()
    assert [line for line in before if line not in after] == [
        "  root: ../a corpus",
        "  epochs: 2",
        "latent_dims: [m4, m8]",
    ]
    assert "  root: null" in after and "    model: sdm  # a comment" in after


def test_a_preset_that_is_applied_twice_changes_nothing_more(folder, monkeypatch, capsys):
    apply(monkeypatch, "longer")
    text = (folder / "params.yaml").read_text()
    capsys.readouterr()
    apply(monkeypatch, "longer")
    assert capsys.readouterr().out == "params.yaml has these values already\n"
    assert (folder / "params.yaml").read_text() == text


def test_settings_on_the_command_line_follow_the_preset(folder, monkeypatch, capsys):
    apply(monkeypatch, "longer", "train.epochs=5", "corpus.root=/speech", "train.device=cuda:0")
    settings = params.read(folder / "params.yaml")
    assert (settings.train.epochs, settings.train.device) == (5, "cuda:0")
    assert settings.corpus.root == "/speech"
    assert "train.epochs: 2 -> 5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the name of a preset; the presets are longer, other"),
        (["longest"], "'longest': no such preset; the presets are longer, other"),
        (["../params"], "'../params': no such preset; the presets are longer, other"),
        (["other"], "other: params.yaml would not be valid: train.epochs: 0: "),
        (["longer", "train.epoch=3"], "params.yaml would not be valid: train.epoch: unknown key"),
        (["longer", "train.epochs"], "'train.epochs': write a setting as section.key=value"),
        (["longer", "train.epochs=["], "train.epochs=[: not YAML"),
        (["list"], "presets/list.yaml: write sections with keys"),
        (["torn"], "presets/torn.yaml: not YAML"),
    ],
)
def test_what_cannot_be_applied_is_refused_in_one_line(folder, monkeypatch, arguments, message):
    if arguments in (["list"], ["torn"]):
        text = {"list": "- 1\n", "torn": "train: {\n"}[arguments[0]]
        (folder / f"presets/{arguments[0]}.yaml").write_text(text)
    with pytest.raises(SystemExit) as caught:
        apply(monkeypatch, *arguments)
    line = str(caught.value.code)
    assert line.startswith("error: ") and message in line and "\n" not in line
    assert (folder / "params.yaml").read_text() == PARAMETERS.read_text()
    assert {path.name for path in folder.iterdir()} == {"params.yaml", "presets"}


def test_parameters_that_are_not_valid_are_left_alone(folder, monkeypatch):
    (folder / "params.yaml").write_text("trian: 1\n")
    with pytest.raises(SystemExit, match=r"^error: params\.yaml: .*trian: unknown key"):
        apply(monkeypatch, "longer")
    assert (folder / "params.yaml").read_text() == "trian: 1\n"


@pytest.mark.parametrize("path", sorted((PROJECT / "presets").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_preset_of_the_project_fits_valid_parameters(folder, monkeypatch, path):
    (folder / "presets" / path.name).write_text(path.read_text())
    apply(monkeypatch, path.stem)
    values = YAML(typ="safe").load(path)
    applied = YAML(typ="safe").load(folder / "params.yaml")
    assert all(set(section) <= set(applied[name]) for name, section in values.items())
