import numpy as np
import pytest
import soundfile

from sdmvae.corpora import timit
from sdmvae.corpora.base import LayoutError
from sdmvae.dsp import audio_file


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
@pytest.mark.parametrize("above", ["", "TIMIT/", "x/data/"])
def test_both_parts_in_any_letter_case(tmp_path, change, above):
    for name in ("TRAIN/DR1/FCJF0/SA1.WAV", "TEST/DR8/MPAM0/SX19.WAV", "TRAIN/DR1/FCJF0/SA1.PHN"):
        path = tmp_path / above / change(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = timit.utterances(tmp_path)
    assert [one[:2] for one in found] == [("FCJF0", "SA1"), ("MPAM0", "SX19")]
    assert all(one.path.is_file() for one in found)


def test_a_converted_copy_beside_is_left_out_and_sphere_is_read(tmp_path):
    folder = tmp_path / "TRAIN/DR1/FCJF0"
    folder.mkdir(parents=True)
    samples = np.random.default_rng(0).integers(-9000, 9000, 2000).astype(np.int16)
    soundfile.write(folder / "SA1.WAV", samples, 16_000, format="NIST", subtype="PCM_16")
    soundfile.write(folder / "SA1.WAV.wav", samples, 16_000)
    (found,) = timit.utterances(tmp_path)
    assert found.path == folder / "SA1.WAV"
    np.testing.assert_array_equal(audio_file.read(found.path).samples, samples / 2**15)


def test_an_empty_folder(tmp_path):
    with pytest.raises(LayoutError, match=r"no <TRAIN\|TEST>/"):
        timit.utterances(tmp_path)
