import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sdmvae.dataset import pieces
from sdmvae.dataset.pieces import FRAME
from sdmvae.dsp import audio_file
from tests.support import LIBRISPEECH

SECOND = 50  # frames


def energies_with(pauses, seconds=60, quiet=1e-6):
    """Return the energies of speech with pauses, which are given in seconds."""
    energies = np.random.default_rng(0).uniform(0.5, 1.5, seconds * SECOND)
    for start, end in pauses:
        energies[round(start * SECOND) : round(end * SECOND)] = quiet
    return energies


def lengths(energies):
    """Return the durations of the pieces in seconds."""
    return np.diff([0, *pieces.find_cuts(energies), len(energies)]) / SECOND


def test_the_energies_are_the_variances_of_the_frames():
    samples = np.random.default_rng(0).standard_normal(2 * FRAME + 100) + 5
    expected = [samples[:FRAME].var(), samples[FRAME : 2 * FRAME].var(), samples[-100:].var()]
    np.testing.assert_allclose(pieces.frame_energies(samples), expected)
    assert len(pieces.frame_energies(samples[: 2 * FRAME])) == 2


def test_a_constant_offset_does_not_count():
    samples = np.random.default_rng(0).standard_normal(10 * FRAME)
    energies = pieces.frame_energies(samples)
    np.testing.assert_allclose(pieces.frame_energies(samples + 100), energies, rtol=1e-9)


def test_digital_silence_does_not_count_for_the_level():
    speech = np.linspace(0, 1, 101)[1:]
    assert pieces.find_level(np.append(speech, np.zeros(9_900))) == np.quantile(speech, 0.95)
    assert pieces.find_level(np.zeros(100)) == 0


@pytest.mark.parametrize(
    ("energy", "expected"), [(0.0, False), (0.99e-4, False), (1.01e-4, True), (1.0, True)]
)
def test_a_piece_has_speech_if_a_frame_is_less_than_40_db_below_the_level(energy, expected):
    assert pieces.has_speech(np.array([0.0, energy, 0.0]), level=1.0) is expected


def test_a_cut_is_in_the_middle_of_the_longest_pause_of_5_to_15_seconds():
    pauses = [(2, 4), (6, 6.5), (9, 10), (12, 12.4), (18, 20)]
    assert pieces.find_cuts(energies_with(pauses))[0] == 9.5 * SECOND


def test_of_pauses_of_one_length_the_first_is_taken():
    assert pieces.find_cuts(energies_with([(7, 8), (11, 12)]))[0] == 7.5 * SECOND


def test_a_dip_of_less_than_200_ms_is_no_pause():
    pauses = [(7, 7.18), (11, 11.2)]
    assert pieces.find_cuts(energies_with(pauses))[0] == 11.1 * SECOND


def test_without_a_pause_of_5_to_15_seconds_the_first_one_up_to_30_seconds_is_taken():
    pauses = [(1, 4), (17, 17.4), (22, 25), (35, 36)]  # 22.2 is 5 s after the first cut
    assert pieces.find_cuts(energies_with(pauses))[:2] == [17.2 * SECOND, 23.6 * SECOND]


def test_without_any_pause_the_quietest_point_is_taken():
    energies = energies_with([])
    energies[round(8 * SECOND) - 5 : round(8 * SECOND) + 5] = 0.3
    energies[round(12 * SECOND)] = 0.01  # too short to be the quietest 0.2 s
    assert pieces.find_cuts(energies)[0] == 8 * SECOND


def test_a_pause_that_goes_on_is_cut_through():
    pauses = [(8, 50)]
    durations = lengths(energies_with(pauses, quiet=0.0))
    assert durations[0] == (8 + 15) / 2
    assert durations.max() <= 15 and durations.min() >= 5


@pytest.mark.parametrize("seconds", [5, 15])
def test_what_is_short_is_not_cut(seconds):
    assert pieces.find_cuts(energies_with([], seconds)) == []


@given(
    st.integers(15 * SECOND + 1, 90 * SECOND),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 1_000)), max_size=12),
    st.sampled_from([0.0, 1e-6, 1e-2, 1.0]),
)
@example(751, [(2, 410), (10, 10)], 0.01)  # the only cut that a pause allows is at its start
@settings(max_examples=200, deadline=None)
def test_pieces_have_5_to_30_seconds_whatever_the_recording_is(frames, pauses, quiet):
    energies = np.random.default_rng(frames).uniform(0.5, 1.5, frames)
    for start, duration in pauses:
        energies[start * SECOND : start * SECOND + duration] *= quiet
    durations = lengths(energies)
    assert durations.sum() * SECOND == pytest.approx(frames)
    assert len(durations) > 1
    assert durations.min() >= 5 and durations.max() <= 30
    is_quiet = energies <= 1e-3 * pieces.find_level(energies)
    runs = np.flatnonzero(np.convolve(is_quiet, np.ones(10), "valid") > 9.5)  # their first frames
    in_pause = np.zeros(frames, bool)
    in_pause[(runs[:, None] + np.arange(10)).ravel()] = True
    cuts = pieces.find_cuts(energies)
    for last, cut in zip([0, *cuts], cuts, strict=False):
        # A cut in a pause, or at one of its ends, is in no speech.
        if not (in_pause[cut - 1] or in_pause[cut]):
            least, most = last + 5 * SECOND, min(last + 30 * SECOND, frames - 5 * SECOND)
            assert not ((runs + 10 > least) & (runs < most)).any()


@pytest.mark.skipif(not LIBRISPEECH.is_dir(), reason="no LibriSpeech beside the repository")
def test_recorded_speech_is_cut_where_it_is_quiet():
    paths = sorted((LIBRISPEECH / "train-clean-100").rglob("*.flac"))[:10]
    samples = np.concatenate([audio_file.read(path).samples for path in paths])
    energies = pieces.frame_energies(samples)
    cuts = pieces.find_cuts(energies)
    assert len(cuts) >= 8
    level = pieces.find_level(energies)
    assert all(energies[cut - 3 : cut + 3].max() <= 1e-3 * level for cut in cuts)
