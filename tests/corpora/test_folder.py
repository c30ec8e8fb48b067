import os

import pytest

from sdmvae import corpora
from sdmvae.corpora._suffixes import SUFFIXES
from sdmvae.corpora.base import LayoutError
from tests.support.files import touch

FOLDER = corpora.load("folder")


def keys(root):
    return [utterance[:2] for utterance in FOLDER.utterances(root)]


def test_every_audio_file_of_every_speaker_is_an_utterance(tmp_path):
    touch(
        tmp_path,
        "bea/session1/a.wav",
        "bea/session1/a.txt",
        "bea/b.v2.FLAC",
        "bea/._b.wav",
        "bea/.cache/c.wav",
        ".trash/d.wav",
        "al/nested/deep/c.Ogg",
        "al/noisy name, 音.wav",
        "al/talk.mp3",
        "al/film.mp4",
        "stray.wav",
    )
    assert keys(tmp_path) == [
        ("al", "nested/deep/c"),
        ("al", "noisy name, 音"),
        ("al", "talk"),
        ("bea", "b.v2"),
        ("bea", "session1/a"),
    ]
    assert all(utterance.path.is_file() for utterance in FOLDER.utterances(tmp_path))


def test_a_folder_whose_name_ends_like_an_audio_file_is_searched(tmp_path):
    touch(tmp_path, "al/x.wav/y.wav")
    assert keys(tmp_path) == [("al", "x.wav/y")]


def test_each_linked_folder_is_followed_once(tmp_path):
    root = tmp_path / "root"
    touch(tmp_path, "elsewhere/a.wav", "root/al/b.wav")
    (root / "bea").symlink_to(tmp_path / "elsewhere")
    (root / "al" / "loop").symlink_to(root)
    (tmp_path / "elsewhere" / "back").symlink_to(root / "bea")
    assert keys(root) == [("al", "b"), ("bea", "a")]


def test_broken_links_are_listed_so_that_they_can_be_reported(tmp_path):
    touch(tmp_path, "al/a.wav")
    (tmp_path / "al" / "gone.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "al" / "self.wav").symlink_to("self.wav")
    (tmp_path / "cy").symlink_to(tmp_path / "nowhere")
    assert keys(tmp_path) == [("al", "a"), ("al", "gone"), ("al", "self")]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), ""),
        (("stray.wav",), ", only 1 .wav file"),
        (("al/a.m4a", "al/b.M4A", "al/notes.txt"), ", only 2 .m4a, 1 .txt files"),
    ],
)
def test_the_error_for_a_folder_without_speech_names_the_layout_and_what_is_there(
    tmp_path, names, found
):
    touch(tmp_path, *names)
    with pytest.raises(LayoutError) as failure:
        FOLDER.utterances(tmp_path)
    expected = f"no <speaker>/**/*.<wav|flac|mp3|opus|...> under {tmp_path}{found}"
    assert str(failure.value) == expected


def test_recordings_of_an_utterance_follow_one_another_and_lossy_ones_come_last(tmp_path):
    touch(tmp_path, "al/a.mp3", "al/a.wav", "al/a.OPUS", "al/a.flac", "al/b.wav")
    names = [(found.utterance, found.path.name) for found in FOLDER.utterances(tmp_path)]
    assert names == [
        ("a", "a.flac"),
        ("a", "a.wav"),
        ("a", "a.OPUS"),
        ("a", "a.mp3"),
        ("b", "b.wav"),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_of_libsndfile_is_a_recording_in_any_letter_case(tmp_path, suffix):
    touch(tmp_path, f"al/a{suffix}", f"al/b{suffix.upper()}")
    assert keys(tmp_path) == [("al", "a"), ("al", "b")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_an_unreadable_folder_is_an_error(tmp_path):
    touch(tmp_path, "al/a.wav", "bea/b.wav")
    (tmp_path / "bea").chmod(0)
    try:
        with pytest.raises(LayoutError, match=r"cannot list .*bea: Permission denied"):
            FOLDER.utterances(tmp_path)
    finally:
        (tmp_path / "bea").chmod(0o700)


@pytest.mark.parametrize("root", ["missing", "file"])
def test_a_root_that_is_not_a_folder_is_an_error(tmp_path, root):
    touch(tmp_path, "file")
    with pytest.raises(LayoutError, match=f"cannot list .*{root}"):
        FOLDER.utterances(tmp_path / root)
