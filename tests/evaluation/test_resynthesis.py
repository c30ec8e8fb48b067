import numpy as np
import pytest
import torch
from pesq import pesq

from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import resynthesis
from tests.support import LIBRISPEECH, networks
from tests.support.arguments import all_models
from tests.support.networks import one_thread

__all__ = ["one_thread"]

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


def synthetic_speech(seconds=4.0):
    """Return syllables of a gliding voice with formants, and pauses of digital silence."""
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


def recorded_speech():
    """Return the shortest recording of LibriSpeech."""
    path = min(LIBRISPEECH.rglob("*.flac"), key=lambda path: (path.stat().st_size, path.name))
    return audio_file.read(path).samples


def build(name):
    model, arguments, _ = MODELS[name]
    return networks.build(model, arguments, m=M, bins=BINS, hidden=[128]).eval()


def log_power(seed=1):
    power = np.random.default_rng(seed).exponential(size=(T, BINS)) + FLOOR
    return np.log(power).astype(np.float32)


def test_the_true_power_gives_back_the_spectrogram():
    x = spectrogram()
    np.testing.assert_allclose(resynthesis.with_phase(np.abs(x) ** 2, x), x, rtol=1e-12)


def test_any_power_gets_the_phase():
    x, y = spectrogram(), spectrogram(seed=1).real ** 2
    estimate = resynthesis.with_phase(y, x)
    np.testing.assert_allclose(np.abs(estimate) ** 2, y, rtol=1e-12)
    np.testing.assert_allclose(np.angle(estimate), np.angle(x), rtol=1e-9)


def test_a_silent_bin_has_phase_0():
    x = spectrogram((2, 5))
    x[1, 2:] = 0
    estimate = resynthesis.with_phase(np.full((2, 5), 4.0), x)
    np.testing.assert_array_equal(estimate[1, 2:], [2, 2, 2])
    np.testing.assert_allclose(np.abs(estimate), 2)


def test_digital_silence_stays_silent():
    x = np.zeros((3, 5), dtype=complex)
    np.testing.assert_array_equal(resynthesis.with_phase(np.zeros((3, 5)), x), x)


def si_sdr(reference, estimate):
    """Return the scale-invariant signal-to-distortion ratio in dB, of signals made zero-mean."""
    reference, estimate = reference - reference.mean(), estimate - estimate.mean()
    target = (estimate @ reference) / (reference @ reference) * reference
    return 10 * np.log10((target @ target) / ((estimate - target) @ (estimate - target)))


@pytest.mark.parametrize("speech", [synthetic_speech, recorded_speech])
def test_the_true_power_sounds_like_the_original(speech):
    if speech is recorded_speech and not LIBRISPEECH.is_dir():
        pytest.skip("there is no sample of LibriSpeech beside the repository")
    samples = speech()
    samples = samples / np.abs(samples).max()
    x = stft.stft(samples, window=WINDOW, hop=HOP)
    y = np.exp(stft.log_power(x, floor=FLOOR))
    estimate = stft.istft(resynthesis.with_phase(y, x), window=WINDOW, hop=HOP, length=len(samples))
    assert pesq(audio_file.SAMPLE_RATE, samples, estimate, "nb") >= 4.4
    assert si_sdr(samples, estimate) >= 60


def analyse(autoencoder, decode="mean", importance_samples=3, seed=0):
    settings = resynthesis.Settings(64, 16, FLOOR, decode, importance_samples)
    return resynthesis.analyse(autoencoder, log_power(), settings, seed)


@pytest.mark.parametrize("name", MODELS)
def test_everything_has_its_shape_and_is_finite(name):
    analysis = analyse(build(name))
    assert analysis.codes.shape == (T, MODELS[name][2])
    assert analysis.power.shape == (T, BINS)
    assert analysis.reconstruction.shape == analysis.kl.shape == analysis.iwae.shape == (T,)
    if name == "vsc":
        assert analysis.hard_codes.shape == analysis.codes.shape
    else:
        assert analysis.hard_codes is None
    arrays = [array for array in analysis if array is not None]
    assert all(isinstance(array, np.ndarray) and np.isfinite(array).all() for array in arrays)
    assert (analysis.power > 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_codes_are_posterior_means_and_the_power_is_decoded_from_them(name):
    autoencoder = build(name)
    analysis = analyse(autoencoder)
    with torch.no_grad():
        posterior = autoencoder.encode(autoencoder.encoder_input(torch.from_numpy(log_power())))
        mean = autoencoder.model.mean_code(posterior)
        np.testing.assert_array_equal(analysis.codes, mean)
        np.testing.assert_allclose(analysis.power, autoencoder.decode(mean).exp(), rtol=1e-6)
        kl = autoencoder.model.kl(posterior, mean, None)
        np.testing.assert_allclose(analysis.kl, kl, rtol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_seed_does_not_change_the_mean_code_and_its_power(name):
    autoencoder = build(name)
    first, again, other = (analyse(autoencoder, seed=seed) for seed in (0, 0, 1))
    for array, same_array in zip(first, again, strict=True):
        np.testing.assert_array_equal(array, same_array)
    np.testing.assert_array_equal(first.codes, other.codes)
    np.testing.assert_array_equal(first.power, other.power)
    assert (first.reconstruction != other.reconstruction).all()
    assert (first.iwae != other.iwae).all()


def test_decoding_a_sample_does_not_change_the_code_and_the_bounds():
    autoencoder = build("vae")
    mean, sample, again, other = (
        analyse(autoencoder, decode=decode, seed=seed)
        for decode, seed in (("mean", 0), ("sample", 0), ("sample", 0), ("sample", 1))
    )
    np.testing.assert_array_equal(mean.codes, sample.codes)
    np.testing.assert_array_equal(mean.iwae, sample.iwae)
    np.testing.assert_array_equal(sample.power, again.power)
    for analysis in (mean, other):
        assert (analysis.power != sample.power).any(axis=1).all()


@pytest.mark.parametrize("decode", ["mean", "sample"])
@pytest.mark.parametrize(("name", "arguments"), all_models())
def test_every_model_resynthesises_an_utterance(name, arguments, decode):
    autoencoder = networks.build(name, arguments, bins=BINS).eval()
    settings = resynthesis.Settings(64, 16, FLOOR, decode, importance_samples=2)
    samples = np.random.default_rng(0).uniform(-1, 1, 1000)
    estimate, analysis = resynthesis.resynthesise(autoencoder, samples, settings, seed=0)
    assert estimate.shape == samples.shape
    for array in (estimate, *analysis):
        assert array is None or np.isfinite(array).all()


def test_resynthesis_is_the_decoded_power_with_the_original_phase():
    autoencoder = build("vae")
    settings = resynthesis.Settings(64, 16, FLOOR, "mean", importance_samples=2)
    samples = np.random.default_rng(0).uniform(-1, 1, 1000)
    estimate, analysis = resynthesis.resynthesise(autoencoder, samples, settings, seed=0)
    x = stft.stft(samples, window=64, hop=16)
    y = resynthesis.analyse(autoencoder, stft.log_power(x, floor=FLOOR), settings, seed=0).power
    np.testing.assert_array_equal(analysis.power, y)
    expected = stft.istft(np.sqrt(y) * np.exp(1j * np.angle(x)), window=64, hop=16, length=1000)
    np.testing.assert_allclose(estimate, expected, rtol=1e-5, atol=1e-7)
