import numpy as np
import pytest

from sdmvae.dataset import features
from sdmvae.dsp import audio_file, signal, stft
from sdmvae.runtime.workers import Crashed
from tests.support.small_project import speak

SETTINGS = {"window": 512, "hop": 128, "floor": 1e-6, "trim": 30.0}


@pytest.fixture
def paths(tmp_path):
    paths = [tmp_path / f"{number}.wav" for number in range(3)]
    for number, path in enumerate(paths):
        speak(path, seed=number, seconds=0.4 + 0.1 * number)
    return paths


def test_frames_are_those_of_the_normalised_and_trimmed_speech(paths):
    samples, _ = audio_file.read_normalised(paths[0])
    trimmed = signal.trim(samples, frame=512, hop=128, decibels=30.0)
    expected = stft.log_power(stft.stft(trimmed, window=512, hop=128), floor=1e-6)
    np.testing.assert_array_equal(features.log_power_of_file(paths[0], **SETTINGS), expected)


def test_utterances_come_in_order_and_their_files_are_removed(tmp_path, paths):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    utterances = features.utterance_frames(paths, scratch, **SETTINGS)
    for frames, path in zip(utterances, paths, strict=True):
        assert frames.dtype == np.float32
        np.testing.assert_array_equal(frames, features.log_power_of_file(path, **SETTINGS))
    assert list(scratch.iterdir()) == []


def test_the_error_for_an_utterance_that_cannot_be_read_names_it(tmp_path, paths):
    paths[1].write_bytes(b"")
    with pytest.raises(audio_file.AudioError, match=r"1\.wav: empty"):
        list(features.utterance_frames(paths, tmp_path, **SETTINGS))


def test_the_error_for_an_utterance_that_kills_its_process_names_it(tmp_path, paths, monkeypatch):
    def crash(function, jobs):
        return ((job, Crashed("the process working on it died")) for job in jobs)

    monkeypatch.setattr(features, "map_processes", crash)
    with pytest.raises(audio_file.AudioError, match=r"0\.wav: the process working on it died"):
        list(features.utterance_frames(paths[:1], tmp_path, **SETTINGS))
