"""The stages of the probes, one after the other, on made-up speech and made-up codes."""

import numpy as np
import pandas as pd
import pytest

from sdmvae import params
from sdmvae.dataset import frames
from sdmvae.dsp import audio_file
from sdmvae.probes import targets
from stages import probe, references, stability, tabulate_probes
from stages import targets as targets_stage
from tests.support.small_project import PARAMETERS

HOP = 64
SHORT = PARAMETERS.read_text().replace("window: 1024", "window: 128").replace("hop: 256", "hop: 64")
PARAMS = SHORT.replace("seeds: [0]", "seeds: [0, 1]")
TRAININGS = [
    f"{variant}-{m}/{seed}"
    for m in ("m4", "m8")
    for variant in ("vae", "vsc-a50")
    for seed in (0, 1)
]


def speak(path, pitch, seed):
    """Write harmonics of a pitch in Hz that are switched on and off, in a little noise."""
    random, time = np.random.default_rng(seed), np.arange(16_000) / 16_000
    tone = sum(np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, 15))
    samples = 0.1 * tone * (np.sin(2 * np.pi * 3 * time) > 0) + 0.01 * random.standard_normal(
        16_000
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    audio_file.write(path, samples)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Speech of three test speakers, training frames, and the codes of every cell and seed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    random = np.random.default_rng(0)
    rows = []
    for number, speaker in enumerate(("ann", "bob", "cyd")):
        for utterance in range(2):
            path = f"{speaker}/{utterance}.flac"
            speak(targets_stage.TEST_SPEECH / path, 100 + 50 * number + 10 * utterance, number)
            rows.append(("test", speaker, str(utterance), path))
    manifest = pd.DataFrame(rows, columns=["split", "speaker", "utterance", "path"])
    manifest.to_csv(targets_stage.MANIFEST, index=False)
    targets_stage.PHONES.write_text("path,start,phone\n")
    references.FRAMES.mkdir()
    frames.write(references.FRAMES / "train.npy", [random.standard_normal((40, 65))], 65)
    bounds = manifest[["path"]].assign(frames=1 + 16_000 // HOP)
    for place, training in enumerate(TRAININGS):
        folder = tmp_path / "data/resynthesis" / training
        folder.mkdir(parents=True)
        bounds.to_csv(folder / "bounds.csv", index=False)
        codes = np.random.default_rng(place).standard_normal((bounds["frames"].sum(), 4))
        np.save(folder / "codes.npy", codes.astype(np.float32))
        np.save(folder / "signal_to_noise.npy", codes.astype(np.float16))
    return tmp_path


def run(stage, monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["-m", *arguments])
    stage.main()


def test_all_stages_run_one_after_the_other_with_the_same_bytes_again(project, monkeypatch, capsys):
    def run_all():
        run(targets_stage, monkeypatch)
        for training in TRAININGS:
            run(probe, monkeypatch, training.replace("/", "-"))
        for stage in (references, stability, tabulate_probes):
            run(stage, monkeypatch)
        files = [*project.glob("data/**/*.csv"), *project.glob("metrics/*.csv")]
        return {path: path.read_bytes() for path in files}

    made = run_all()
    assert made == run_all()
    table = pd.read_csv("metrics/probes.csv")
    assert set(table["cell"]) == {
        *("vae-m4", "vsc-a50-m4", "vae-m8", "vsc-a50-m8", "pca-m4", "pca-m8", "log-power"),
    }
    assert set(table["target"]) == {"voicing", "energy", "log_f0", "speaker"}
    log_power = table[table["cell"] == "log-power"].set_index("target")["value"]
    assert log_power["voicing"] > 0.9 and log_power["energy"] > 0.8
    noise = table[(table["cell"] == "vae-m4") & table["k"].isna()].groupby("target")["value"].mean()
    assert noise["voicing"] == pytest.approx(0.5, abs=0.1)
    assert noise["energy"] == pytest.approx(0, abs=0.1)
    assert table.loc[table["cell"] == "vsc-a50-m4", "base"].eq("vae-m4").all()
    matches = pd.read_csv("data/stability.csv")
    assert list(matches["cell"]) == ["vae-m4", "vsc-a50-m4", "vae-m8", "vsc-a50-m8"]
    assert matches["matched"].max() < 0.2
    printed = capsys.readouterr().out
    assert "phone is left out: the corpus does not tell the phones of its speech" in printed


def test_voicing_and_pitch_are_those_of_the_made_up_speech(project):
    table = targets_stage.make_table(params.read())
    assert len(table) == 6 * (1 + 16_000 // HOP)
    voiced = table[table["voicing"] == targets.VOICED]
    assert 0.35 < len(voiced) / len(table) < 0.75
    middle = voiced.groupby("path")["log_f0"].median()
    assert np.exp(middle["cyd/1.flac"]) == pytest.approx(210, rel=0.02)
    louder = table.groupby("voicing")["energy"].mean()
    assert louder[targets.VOICED] > louder[targets.UNVOICED] + 6


def test_one_seed_has_no_stability(project, monkeypatch):
    (project / "params.yaml").write_text(SHORT)
    run(stability, monkeypatch)
    assert pd.read_csv("data/stability.csv").empty
