"""Archives that are fetched from a server on this machine: whole, or not at all."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time

import pytest

from sdmvae import corpora
from sdmvae.archives.fetch import ArchiveError, fetch, unpack
from tests.support import PROJECT
from tests.support.archive_server import (
    LICENCE,
    Server,
    describe,
    pack,
    unpacks,
    write_librispeech,
)
from tests.support.stage_runs import tree

ROOT = "data/corpora/LibriSpeech"


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Return a small corpus in an archive."""
    folder = tmp_path_factory.mktemp("packed")
    write_librispeech(folder)
    return pack(folder)


def get(data, here, *urls, **settings):
    return fetch(describe(data, *urls), here=here, pauses=(0.01,), **settings)


def problem(data, here, *urls):
    with pytest.raises(ArchiveError) as caught:
        get(data, here, *urls)
    assert "\n" not in str(caught.value)
    assert not (here / ROOT / "dev-clean").exists()
    return str(caught.value)


def tar_of(*members):
    """Return a compressed tar archive of members, each with a content where it has one."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@unpacks
def test_the_corpus_is_whole_and_nothing_else_is_left(packed, tmp_path):
    with Server(packed).running() as server:
        assert get(packed, tmp_path, server.url)
        assert not get(packed, tmp_path, server.url)
    assert len(server.ranges) == 1
    root = tmp_path / ROOT
    assert (root / "LICENSE.TXT").read_text() == LICENCE
    names = {path.name for path in root.iterdir()}
    assert names == {"LICENSE.TXT", "dev-clean", ".dev-clean.lock"}
    utterances = corpora.load("librispeech").utterances(root)
    assert len(utterances) == 15 and len({utterance.speaker for utterance in utterances}) == 5


@unpacks
def test_files_of_the_user_beside_it_stay(packed, tmp_path):
    mine = tmp_path / ROOT / "LICENSE.TXT"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with Server(packed).running() as server:
        get(packed, tmp_path, "http://localhost:1/not-used", urls=[server.url])
    assert mine.read_text() == "mine"
    assert (tmp_path / ROOT / "dev-clean/1/9/1-9-0000.flac").exists()


@unpacks
def test_a_second_call_waits_for_the_first(packed, tmp_path):
    results = []
    with Server(packed).running() as server:
        threads = [
            threading.Thread(target=lambda: results.append(get(packed, tmp_path, server.url)))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(results) == [False, False, True]
    assert len(server.ranges) == 1


def test_a_failed_download_leaves_no_corpus(packed, tmp_path):
    with Server(packed, "404").running() as server:
        assert "HTTP status 404" in problem(packed, tmp_path, server.url)


@unpacks
def test_a_cut_off_archive_is_refused(packed, tmp_path):
    cut = packed[: len(packed) // 2]
    with Server(cut).running() as server:
        assert "cannot be unpacked" in problem(cut, tmp_path, server.url)


@unpacks
def test_what_is_no_archive_is_refused(tmp_path):
    with Server(b"<html>").running() as server:
        assert "cannot be unpacked" in problem(b"<html>", tmp_path, server.url)


@unpacks
def test_an_archive_of_something_else_is_refused(tmp_path):
    other = tar_of((member("README"), b"text"))
    with Server(other).running() as server:
        assert "has no folder LibriSpeech/dev-clean" in problem(other, tmp_path, server.url)


@pytest.mark.parametrize(
    "unsafe",
    [
        member("../evil"),
        member("LibriSpeech/../../evil"),
        member("LibriSpeech/link", tarfile.SYMTYPE, "../../../evil"),
        member("LibriSpeech/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("LibriSpeech/device", tarfile.CHRTYPE),
    ],
    ids=lambda unsafe: unsafe.name,
)
@unpacks
def test_a_member_that_is_not_safe_stops_the_unpacking(unsafe, tmp_path):
    (tmp_path / "archive").write_bytes(tar_of((unsafe, b"")))
    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        unpack(tmp_path / "archive", tmp_path / "deep/er/target", PROJECT)
    assert not list(tmp_path.rglob("evil"))


def test_a_python_that_cannot_unpack_safely_says_so(packed, tmp_path, monkeypatch):
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    with Server(packed).running() as server:
        assert "Python 3.11.4 or later" in problem(packed, tmp_path, server.url)


@unpacks
def test_a_full_disk_says_how_much_is_needed(packed, tmp_path):
    """The download itself fits, and unpacking it does not."""
    root, big = tmp_path / ROOT, packed
    root.mkdir(parents=True)
    kilobytes = len(packed) // 1024 + 60
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", root]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a file system")
    try:
        with Server(big).running() as server:
            message = problem(big, tmp_path, server.url)
        assert "No space left on device" in message and "MB are needed in all" in message
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)


KILLED = """
import sys
from pathlib import Path
from tests.support.archive_server import describe
from sdmvae.archives.fetch import fetch
data = Path(sys.argv[1]).read_bytes()
fetch(describe(data, sys.argv[2]), here=Path(sys.argv[3]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@unpacks
def test_a_killed_download_goes_on(tmp_path, number):
    source, here = tmp_path / "source", tmp_path / "here"
    write_librispeech(source)
    (source / "large").write_bytes(os.urandom(2_000_000))
    packed = pack(source)
    (tmp_path / "packed").write_bytes(packed)
    part = here / ROOT / ".dev-clean.fetch/archive.tar.gz.part"
    with Server(packed, "slow").running() as server:
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, tmp_path / "packed", server.url, here],
            cwd=PROJECT,
            stderr=subprocess.DEVNULL,
        )
        while not (part.exists() and part.stat().st_size):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        process.wait()
        arrived = part.stat().st_size
        assert 0 < arrived < len(packed)
        assert not (here / ROOT / "dev-clean").exists()
        server.plan = ["whole"]
        assert get(packed, here, server.url)
    assert server.ranges == ["", f"bytes={arrived}-"]
    assert not part.parent.exists()
    assert "data/corpora/LibriSpeech/dev-clean/5/9/5-9-0002.flac" in tree(here)
