import numpy as np
import pytest
import torch

from sdmvae import models
from sdmvae.autoencoder import Autoencoder
from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import resynthesis
from sdmvae.evaluation.scores import speech
from sdmvae.nn.likelihoods import ItakuraSaito
from tests.support import LIBRISPEECH

WINDOW, HOP, FLOOR = 1024, 256, 1e-6
BINS, M, T = 33, 4, 12
MODELS = {
    "vae": ("vae", {}, 4),
    "vsc": ("vsc", {"alpha": 0.3}, 4),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 7}, 7),
}


def spectrogram(shape=(20, 33), seed=0):
    random = np.random.default_rng(seed)
    return random.standard_normal(shape) + 1j * random.standard_normal(shape)


def harmonics(seconds=4.0):
    """Syllables of a gliding voice with formants, and pauses of digital silence."""
    time = np.arange(round(seconds * audio_file.SAMPLE_RATE)) / audio_file.SAMPLE_RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.6 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / audio_file.SAMPLE_RATE
    formant = 700 + 300 * np.sin(2 * np.pi * 1.1 * time)
    voice = sum(
        np.exp(-(((k * pitch - formant) / 400) ** 2)) * np.sin(k * phase)
        + 0.3 * np.exp(-(((k * pitch - 2200) / 500) ** 2)) * np.sin(k * phase)
        for k in range(1, 30)
    )
    syllables = np.maximum(np.sin(2 * np.pi * 2 * time), 0) * (time % 2 < 1.6)
    return voice * syllables


def real():
    first = min(LIBRISPEECH.rglob("*.flac"), key=lambda path: (path.stat().st_size, path.name))
    return audio_file.read(first).samples


def built(name):
    model, arguments, _ = MODELS[name]
    generator = torch.Generator().manual_seed(0)
    built = models.build(model, arguments, m=M, bins=BINS, generator=generator)
    return Autoencoder(BINS, M, built, ItakuraSaito(), "log-power", generator).eval()


def log_power(seed=1):
    power = np.random.default_rng(seed).exponential(size=(T, BINS)) + FLOOR
    return np.log(power).astype(np.float32)


def test_true_power_gives_back_the_spectrogram():
    x = spectrogram()
    np.testing.assert_allclose(resynthesis.with_phase(np.abs(x) ** 2, x), x, rtol=1e-12)


def test_any_variance_gets_the_phase():
    x, y = spectrogram(), spectrogram(seed=1).real ** 2
    made = resynthesis.with_phase(y, x)
    np.testing.assert_allclose(np.abs(made) ** 2, y, rtol=1e-12)
    np.testing.assert_allclose(np.angle(made), np.angle(x), rtol=1e-9)


def test_no_phase_counts_as_0():
    x = spectrogram((2, 5))
    x[1, 2:] = 0
    made = resynthesis.with_phase(np.full((2, 5), 4.0), x)
    np.testing.assert_array_equal(made[1, 2:], [2, 2, 2])
    np.testing.assert_allclose(np.abs(made), 2)


def test_digital_silence():
    x = np.zeros((3, 5), dtype=complex)
    np.testing.assert_array_equal(resynthesis.with_phase(np.zeros((3, 5)), x), x)


@pytest.mark.parametrize("make", [harmonics, real])
def test_true_power_sounds_as_the_original(make):
    if make is real and not LIBRISPEECH.is_dir():
        pytest.skip("no sample of LibriSpeech beside the repository")
    samples = make()
    samples = samples / np.abs(samples).max()
    x = stft.stft(samples, window=WINDOW, hop=HOP)
    y = np.exp(stft.log_power(x, floor=FLOOR))
    estimate = stft.istft(resynthesis.with_phase(y, x), window=WINDOW, hop=HOP, length=len(samples))
    assert speech.pesq(samples, estimate, audio_file.SAMPLE_RATE) >= 4.4
    assert speech.si_sdr(samples, estimate, audio_file.SAMPLE_RATE) >= 60


def coded(autoencoder, decode="mean", importance_samples=3, seed=0):
    return resynthesis.analyse(
        autoencoder, log_power(), decode=decode, importance_samples=importance_samples, seed=seed
    )


@pytest.mark.parametrize("name", MODELS)
def test_shapes_and_types(name):
    made = coded(built(name))
    assert made.codes.shape == (T, MODELS[name][2])
    assert made.power.shape == (T, BINS)
    assert made.reconstruction.shape == made.kl.shape == made.iwae.shape == (T,)
    if name == "vsc":
        assert made.hard_codes.shape == made.codes.shape
    else:
        assert made.hard_codes is None
    present = [each for each in made if each is not None]
    assert all(isinstance(each, np.ndarray) and np.isfinite(each).all() for each in present)
    assert (made.power > 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_codes_are_means_and_the_power_is_decoded_from_them(name):
    autoencoder = built(name)
    made = coded(autoencoder)
    with torch.no_grad():
        frames = autoencoder.features(torch.from_numpy(log_power()).float())
        heads = autoencoder.encode(frames)
        mean = autoencoder.model.mean(heads)
        np.testing.assert_array_equal(made.codes, mean)
        np.testing.assert_allclose(made.power, autoencoder.decode(mean).exp(), rtol=1e-6)
        np.testing.assert_allclose(made.kl, autoencoder.model.kl(heads, mean, None), rtol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_seed_is_not_for_the_mean_code_and_its_power(name):
    autoencoder = built(name)
    first, again, other = (coded(autoencoder, seed=seed) for seed in (0, 0, 1))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(first.codes, other.codes)
    np.testing.assert_array_equal(first.power, other.power)
    assert (first.reconstruction != other.reconstruction).all()
    assert (first.iwae != other.iwae).all()


def test_decoding_a_sample_leaves_the_code_and_the_bounds():
    autoencoder = built("vae")
    mean, sample, again, other = (
        coded(autoencoder, decode=decode, seed=seed)
        for decode, seed in (("mean", 0), ("sample", 0), ("sample", 0), ("sample", 1))
    )
    np.testing.assert_array_equal(mean.codes, sample.codes)
    np.testing.assert_array_equal(mean.iwae, sample.iwae)
    np.testing.assert_array_equal(sample.power, again.power)
    for one in (mean, other):
        assert (one.power != sample.power).any(axis=1).all()
