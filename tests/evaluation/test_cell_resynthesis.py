import numpy as np
import pandas as pd
import pytest

from sdmvae.dsp import audio_file
from sdmvae.evaluation.cell_resynthesis import write_resynthesis
from sdmvae.evaluation.resynthesis import Settings, resynthesise
from sdmvae.runtime.seeds import seed_for
from tests.support import networks
from tests.support.networks import one_thread

__all__ = ["one_thread"]

SETTINGS = Settings(64, 16, 1e-6, "mean", importance_samples=2)
NAMES = ["ann/first.flac", "bob/second.flac"]
MODELS = {
    "vae": ("vae", {}),
    "vsc": ("vsc", {"alpha": 0.3}),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 7}),
}


@pytest.fixture
def speech(tmp_path):
    """A folder with two utterances, neither of which has peak 1."""
    for number, name in enumerate(NAMES):
        path = tmp_path / "speech" / name
        path.parent.mkdir(parents=True)
        samples = np.random.default_rng(number).uniform(-0.5, 0.5, 1200 + 100 * number)
        audio_file.write(path, samples, format="FLAC", subtype="PCM_16")
    return tmp_path / "speech"


@pytest.mark.parametrize("name", MODELS)
def test_speech_codes_and_bounds_of_all_utterances_are_written(tmp_path, speech, name):
    autoencoder, folder = networks.build(*MODELS[name], bins=33).eval(), tmp_path / "out"
    frames = write_resynthesis(
        autoencoder, NAMES, speech, folder, SETTINGS, seed=5, cell=f"{name}-m3"
    )
    analyses = []
    for utterance in NAMES:
        samples, peak = audio_file.read_normalised(speech / utterance)
        seed = seed_for(5, f"{name}-m3", "resynthesis", utterance)
        estimate, analysis = resynthesise(autoencoder, samples, SETTINGS, seed)
        written = audio_file.read((folder / "speech" / utterance).with_suffix(".wav")).samples
        assert np.abs(written - np.clip(estimate * peak, -1, 1)).max() <= 2**-15
        analyses.append(analysis)
    codes = np.concatenate([analysis.codes for analysis in analyses])
    np.testing.assert_array_equal(np.load(folder / "codes.npy"), codes)
    assert frames == len(codes)
    assert (folder / "hard_codes.npy").exists() is (name == "vsc")
    assert (folder / "dictionary.npy").exists() is (name == "sdm")
    if name == "sdm":
        dictionary = np.load(folder / "dictionary.npy")
        np.testing.assert_array_equal(dictionary, autoencoder.model.dictionary)
    bounds = pd.read_csv(folder / "bounds.csv")
    assert bounds["path"].tolist() == NAMES
    for analysis, row in zip(analyses, bounds.itertuples(), strict=True):
        assert row.frames == len(analysis.codes)
        for term in ("reconstruction", "kl", "iwae"):
            assert getattr(row, term) == pytest.approx(getattr(analysis, term).mean(), rel=1e-6)
        assert row.elbo == pytest.approx(-(row.reconstruction + row.kl), rel=1e-6)
