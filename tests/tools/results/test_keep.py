"""What is kept of a run, so that its results can be collected again without it."""

import re

import pandas as pd
import pytest

from sdmvae import params
from tests.support.made_up_runs import identity, vae
from tests.support.run_folders import write_run
from tools.results import collect, keep


@pytest.fixture
def run(tmp_path):
    """A run of a VAE with two seeds."""
    return complete(write_run(tmp_path / "run", [vae()], seeds=2, parameters={"corpus.root": "x"}))


def complete(folder):
    (folder / "data/anchors").mkdir()
    (folder / "data/anchors/summary.json").write_text("{}")
    manifest = pd.DataFrame({"split": ["test", "train"], "speaker": ["a", "b"], "seconds": 60.0})
    manifest.to_csv(folder / "data/manifest.csv", index=False)
    return folder


def test_a_kept_run_is_collected_as_the_run_itself(run, tmp_path):
    (run / "data/scores/vae-m32/0/speech.wav").touch()
    count = keep.keep(run, tmp_path / "kept")
    files = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert len(files) == count and not [path for path in files if path.suffix == ".wav"]
    assert collect.collect(tmp_path / "kept") == collect.collect(run)


def test_the_folder_of_the_corpus_is_not_kept(run, tmp_path):
    keep.keep(run, tmp_path / "kept")
    assert params.read(tmp_path / "kept/params.yaml").corpus.root is None


def test_cells_and_seeds_of_several_runs_are_kept_together(run, tmp_path):
    keep.keep(run, tmp_path / "kept")
    more = write_run(tmp_path / "more", [identity()], seeds=3)
    keep.keep(complete(more), tmp_path / "kept")
    settings = params.read(tmp_path / "kept/params.yaml")
    assert [*settings.variants] == ["vae", "sdm-eye"] and settings.train.seeds == [0, 1, 2]
    _, left_out = collect.collect(tmp_path / "kept")
    assert left_out == ["vae-m32"]
    scores = "data/scores/vae-m32/1/utterances.csv"
    assert (tmp_path / "kept" / scores).read_bytes() == (run / scores).read_bytes()


def test_a_run_with_other_settings_is_refused_and_nothing_is_copied(run, tmp_path):
    keep.keep(run, tmp_path / "kept")
    before = sorted((tmp_path / "kept").rglob("*"))
    other = complete(write_run(tmp_path / "other", [vae()], parameters={"train.epochs": 7}))
    with pytest.raises(keep.KeepError, match=r"train\.epochs is 7, and .* has 2: give another"):
        keep.keep(other, tmp_path / "kept")
    assert sorted((tmp_path / "kept").rglob("*")) == before


def test_a_run_with_other_utterances_is_refused(run, tmp_path):
    keep.keep(run, tmp_path / "kept")
    manifest = run / "data/manifest.csv"
    manifest.write_text(manifest.read_text() + "\n")
    with pytest.raises(keep.KeepError, match=re.escape(f"{manifest}: the run that is kept")):
        keep.keep(run, tmp_path / "kept")
