import pytest

from sdmvae.corpora import vctk
from sdmvae.corpora.base import LayoutError


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


@pytest.mark.parametrize("above", ["", "wav48_silence_trimmed/", "VCTK/wav48_silence_trimmed/"])
def test_the_first_microphone_where_there_is_a_choice(tmp_path, above):
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
    assert [(one.speaker, one.utterance, one.path.name) for one in vctk.utterances(tmp_path)] == [
        ("p225", "p225_001", "p225_001_mic1.flac"),
        ("p225", "p225_002", "p225_002_mic1.flac"),
        ("p225", "p225_003", "p225_003_mic2.FLAC"),
        ("s5", "s5_001", "s5_001_mic1.flac"),
    ]


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_older_releases(tmp_path, suffix):
    touch(tmp_path, f"wav48/p226/p226_002.{suffix}", "txt/p226/p226_002.txt")
    path = tmp_path / f"wav48/p226/p226_002.{suffix}"
    assert vctk.utterances(tmp_path) == [("p226", "p226_002", path)]


def test_an_empty_folder(tmp_path):
    with pytest.raises(LayoutError, match="no wav48"):
        vctk.utterances(tmp_path)
