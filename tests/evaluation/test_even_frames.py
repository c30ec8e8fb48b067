"""Evenly spaced frames of utterances."""

import numpy as np
import pytest

from sdmvae.dsp import audio_file, stft
from sdmvae.evaluation.even_frames import EvenFrames, even_rows, read_even_frames
from sdmvae.params import Stft


@pytest.mark.parametrize(("total", "count"), [(10, 4), (4, 4), (3, 4), (1, 4), (1_001, 11)])
def test_even_rows_have_equal_steps_from_the_first_to_the_last(total, count):
    rows = even_rows(total, count)
    assert len(rows) == min(total, count) and rows[0] == 0
    assert rows[-1] == (total - 1 if len(rows) > 1 else 0)
    steps = np.diff(rows)
    assert len(steps) == 0 or steps.max() - steps.min() <= 1


@pytest.mark.parametrize("lengths", [[5], [3, 4], [40, 1, 59], [7] * 100, [1] * 33, [1_000]])
def test_frames_of_utterances_are_evenly_spaced_among_all(lengths):
    count, total = 8, sum(lengths)
    even, frames = EvenFrames(count), np.arange(2.0 * total).reshape(total, 2)
    for part in np.split(frames, np.cumsum(lengths)[:-1]):
        even.add(part)
    kept = even.frames()
    numbers = kept[:, 0] / 2
    np.testing.assert_array_equal(kept, frames[numbers.astype(int)])
    assert len(kept) == min(count, total) and numbers[0] == 0
    step = total / len(kept)
    assert (np.abs(numbers - step * np.arange(len(kept))) < 2.5 * step).all()
    assert (
        len(kept) < 2 or 0.4 * step <= np.diff(numbers).min() <= np.diff(numbers).max() < 3 * step
    )


def test_frames_that_were_given_may_change_later():
    even, frames = EvenFrames(4), np.zeros((2, 3))
    even.add(frames)
    frames += 1
    assert not even.frames().any()


def test_frames_of_files_are_their_log_power(tmp_path):
    how = Stft(window=64, hop=16, floor=1e-6, trim=30.0)
    expected = []
    for number, name in enumerate(("a.flac", "b.flac")):
        samples = np.random.default_rng(number).uniform(-0.3, 0.3, 1_500)
        audio_file.write(tmp_path / name, samples)
        spoken, _ = audio_file.read_normalised(tmp_path / name)
        spectrogram = stft.stft(spoken, window=64, hop=16)
        expected.append(stft.log_power(spectrogram, floor=1e-6))
    found = read_even_frames(["a.flac", "b.flac"], tmp_path, 1_000, how)
    np.testing.assert_array_equal(found, np.concatenate(expected))
    few = read_even_frames(["a.flac", "b.flac"], tmp_path, 5, how)
    assert few.shape == (5, 33) and few.dtype == np.float32
