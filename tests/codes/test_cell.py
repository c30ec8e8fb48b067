"""Speech to codes and back, against the pipeline's own resynthesis, and codes of priors."""

import subprocess
import sys

import numpy as np
import pytest
import soundfile
import torch
from scipy.signal import resample_poly

import sdmvae
from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation import resynthesis
from sdmvae.training import saved
from tests.support import PROJECT
from tests.support.small_project import speak
from tests.support.trained_cells import FLOOR, HOP, WINDOW, write_cell

SETTINGS = resynthesis.Settings(WINDOW, HOP, FLOOR, decode="mean", importance_samples=2)


@pytest.fixture
def folder(tmp_path):
    speak(tmp_path / "speech.wav", seed=1, seconds=1, rate=16_000)
    return write_cell(tmp_path, priors=True)


@pytest.fixture
def cell(folder):
    return sdmvae.load(folder)


def pipeline(folder, path):
    """Return the pipeline's resynthesis of a file, and its analysis."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    samples, peak = audio_file.read_normalised(path)
    estimate, analysis = resynthesis.resynthesise(saved.load(folder), samples, SETTINGS, seed=0)
    torch.set_num_threads(threads)
    return estimate * peak, analysis


@pytest.mark.parametrize(
    ("model", "arguments"),
    [
        ("vae", {}),
        ("sdm", {"dictionary": "dct", "atoms": 6}),
        ("vsc", {"alpha": 0.5}),
        ("vaease", {}),
        ("vsc-thresholded", {"threshold": 0.5, "learned": True}),
    ],
)
def test_codes_and_speech_are_the_bytes_of_the_pipeline(tmp_path, model, arguments):
    speak(tmp_path / "speech.wav", seed=1, seconds=1)
    folder = write_cell(tmp_path, f"{model}-m4", model, arguments)
    cell = sdmvae.load(folder)
    codes = cell.encode(tmp_path / "speech.wav")
    expected, analysis = pipeline(folder, tmp_path / "speech.wav")
    np.testing.assert_array_equal(codes.values, analysis.codes)
    np.testing.assert_array_equal(cell.decode(codes), expected)
    np.testing.assert_array_equal(cell.resynthesize(tmp_path / "speech.wav")[0], expected)


def test_codes_have_a_frame_every_hop(cell, tmp_path):
    codes = cell.encode(tmp_path / "speech.wav")
    assert codes.values.shape == (1 + 16_000 // HOP, cell.dims) and cell.dims == 4
    assert codes.period == HOP / 16_000
    np.testing.assert_allclose(codes.times, np.arange(251) * HOP / 16_000)


def test_a_waveform_of_another_rate_is_resampled(cell, tmp_path):
    speech, _ = soundfile.read(tmp_path / "speech.wav")
    slow = resample_poly(speech, 1, 2)
    codes = cell.encode(slow, 8_000)
    again = cell.encode(resample_poly(slow, 2, 1), 16_000)
    np.testing.assert_array_equal(codes.values, again.values)
    stereo = cell.encode(np.stack([slow, slow], axis=1), 8_000)
    np.testing.assert_array_equal(stereo.values, codes.values)


def test_a_file_has_the_codes_of_its_samples(cell, tmp_path):
    speech, rate = soundfile.read(tmp_path / "speech.wav")
    (pair,) = cell.encode_files([tmp_path / "speech.wav"])
    assert pair[0] == tmp_path / "speech.wav"
    np.testing.assert_array_equal(pair[1].values, cell.encode(speech, rate).values)


def test_the_phase_of_other_speech_can_be_given(cell, tmp_path):
    codes = cell.encode(tmp_path / "speech.wav")
    other = np.random.default_rng(0).standard_normal(16_000)
    made = cell.decode(codes.values, phase=other)
    spectrogram = stft.stft(other, window=WINDOW, hop=HOP)
    wanted = np.sqrt(cell.power(codes.values)) * np.exp(1j * np.angle(spectrogram))
    expected = stft.istft(wanted, window=WINDOW, hop=HOP, length=16_000)
    np.testing.assert_allclose(made, expected, rtol=1e-6, atol=1e-9)


def test_a_phase_is_made_for_codes_without_one(cell, tmp_path):
    codes = cell.encode(tmp_path / "speech.wav")
    made = cell.decode(codes.values)
    assert made.shape == (16_000,)
    wanted = np.sqrt(cell.power(codes.values))
    found = np.abs(stft.stft(made, window=WINDOW, hop=HOP))
    random = np.abs(stft.stft(cell.decode(codes), window=WINDOW, hop=HOP))
    assert np.linalg.norm(found - wanted) < 1.1 * np.linalg.norm(random - wanted)


def test_a_phase_is_made_on_demand_for_as_many_samples(cell):
    speech = np.random.default_rng(1).standard_normal(5_001)
    codes = cell.encode(speech, 16_000)
    made = cell.decode(codes, make_phase=True)
    assert len(made) == len(cell.decode(codes)) == 5_001
    alone = cell.decode(codes.values)
    assert len(alone) == 5_001 // HOP * HOP
    assert np.std(made) == pytest.approx(np.std(alone) * codes.peak, rel=0.1)


def test_edited_codes_change_the_speech_and_keep_the_phase(cell, tmp_path):
    codes = cell.encode(tmp_path / "speech.wav")
    edited = codes.edit(np.zeros_like(codes.values))
    np.testing.assert_array_equal(
        cell.decode(edited), cell.decode(edited.values, codes.original) * codes.peak
    )
    assert not np.array_equal(cell.decode(edited), cell.decode(codes))


def test_generated_codes_have_the_moments_of_the_prior(cell):
    assert cell.priors == ["mixture", "gaussian", "own"]
    for prior, mean, deviation in (("gaussian", 3, 0.5), ("mixture", 3, 0.5), ("own", 0, 1)):
        codes = cell.generate(4_000, prior, seed=3)
        np.testing.assert_allclose(codes.values.mean(0), mean, atol=0.1)
        np.testing.assert_allclose(codes.values.std(0), deviation, atol=0.1)
    np.testing.assert_array_equal(
        cell.generate(5).values, cell.generate(5, "mixture", seed=0).values
    )
    assert cell.decode(cell.generate(9)).shape == (8 * HOP,)


def test_a_cell_without_a_prior_says_so(tmp_path):
    cell = sdmvae.load(write_cell(tmp_path, "vaease-m4", "vaease"))
    with pytest.raises(ValueError, match="this cell has no prior to draw from"):
        cell.generate(4)


def test_what_does_not_fit_is_refused_in_one_line(cell, tmp_path):
    codes = cell.encode(tmp_path / "speech.wav")
    speech, _ = soundfile.read(tmp_path / "speech.wav")
    other = type(codes)(codes.values, 128 / 16_000)
    for call, reason in (
        (lambda: cell.decode(other), "a frame every 8 ms, but .* one every 4 ms"),
        (lambda: cell.decode(codes.values[:, :3]), r"give \(frames, 4\)"),
        (lambda: cell.decode(codes.values * np.nan), "NaN or infinite"),
        (lambda: cell.decode(codes.values, codes.original[:900]), "251 codes need a signal of"),
        (lambda: cell.decode(codes.values[:1]), "needs 2 or more"),
        (lambda: cell.generate(4, "student"), "has mixture, gaussian, own"),
        (lambda: cell.generate(0), "give 1 or more"),
        (lambda: cell.encode(speech), "rate: is missing"),
        (lambda: cell.encode(speech, 16_000.5), "whole number of Hz"),
        (lambda: cell.encode(np.full(9_000, np.inf), 16_000), "NaN or infinite"),
        (lambda: cell.encode(speech[:100], 16_000), "too short"),
        (lambda: cell.encode(0 * speech, 16_000), "silent"),
        (lambda: cell.encode(np.zeros(9_000, int), 16_000), "give real numbers"),
        (lambda: cell.encode(tmp_path / "none.wav"), "no such file"),
        (lambda: sdmvae.load(tmp_path / "none"), "is not a trained cell"),
        (lambda: sdmvae.load(tmp_path / "data/models/vae-m4", seed=7), "with the seeds 0"),
        (lambda: sdmvae.load(tmp_path / "data/models/vae-m4", device="tpu"), "give cpu, cuda"),
    ):
        with pytest.raises(ValueError, match=reason) as caught:
            call()
        assert "\n" not in str(caught.value)


SCRIPT = """
import sys
import sdmvae
assert not {"numpy", "torch"} & set(sys.modules)
import os, numpy as np, torch
torch.set_num_threads(2)
torch.set_default_dtype(torch.float64)
os.environ["OMP_NUM_THREADS"] = "2"
cell = sdmvae.load(sys.argv[1])
codes = cell.encode(sys.argv[2])
np.savez(sys.argv[3], codes=codes.values, speech=cell.decode(codes))
assert torch.get_num_threads() == 2 and torch.get_default_dtype() == torch.float64
assert os.environ["OMP_NUM_THREADS"] == "2" and "MKL_CBWR" not in os.environ
"""


def test_a_program_with_other_settings_gets_the_same_bytes_and_keeps_them(folder, tmp_path):
    speech, made = tmp_path / "speech.wav", tmp_path / "made.npz"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder, speech, made],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT), "PATH": "", "OPENBLAS_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    expected, analysis = pipeline(folder, speech)
    with np.load(made) as arrays:
        np.testing.assert_array_equal(arrays["codes"], analysis.codes)
        np.testing.assert_array_equal(arrays["speech"], expected)
