import pytest

from sdmvae import corpora
from sdmvae.corpora.base import LayoutError
from tests.support.files import touch

CORPUS = corpora.load("vctk")


@pytest.mark.parametrize("above", ["", "wav48_silence_trimmed/", "VCTK/wav48_silence_trimmed/"])
def test_the_first_microphone_is_taken_if_both_recorded_an_utterance(tmp_path, above):
    touch(
        tmp_path,
        f"{above}log.txt",
        f"{above}p225/p225_001_mic2.flac",
        f"{above}p225/p225_001_mic1.flac",
        f"{above}p225/p225_002_mic1.flac",
        f"{above}p225/p225_003_mic2.FLAC",
        f"{above}p225/._p225_001_mic1.flac",
        f"{above}s5/s5_001_mic1.flac",
    )
    utterances = CORPUS.utterances(tmp_path)
    assert [(*utterance[:2], utterance.path.name) for utterance in utterances] == [
        ("p225", "p225_001", "p225_001_mic1.flac"),
        ("p225", "p225_002", "p225_002_mic1.flac"),
        ("p225", "p225_003", "p225_003_mic2.FLAC"),
        ("s5", "s5_001", "s5_001_mic1.flac"),
    ]


@pytest.mark.parametrize("suffix", ["wav", "flac", "Opus"])
def test_older_releases_have_one_microphone_and_no_suffix_for_it(tmp_path, suffix):
    touch(tmp_path, f"wav48/p226/p226_002.{suffix}", "txt/p226/p226_002.txt")
    path = tmp_path / f"wav48/p226/p226_002.{suffix}"
    assert CORPUS.utterances(tmp_path) == [("p226", "p226_002", path)]


def test_the_error_for_an_empty_folder_names_the_layout(tmp_path):
    with pytest.raises(LayoutError, match="no wav48"):
        CORPUS.utterances(tmp_path)
