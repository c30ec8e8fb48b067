"""Tests that importing `stages` fixes the arithmetic: every processor computes the same bytes."""

import os
import subprocess
import sys

import pytest

from sdmvae.runtime import determinism
from tests.support import PROJECT

pytestmark = pytest.mark.slow

COMPUTATION = """
import hashlib, stages
import numpy as np, torch
from sdmvae.dsp import stft
from sdmvae import autoencoder
from sdmvae.evaluation import drawn_frames, fitted_priors, resynthesis
from sdmvae.evaluation.phase import rebuild
from sdmvae.evaluation.scores import spectra, speech as scores
from sdmvae.params import CellConfiguration
from sdmvae.training import loop
from sdmvae.training.settings import Settings

random = np.random.default_rng(0)
speech = np.convolve(random.standard_normal(20_000), np.hanning(9), "same")
spectrogram = stft.stft(speech / np.abs(speech).max(), window=1024, hop=256)
log_power = stft.log_power(spectrogram, floor=1e-6)
digest = hashlib.sha256(log_power.tobytes())
torch.set_num_threads(1)
for model, arguments in (
    ("vae", {}),
    ("vsc", {"alpha": 0.5}),
    ("sdm", {"dictionary": "random", "atoms": 40, "learned": True}),
    ("mixture", {"strength": 1.0}),
    ("intel", {"strength": 1.0}),
    ("sdm_student", {"dictionary": "identity"}),
    ("vsc_informed", {"alpha": 0.5}),
):
    configuration = CellConfiguration(
        model=model, arguments=arguments, m=32, bins=513, hidden=[128, 40],
        encoder_input="log-power", likelihood="itakura-saito", representation="power",
        transform=None,
    )
    network = autoencoder.build(configuration, torch.Generator().manual_seed(0))
    settings = Settings(
        learning_rate=1e-2, batch_size=32, epochs=3, patience=9, seed=0, name=model, device="cpu",
    )
    trained = loop.train(network, log_power, log_power[:40], settings)
    for name in sorted(trained.weights):
        digest.update(trained.weights[name].numpy().tobytes())
    decoding = resynthesis.Settings(1024, 256, 1e-6, decode="mean", importance_samples=2)
    fitted_priors.LEAST_FRAMES = 20
    priors = fitted_priors.fit(network.eval(), log_power, seed=1)
    for prior in priors.values():
        for tensor in prior.state_dict().values():
            digest.update(tensor.numpy().tobytes())
    coded = resynthesis.analyse(network, log_power, decoding, 0, priors)
    for array in (*coded[:-1], *coded.bounds.values()):
        digest.update(b"" if array is None else array.tobytes())
    distances = drawn_frames.energy_distances(network, priors, {"test": log_power}, 1e-6, seed=2)
    digest.update(repr(distances).encode())
    back = rebuild(coded.power, spectrogram, window=1024, hop=256, length=len(speech))
    digest.update(back.tobytes())
figures = [
    score(speech, back, 16_000)
    for score in (
        *(scores.pesq, scores.pesq_wb, scores.stoi, scores.estoi, scores.si_sdr),
        *(spectra.log_spectral_distance, spectra.mel_cepstral_distortion),
    )
]
digest.update(np.array(figures).tobytes())
print(digest.hexdigest())
"""

# Choices that the libraries would make on another processor, or with other settings on this one.
OTHER_CHOICES = {
    "PyTorch without AVX2": {"ATEN_CPU_CAPABILITY": "default"},
    "NumPy's products on an old processor": {"OPENBLAS_CORETYPE": "Nehalem"},
    "NumPy with AVX-512 where the processor has it": {"NPY_DISABLE_CPU_FEATURES": ""},
    "Intel's library in its most careful mode": {"MKL_CBWR": "COMPATIBLE"},
    "two threads": {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
    "another hash order": {"PYTHONHASHSEED": "7"},
}


def computed_digest(**environment) -> str:
    """Return the digest that a new process computes in an environment."""
    done = subprocess.run(
        [sys.executable, "-c", COMPUTATION],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def usual_digest():
    return computed_digest()


@pytest.mark.skipif(
    not determinism.has_avx2(), reason="a processor without AVX2 computes other bytes"
)
@pytest.mark.parametrize("environment", OTHER_CHOICES.values(), ids=OTHER_CHOICES)
def test_the_bytes_do_not_depend_on_the_choices_of_the_libraries(usual_digest, environment):
    assert computed_digest(**environment) == usual_digest


def test_one_thread_is_set_before_a_numerical_library_is_loaded():
    script = "import sys, os, stages; print('numpy' in sys.modules, os.environ['OMP_NUM_THREADS'])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "1"]
