import numpy as np
import pytest
import soundfile

from sdmvae import corpora
from sdmvae.corpora.base import LayoutError
from sdmvae.dsp import audio_file
from tests.support.files import touch

CORPUS = corpora.load("timit")


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
@pytest.mark.parametrize("above", ["", "TIMIT/", "x/data/"])
def test_both_parts_are_listed_in_any_letter_case(tmp_path, change, above):
    for name in ("TRAIN/DR1/FCJF0/SA1.WAV", "TEST/DR8/MPAM0/SX19.WAV", "TRAIN/DR1/FCJF0/SA1.PHN"):
        touch(tmp_path / above, change(name))
    utterances = CORPUS.utterances(tmp_path)
    names = [(utterance.speaker, utterance.utterance) for utterance in utterances]
    assert names == [("FCJF0", "SA1"), ("MPAM0", "SX19")]
    assert all(utterance.path.is_file() for utterance in utterances)


def test_sphere_files_are_read_and_their_converted_copies_are_left_out(tmp_path):
    folder = tmp_path / "TRAIN/DR1/FCJF0"
    folder.mkdir(parents=True)
    samples = np.random.default_rng(0).integers(-9000, 9000, 2000).astype(np.int16)
    soundfile.write(folder / "SA1.WAV", samples, 16_000, format="NIST", subtype="PCM_16")
    soundfile.write(folder / "SA1.WAV.wav", samples, 16_000)
    (utterance,) = CORPUS.utterances(tmp_path)
    assert utterance.path == folder / "SA1.WAV"
    np.testing.assert_array_equal(audio_file.read(utterance.path).samples, samples / 2**15)


def test_a_converted_corpus_may_have_other_suffixes(tmp_path):
    touch(tmp_path, "TRAIN/DR1/FCJF0/SA1.flac", "TEST/DR1/FAKS0/SA1.sph")
    assert [found.speaker for found in CORPUS.utterances(tmp_path)] == ["FAKS0", "FCJF0"]


def test_the_error_for_an_empty_folder_names_the_layout(tmp_path):
    with pytest.raises(LayoutError, match=r"no <TRAIN\|TEST>/"):
        CORPUS.utterances(tmp_path)
