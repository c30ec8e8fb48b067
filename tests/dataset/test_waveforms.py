import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdmvae.dataset import features, frames, waveforms
from sdmvae.dataset.waveforms import Waveform
from sdmvae.dsp import audio_file
from tests.support.small_project import speak

TRANSFORM = {"window": 512, "hop": 128, "floor": 1e-6}
CUT = {"window": 512, "hop": 128, "trim": 30.0}


def bits(array):
    """Return the bits of single precision numbers, in which -0 and 0 differ."""
    assert array.dtype == np.float32
    return array.view(np.uint32)


@pytest.fixture
def speech(tmp_path):
    """Utterances of 16 bits, of 24 bits, and of one frame, in the format of the pipeline."""
    paths = [tmp_path / f"{number}.flac" for number in range(5)]
    for number, path in enumerate(paths):
        wav = path.with_suffix(".wav")
        speak(wav, seed=number, seconds=0.3 + 0.05 * number)
        gain = 0.77 if number in (1, 3) else 1.0  # the samples then need 24 bits
        samples = gain * audio_file.read(wav).samples
        if number == 4:
            samples = np.where(np.arange(len(samples)) == 3000, 0.5, 0.0)  # reflected many times
        audio_file.write(path, samples)
    return paths


def stores(tmp_path, paths, monkeypatch, kept):
    """Return the frames of the same speech from a store of frames and from one of waveforms."""
    monkeypatch.setattr(frames, "KEPT", kept)
    each = features.utterance_frames(paths, tmp_path, trim=30.0, **TRANSFORM)
    count = frames.write(tmp_path / "a.npy", each, 257)
    cut = features.utterance_waveforms(paths, tmp_path, **CUT)
    assert waveforms.write(tmp_path / "b.npy", cut, **TRANSFORM) == count
    return frames.Frames(tmp_path / "a.npy"), frames.Frames(tmp_path / "b.npy")


@pytest.mark.parametrize("kept", [0, frames.KEPT])
def test_frames_of_waveforms_are_those_that_are_stored_bit_for_bit(
    tmp_path, speech, monkeypatch, kept
):
    stored, made = stores(tmp_path, speech, monkeypatch, kept)
    assert made.shape == stored.shape
    assert made.lengths.tolist() == stored.lengths.tolist()
    random = np.random.default_rng(0)
    for size in (1, 2, 31, 32, 33, 100, len(stored)):
        rows = random.integers(0, len(stored), size)
        np.testing.assert_array_equal(bits(made[rows]), bits(stored[rows]))
    for rows in (slice(None), slice(3, 40), slice(0, 0), slice(None, None, 7)):
        np.testing.assert_array_equal(bits(made[rows]), bits(stored[rows]))
    for one, other in zip(made.utterances(), stored.utterances(), strict=True):
        np.testing.assert_array_equal(bits(one), bits(other))


def test_the_speech_of_these_tests_has_both_widths_and_ends_that_are_reflected(tmp_path, speech):
    each = [features.waveform_of_file(path, **CUT) for path in speech]
    assert [waveform.samples.shape[1] for waveform in each] == [2, 3, 2, 3, 2]
    for waveform in each:
        samples = waveforms.unpack(waveform.samples)
        np.testing.assert_array_equal(samples[:256], samples[512:256:-1])


def test_rows_are_made_when_they_are_asked_for(tmp_path, speech, monkeypatch):
    _, made = stores(tmp_path, speech, monkeypatch, 0)
    before = made[np.array([2, 5])]
    with (tmp_path / "b.npy").open("r+b") as file:
        file.seek(128 + 512 * 2)
        file.write(b"\x11\x22" * 2000)
    assert not np.array_equal(made[np.array([2, 5])], before)


def test_waveforms_take_less_than_half_the_bytes_of_frames(tmp_path, speech, monkeypatch):
    stores(tmp_path, speech, monkeypatch, 0)
    sizes = [(tmp_path / name).stat().st_size for name in ("a.npy", "b.npy")]
    assert sizes[1] < sizes[0] / 2


def test_the_files_of_a_store_are_all_that_its_frames_depend_on(tmp_path, speech, monkeypatch):
    stored, made = stores(tmp_path, speech, monkeypatch, 0)
    names = [[path.name for path in store.files] for store in (stored, made)]
    assert names == [
        ["a.npy", "a_lengths.npy"],
        ["b.npy", "b_index.npz", "b_lengths.npy"],
    ]
    first = [path.read_bytes() for path in made.files]
    _, again = stores(tmp_path, speech, monkeypatch, 0)
    assert [path.read_bytes() for path in again.files] == first


def test_an_index_of_other_waveforms_is_an_error(tmp_path, speech, monkeypatch):
    stores(tmp_path, speech, monkeypatch, 0)
    cut = features.utterance_waveforms(speech[:2], tmp_path, **CUT)
    waveforms.write(tmp_path / "c.npy", cut, **TRANSFORM)
    (tmp_path / "c.npy").replace(tmp_path / "b.npy")
    with pytest.raises(ValueError, match=r"b_index\.npz: the index of other waveforms"):
        frames.Frames(tmp_path / "b.npy")


def test_a_store_without_waveforms(tmp_path):
    assert waveforms.write(tmp_path / "a.npy", [], **TRANSFORM) == 0
    assert frames.Frames(tmp_path / "a.npy").shape == (0, 257)


# Packing


@given(
    st.lists(st.integers(-(2**23) + 1, 2**23 - 1), min_size=1).filter(any),
    st.sampled_from([1, 256]),
)
def test_the_integers_divided_by_the_peak_are_the_samples(integers, step):
    recorded = np.array(integers) // step * step / 2**23
    peak = float(np.abs(recorded).max())
    if peak == 0:
        return
    samples, divisor = waveforms.pack(recorded / peak, peak)
    assert samples.dtype == np.uint8 and samples.shape[1] in ((2,) if step == 256 else (2, 3))
    np.testing.assert_array_equal(waveforms.unpack(samples) / divisor, recorded / peak)


def test_a_peak_outside_the_samples_decides_on_their_width_too():
    """It is cut off with the silence at the ends, and needs all 24 bits."""
    recorded = np.array([256, -512]) / 2**23
    packed = [waveforms.pack(recorded / peak, peak) for peak in (1024 / 2**23, 1025 / 2**23)]
    assert [each.samples.shape[1] for each in packed] == [2, 3]


def test_samples_of_more_bits_are_refused():
    with pytest.raises(ValueError, match="not those of a recording with 24 bits"):
        waveforms.pack(np.array([1.0, 1 / 3]), 0.5)


def test_the_error_for_an_utterance_with_more_bits_names_it(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    speak(path, seed=0, seconds=0.3)
    samples, peak = audio_file.read_normalised(path)
    monkeypatch.setattr(audio_file, "read_normalised", lambda path: (samples, peak / 3))
    with pytest.raises(audio_file.AudioError, match=r"a\.wav: the samples are not those"):
        features.waveform_of_file(path, **CUT)


def test_the_order_of_bytes_is_fixed():
    samples, peak = waveforms.pack(np.array([1.0, -0.5]), 2.0 ** -(23 - 9))
    assert (samples.tolist(), peak) == ([[2, 0], [255, 255]], 2.0)
    assert isinstance(Waveform(samples, peak), tuple)
