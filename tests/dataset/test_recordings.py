import hashlib
import os

import pytest

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.recordings import UNREADABLE, digest_file, digest_recordings


def test_each_recording_has_the_digest_of_its_bytes(tmp_path):
    utterances = []
    for name in ("b/2.wav", "a/1.wav", "b/1.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
        utterances.append(Utterance(name[0], name[2], tmp_path / name))
    digests = digest_recordings(utterances, tmp_path)
    assert list(digests) == ["a/1.wav", "b/1.wav", "b/2.wav"]
    for name, digest in digests.items():
        assert digest == hashlib.sha256(name.encode()).hexdigest()


def test_no_recordings_have_no_digests(tmp_path):
    assert digest_recordings([], tmp_path) == {}


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
    path = tmp_path / os.fsdecode(b"caf\xe9.wav")
    path.touch()
    (name,) = digest_recordings([Utterance("a", "1", path)], tmp_path)
    assert name == r"caf\xe9.wav"
