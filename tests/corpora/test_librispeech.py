import pytest

from sdmvae import corpora
from sdmvae.corpora.base import LayoutError
from tests.support import LIBRISPEECH
from tests.support.files import touch

CORPUS = corpora.load("librispeech")

FILES = (
    "LibriSpeech/SPEAKERS.TXT",
    "LibriSpeech/train-clean-100/83/11691/83-11691-0001.flac",
    "LibriSpeech/train-clean-100/83/11691/83-11691-0000.flac",
    "LibriSpeech/train-clean-100/83/11691/83-11691.trans.txt",
    "LibriSpeech/train-clean-100/83/11691/._83-11691-0000.flac",
    "LibriSpeech/train-clean-100/83/11691/84-11691-0000.flac",
    "LibriSpeech/train-other-500/83/2/83-2-0000.flac",
    "LibriSpeech/train-other-500/19/198/19-198-0000.flac",
)


@pytest.fixture
def parent(tmp_path):
    touch(tmp_path, *FILES)
    return tmp_path


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (".", ["19-198-0000", "83-11691-0000", "83-11691-0001", "83-2-0000"]),
        ("LibriSpeech", ["19-198-0000", "83-11691-0000", "83-11691-0001", "83-2-0000"]),
        ("LibriSpeech/train-clean-100", ["83-11691-0000", "83-11691-0001"]),
    ],
)
def test_the_root_may_be_one_of_three_folders(parent, root, expected):
    utterances = CORPUS.utterances(parent / root)
    assert [utterance.utterance for utterance in utterances] == expected
    speakers = [utterance.speaker for utterance in utterances]
    assert speakers == [name.split("-")[0] for name in expected]
    assert all(utterance.path.is_file() for utterance in utterances)


def test_a_converted_corpus_may_have_other_suffixes(tmp_path):
    touch(tmp_path, "dev-clean/1/2/1-2-0000.mp3", "dev-clean/1/2/1-2-0000.wav")
    paths = [utterance.path.name for utterance in CORPUS.utterances(tmp_path)]
    assert paths == ["1-2-0000.wav", "1-2-0000.mp3"]


def test_a_speaker_of_two_subsets_is_one_speaker(parent):
    assert {utterance.speaker for utterance in CORPUS.utterances(parent)} == {"19", "83"}


@pytest.mark.parametrize("make", [True, False])
def test_the_error_for_a_folder_without_speech_names_layout_and_folder(tmp_path, make):
    root = tmp_path / "corpus"
    if make:
        root.mkdir()
    with pytest.raises(LayoutError, match=r"no <speaker>/<chapter>/|cannot list") as failure:
        CORPUS.utterances(root)
    assert str(root) in str(failure.value)
    assert "\n" not in str(failure.value)


def test_an_utterance_in_two_subsets_is_listed_twice(parent):
    touch(parent, "LibriSpeech/dev-clean/19/198/19-198-0000.flac")
    names = [utterance.utterance for utterance in CORPUS.utterances(parent)]
    assert names.count("19-198-0000") == 2


@pytest.mark.skipif(not LIBRISPEECH.is_dir(), reason="no LibriSpeech beside the repository")
def test_every_file_of_the_real_sample_is_listed():
    utterances = CORPUS.utterances(LIBRISPEECH)
    assert len(utterances) == sum(1 for _ in LIBRISPEECH.rglob("*.flac"))
    assert utterances == CORPUS.utterances(LIBRISPEECH.parent)
    assert all(utterance.path.is_relative_to(LIBRISPEECH) for utterance in utterances)
