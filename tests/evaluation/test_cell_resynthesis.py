import json

import numpy as np
import pandas as pd
import pytest
import torch

from sdmvae.dsp import audio_file
from sdmvae.evaluation import fitted_priors
from sdmvae.evaluation.cell_resynthesis import resynthesise_file, write_resynthesis
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


DISTANCES = {"prior": {"test": 0.25, "training": None}, "fitted": {"test": None, "training": 1.5}}


def write(autoencoder, speech, folder, dictionary=None, **options):
    """Resynthesise all utterances one by one, and write them; the number of frames."""
    utterances = [
        (name, resynthesise_file(autoencoder, speech / name, SETTINGS, seed_of(name), **options))
        for name in NAMES
    ]
    return write_resynthesis(utterances, folder, dictionary, DISTANCES)


def seed_of(name):
    return seed_for(5, "resynthesis", name)


@pytest.mark.parametrize("name", MODELS)
def test_speech_codes_and_bounds_of_all_utterances_are_written(tmp_path, speech, name):
    autoencoder, folder = networks.build(*MODELS[name], bins=33).eval(), tmp_path / "out"
    dictionary = np.eye(3, 7) if name == "sdm" else None
    frames = write(autoencoder, speech, folder, dictionary)
    analyses = []
    for utterance in NAMES:
        samples, peak = audio_file.read_normalised(speech / utterance)
        estimate, analysis = resynthesise(autoencoder, samples, SETTINGS, seed_of(utterance))
        written = audio_file.read((folder / "speech" / utterance).with_suffix(".wav")).samples
        assert np.abs(written - np.clip(estimate * peak, -1, 1)).max() <= 2**-15
        analyses.append(analysis)
    codes = np.concatenate([analysis.codes for analysis in analyses])
    np.testing.assert_array_equal(np.load(folder / "codes.npy"), codes)
    assert frames == len(codes)
    assert (folder / "hard_codes.npy").exists() is (name == "vsc")
    assert (folder / "signal_to_noise.npy").exists() is (name != "vsc")
    for key in ("kl_by_dimension", *(["signal_to_noise"] if name != "vsc" else [])):
        kept = np.load(folder / f"{key}.npy")
        assert kept.dtype == np.float16
        exact = np.concatenate([getattr(analysis, key) for analysis in analyses])
        np.testing.assert_allclose(kept, exact, rtol=1e-3, atol=1e-6)
    assert (folder / "dictionary.npy").exists() is (name == "sdm")
    if name == "sdm":
        np.testing.assert_array_equal(np.load(folder / "dictionary.npy"), dictionary)
    assert json.loads((folder / "energy_distances.json").read_text()) == DISTANCES
    bounds = pd.read_csv(folder / "bounds.csv")
    assert bounds["path"].tolist() == NAMES
    for analysis, row in zip(analyses, bounds.itertuples(), strict=True):
        assert row.frames == len(analysis.codes)
        for term, bound in analysis.bounds.items():
            expected = pytest.approx(bound.mean(), rel=1e-6, nan_ok=True)
            assert getattr(row, term) == expected, term
        assert row.objective == pytest.approx(-(row.reconstruction + row.kl), rel=1e-6)


def test_the_codes_of_extreme_posteriors_stay_finite(tmp_path, speech):
    """A half of the space holds numbers up to 65,504 only."""
    autoencoder, folder = networks.build(bins=33).eval(), tmp_path / "out"
    *_, last = (each for each in autoencoder.encoder.modules() if hasattr(each, "bias"))
    with torch.no_grad():
        last.bias[:3] += 1e4
    write(autoencoder, speech, folder)
    for key in ("kl_by_dimension", "signal_to_noise"):
        assert np.isfinite(np.load(folder / f"{key}.npy")).all()


def test_fitted_priors_give_the_likelihoods(tmp_path, speech):
    autoencoder = networks.build(bins=33).eval()
    samples = np.random.default_rng(0).standard_normal((300, 3))
    priors = fitted_priors.fit_to_samples(samples, seed=0)
    for name, given in (("without", {}), ("with", priors)):
        write(autoencoder, speech, tmp_path / name, priors=given)
    without, with_priors = (
        pd.read_csv(tmp_path / name / "bounds.csv") for name in ("without", "with")
    )
    assert without["likelihood"].isna().all()
    assert np.isfinite(with_priors[["likelihood", "likelihood_gaussian", "likelihood_gain"]]).all(
        axis=None
    )
    same = ["iwae", "objective", "reconstruction", "kl"]
    pd.testing.assert_frame_equal(without[same], with_priors[same])


def test_the_spectra_of_an_utterance_are_not_kept(speech):
    """Those of all test utterances would not fit into memory."""
    autoencoder = networks.build(bins=33).eval()
    analysis = resynthesise_file(autoencoder, speech / NAMES[0], SETTINGS, seed=0).analysis
    assert analysis.power.size == analysis.log_power.size == 0
