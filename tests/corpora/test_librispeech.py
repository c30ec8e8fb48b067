import pytest

from sdmvae.corpora import librispeech
from sdmvae.corpora.base import LayoutError
from tests.support import LIBRISPEECH

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
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (".", ["19-198-0000", "83-11691-0000", "83-11691-0001", "83-2-0000"]),
        ("LibriSpeech", ["19-198-0000", "83-11691-0000", "83-11691-0001", "83-2-0000"]),
        ("LibriSpeech/train-clean-100", ["83-11691-0000", "83-11691-0001"]),
    ],
)
def test_any_of_three_roots(parent, root, expected):
    found = librispeech.utterances(parent / root)
    assert [utterance.utterance for utterance in found] == expected
    assert [utterance.speaker for utterance in found] == [name.split("-")[0] for name in expected]
    assert all(utterance.path.is_file() for utterance in found)


def test_a_speaker_of_two_subsets_is_one(parent):
    assert {found.speaker for found in librispeech.utterances(parent)} == {"19", "83"}


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_speech_says_what_was_looked_for(tmp_path, make):
    root = tmp_path / "corpus"
    if make:
        root.mkdir()
    with pytest.raises(LayoutError, match=r"no <speaker>/<chapter>/|cannot list") as failure:
        librispeech.utterances(root)
    assert str(root) in str(failure.value)
    assert "\n" not in str(failure.value)


def test_the_same_utterance_twice_is_listed_twice(parent):
    twin = parent / "LibriSpeech/dev-clean/19/198/19-198-0000.flac"
    twin.parent.mkdir(parents=True)
    twin.touch()
    names = [each.utterance for each in librispeech.utterances(parent)]
    assert names.count("19-198-0000") == 2


@pytest.mark.skipif(not LIBRISPEECH.is_dir(), reason="no LibriSpeech beside the repository")
def test_the_real_sample():
    found = librispeech.utterances(LIBRISPEECH)
    assert len(found) == sum(1 for _ in LIBRISPEECH.rglob("*.flac"))
    assert found == librispeech.utterances(LIBRISPEECH.parent)
    assert all(one.path == LIBRISPEECH / one.path.relative_to(LIBRISPEECH) for one in found)
