"""Outputs of cells that are not declared are removed, and no other output is."""

import hashlib

import pytest

from sdmvae import params
from stages.prune import prune
from tests.support.small_project import PARAMETERS

LOCK = """\
schema: '2.0'
stages:
  summarise@vae-m4:
    cmd: score
    outs:
    - {{path: metrics/vae-m4.json, md5: '{md5}'}}
  summarise@vae-4:
    cmd: score
    outs:
    - {{path: metrics/vae-m4.json, md5: '{md5}'}}
  summarise@gone-m4:
    cmd: score
    outs:
    - {{path: metrics/gone-m4.json, md5: '{md5}'}}
  train@vae-m4-0:
    cmd: train
    outs:
    - {{path: data/curves/vae-m4/0.csv, md5: '{md5}'}}
  train@vae-m4-7:
    cmd: train
    outs:
    - {{path: data/curves/vae-m4/7.csv, md5: '{md5}'}}
  train@vae-m8-7:
    cmd: train
    outs:
    - {{path: data/curves/vae-m8/7.csv, md5: '{md5}'}}
  tabulate:
    cmd: tabulate
    outs:
    - {{path: metrics/table.csv, md5: '{md5}'}}
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a lock, whose outputs all have the same content."""
    content = b"{}"
    (tmp_path / "metrics").mkdir()
    for name in ("vae-m4.json", "gone-m4.json", "table.csv", "mine.json"):
        (tmp_path / "metrics" / name).write_bytes(content)
    for name in ("vae-m4/0.csv", "vae-m4/7.csv", "vae-m8/7.csv"):
        path = tmp_path / "data/curves" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "dvc.lock").write_text(LOCK.format(md5=hashlib.md5(content).hexdigest()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_only_the_outputs_of_cells_that_are_not_declared_are_removed(here, capsys):
    """That of vae-m4 is also known under an older name of its stage, and stays."""
    prune(params.read(PARAMETERS))
    names = {path.name for path in (here / "metrics").iterdir()}
    assert names == {"vae-m4.json", "table.csv", "mine.json"}
    assert capsys.readouterr().out.endswith("not declared: gone-m4, vae-m4-7, vae-m8-7\n")


def test_the_outputs_of_a_seed_that_is_not_declared_are_removed_with_an_empty_folder(here):
    prune(params.read(PARAMETERS))
    curves = here / "data/curves"
    assert [path.relative_to(curves).as_posix() for path in curves.rglob("*")] == [
        "vae-m4",
        "vae-m4/0.csv",
    ]


def test_an_output_that_was_changed_is_kept_and_named(here, capsys):
    (here / "metrics/gone-m4.json").write_text("edited")
    prune(params.read(PARAMETERS))
    assert (here / "metrics/gone-m4.json").read_text() == "edited"
    assert "metrics/gone-m4.json: belongs to no declared cell, and is kept" in (
        capsys.readouterr().out
    )
