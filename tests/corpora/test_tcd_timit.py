import pytest

from sdmvae import corpora
from sdmvae.corpora import tcd_timit
from sdmvae.corpora.base import LayoutError
from tests.support.files import touch

CORPUS = corpora.load("tcd-timit")


def keys(root):
    return [utterance[:2] for utterance in CORPUS.utterances(root)]


@pytest.mark.parametrize(
    ("above", "clips"),
    [
        ("volunteers/", "Clips/"),
        ("TCD-TIMIT/volunteers/", "Clips/"),
        ("", "Clips/"),
        ("Clean/volunteers/", ""),
        ("NTCD-TIMIT/Clean/volunteers/", ""),
    ],
)
def test_volunteers_of_both_distributions_are_listed(tmp_path, above, clips):
    touch(
        tmp_path,
        f"{above}08F/{clips}straightcam/SI1.WAV",
        f"{above}01M/{clips}straightcam/sx2.wav",
        f"{above}01M/{clips}straightcam/sa1.wav",
        f"{above}01M/{clips}straightcam/sa1.mp4",
        f"{above}01M/{clips}straightcam/._sa1.wav",
        f"{above}01M/{clips}straightcam/sa1.txt",
        f"{above}01M/{clips}30degcam/sa1.wav",
    )
    assert keys(tmp_path) == [("01M", "sa1"), ("01M", "sx2"), ("08F", "si1")]
    assert all(utterance.path.is_file() for utterance in CORPUS.utterances(tmp_path))


def test_the_extracted_sound_may_have_any_suffix(tmp_path):
    for name in ("sa1.flac", "sa2.MP3", "sa2.mp4", "sx3.aiff"):
        touch(tmp_path, f"volunteers/01M/Clips/straightcam/{name}")
    assert keys(tmp_path) == [("01M", "sa1"), ("01M", "sa2"), ("01M", "sx3")]


def test_lipspeakers_are_speakers(tmp_path):
    touch(tmp_path, "lipspeakers/Lipspkr2/Clips/straightcam/sa1.wav")
    touch(tmp_path, "lipspeakers/lipspkr1/Clips/straightcam/sa1.wav")
    assert keys(tmp_path) == [("Lipspkr1", "sa1"), ("Lipspkr2", "sa1")]


def test_noisy_copies_are_left_out(tmp_path):
    touch(tmp_path, "Clean/volunteers/01M/straightcam/sa1.wav")
    touch(tmp_path, "Babble/-5/volunteers/01M/straightcam/sa1.wav")
    (utterance,) = CORPUS.utterances(tmp_path)
    assert utterance.path == tmp_path / "Clean/volunteers/01M/straightcam/sa1.wav"


def test_the_error_for_mp4_files_alone_asks_to_extract_the_audio(tmp_path):
    touch(tmp_path, "volunteers/01M/Clips/straightcam/sa1.mp4")
    with pytest.raises(LayoutError, match="extract the audio of each to a wav file"):
        CORPUS.utterances(tmp_path)


def test_the_error_for_an_empty_folder_names_the_layout(tmp_path):
    with pytest.raises(LayoutError, match=r"no volunteers/<nn><M\|F>/"):
        CORPUS.utterances(tmp_path)


def test_the_published_split_has_eight_and_nine_speakers_and_no_lipspeaker():
    named = [*tcd_timit.VALIDATION, *tcd_timit.TEST, "01M", "Lipspkr1"]
    parts = [CORPUS.published_part(speaker) for speaker in named]
    assert parts == ["validation"] * 8 + ["test"] * 9 + ["train", None]
