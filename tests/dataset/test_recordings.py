import hashlib
import os

import pytest

from sdmvae import corpora
from sdmvae.dataset.recordings import UNREADABLE, digest_file, digest_recordings

FOLDER = corpora.load("folder")


def test_each_recording_has_the_digest_of_its_bytes(tmp_path):
    for name in ("b/2.wav", "a/1.mp3", "b/1.wav", "b/1.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    digests = digest_recordings(FOLDER, tmp_path)
    assert list(digests) == ["a/1.mp3", "b/1.wav", "b/2.wav"]
    for name, digest in digests.items():
        assert digest == hashlib.sha256(name.encode()).hexdigest()


def test_a_list_of_recordings_has_a_digest_too(tmp_path):
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "1.mp3").touch()
    (tmp_path / "validated.tsv").write_text("client_id\tpath\nann\t1.mp3\n")
    digests = digest_recordings(corpora.load("common-voice"), tmp_path)
    assert list(digests) == ["clips/1.mp3", "validated.tsv"]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(path.name),
        lambda path: path.mkdir(),
        os.mkfifo,
        lambda path: None,
    ],
    ids=["dangling link", "link to itself", "folder", "pipe", "nothing"],
)
def test_a_file_that_cannot_be_read_is_unreadable(tmp_path, make):
    make(tmp_path / "a.wav")
    assert digest_file(tmp_path / "a.wav") == UNREADABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_unreadable(tmp_path):
    (tmp_path / "a.wav").touch(mode=0)
    assert digest_file(tmp_path / "a.wav") == UNREADABLE


def test_a_name_that_is_not_utf_8_can_be_written_as_text(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / os.fsdecode(b"caf\xe9.wav")).touch()
    (name,) = digest_recordings(FOLDER, tmp_path)
    assert name == r"a/caf\xe9.wav"
