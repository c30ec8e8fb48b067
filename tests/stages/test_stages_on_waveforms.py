"""The stages that read frames of training speech give the same bytes where waveforms are stored."""

import subprocess
import sys

import pandas as pd
import pytest

from stages import features
from tests.support import PROJECT
from tests.support.small_project import PARAMETERS, speak

pytestmark = pytest.mark.slow

# It keeps nothing in memory, so that frames are made of waveforms batch by batch.
RUN = """
import runpy, sys
import stages
from sdmvae.dataset import frames
frames.KEPT = 0
name = sys.argv.pop(1)
runpy.run_module(f"stages.{name}", run_name="__main__")
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The speech of five utterances, two of them of test speakers, and the code of the project."""
    monkeypatch.chdir(tmp_path)
    for name in ("sdmvae", "stages"):
        (tmp_path / name).symlink_to(PROJECT / name)
    rows = []
    for number, part in enumerate(("train", "train", "validation", "test", "test")):
        path = f"ann/{number}.wav"
        speak(features.SPEECH / part / path, seed=number, seconds=0.8)
        rows.append(("ann", str(number), part, 0.8, path))
    columns = ["speaker", "utterance", "split", "seconds", "path"]
    pd.DataFrame(rows, columns=columns).to_csv(features.MANIFEST, index=False)
    (tmp_path / "data/variants").mkdir()
    (tmp_path / "data/variants/vae.json").write_text("{}")
    return tmp_path


def outputs(project, kind):
    """Run the stages with one kind of store, and return the bytes of all their outputs."""
    text = PARAMETERS.read_text().replace("trim: 30.0", f"trim: 30.0\n  frames: {kind}")
    (project / "params.yaml").write_text(text)
    features.main()
    for stage in (["train", "vae-m4-0"], ["resynthesize", "vae-m4-0"], ["anchors"]):
        command = [sys.executable, "-c", RUN, *stage]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
    names = ("models", "curves", "priors", "resynthesis", "anchors")
    folders = [project / "data" / name for name in names]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(project)): path.read_bytes() for path in files}


def test_a_cell_has_the_same_bytes_from_frames_and_from_waveforms(project):
    stored = outputs(project, "stored")
    assert {"data/models/vae-m4/0/weights.safetensors", "data/curves/vae-m4/0.csv"} <= set(stored)
    assert "data/anchors/summary.json" in stored
    assert [name for name in stored if name.startswith("data/priors/")]
    assert not (features.FRAMES / "train_index.npz").exists()
    made = outputs(project, "waveforms")
    assert (features.FRAMES / "train_index.npz").exists()
    assert made == stored
