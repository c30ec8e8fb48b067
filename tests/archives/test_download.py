"""Downloads from a server on this machine that serves well, breaks off, or has something else."""

import hashlib
import random
import socket

import pytest

from sdmvae.archives import download as module
from sdmvae.archives.download import DownloadError, download
from tests.support.archive_server import Server

ENDS = (0, 1_000_000, 2_500_000)
DATA = random.Random(0).randbytes(3_000_000)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.tar.gz"


def fetch(path, *urls, pauses=(0.01, 0.01), data=DATA):
    sha256 = hashlib.sha256(data).hexdigest()
    download("a corpus", urls, path, sha256=sha256, size=len(data), pauses=pauses)


def free_address():
    """Return an address at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}/dev-clean.tar.gz"


def problem(path, *urls, **settings):
    with pytest.raises(DownloadError) as caught:
        fetch(path, *urls, **settings)
    message = str(caught.value)
    assert message.startswith("a corpus could not be downloaded: ") and "\n" not in message
    assert not path.exists()
    return message.partition(": ")[2]


def names(path):
    return {entry.name for entry in path.parent.iterdir()}


def test_a_file_arrives_whole_and_alone(path, capsys):
    with Server(DATA).running() as server:
        fetch(path, server.url)
    assert path.read_bytes() == DATA
    assert names(path) == {path.name}
    assert capsys.readouterr().out == ""


def test_a_file_that_is_there_is_not_downloaded(path):
    path.write_bytes(DATA)
    fetch(path, free_address())


def test_a_file_with_other_bytes_is_replaced(path):
    path.write_bytes(b"older")
    with Server(DATA).running() as server:
        fetch(path, server.url)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("after", ["whole", "no ranges"])
def test_a_connection_that_breaks_off_is_made_again(path, after, capsys):
    with Server(DATA, *ENDS[1:], after).running() as server:
        fetch(path, server.url)
    assert path.read_bytes() == DATA
    starts = [int(asked[6:-1] or 0) for asked in server.ranges]
    # What was not a full chunk when the connection broke off is asked for again.
    assert all(0 <= end - start < module.CHUNK for start, end in zip(starts, ENDS, strict=True))
    out = capsys.readouterr().out
    assert out.count("broke off; trying again in 0.01 s") == 2
    assert ("going on after 2 MB" in out) == (after == "whole")


def test_a_server_that_always_breaks_off_is_given_up_and_the_next_call_goes_on(path):
    with Server(DATA, 400_000).running() as server:
        message = problem(path, server.url)
        assert "the connection to 127.0.0.1:" in message and message.endswith("broke off")
        assert names(path) == {"archive.tar.gz.part"}
        arrived = path.with_name("archive.tar.gz.part").stat().st_size
        assert 0 < arrived <= 400_000
        server.plan = ["whole"]
        fetch(path, server.url)
    assert server.ranges[-1] == f"bytes={arrived}-"
    assert path.read_bytes() == DATA
    assert names(path) == {path.name}


def test_the_next_address_is_tried_when_one_does_not_have_the_file(path):
    with Server(DATA, "404").running() as first, Server(DATA).running() as second:
        fetch(path, free_address(), first.url, second.url)
    assert path.read_bytes() == DATA
    assert len(first.ranges) == len(second.ranges) == 1


@pytest.mark.parametrize(
    ("status", "times"), [("404", 1), ("403", 1), ("500", 3), ("503", 3), ("429", 3)]
)
def test_an_error_of_the_server_is_named_and_a_passing_one_is_tried_again(path, status, times):
    with Server(DATA, status).running() as server:
        assert f"{server.url}: HTTP status {status} " in problem(path, server.url)
    assert len(server.ranges) == times


def test_without_a_network_the_message_names_every_host(path, capsys):
    hosts = [free_address(), free_address()]
    message = problem(path, *hosts)
    assert message.count("there is no connection to 127.0.0.1:") == 2
    assert capsys.readouterr().out.count("trying again") == 2


def test_a_server_that_says_nothing_is_given_up(path, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_WITHOUT_DATA", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/dev-clean.tar.gz"
        assert "does not answer" in problem(path, url)


def test_an_address_that_is_none_is_named(path):
    assert "dev-clean.tar.gz" in problem(path, "dev-clean.tar.gz")


@pytest.mark.parametrize("other", [DATA[:-1] + b"x", DATA[:-1], DATA + b"x", b"<html>"])
def test_other_bytes_are_refused_at_once_and_not_kept(path, other):
    with Server(DATA, other).running() as server:
        assert f"{server.url} is another file" in problem(path, server.url)
    assert len(server.ranges) == 1
    assert names(path) == set()


def test_a_file_of_unknown_length_is_taken_only_whole(path):
    with Server(DATA, "unknown length").running() as server:
        fetch(path, server.url)
        path.unlink()
        server.data = DATA[:1000]
        assert "1000 bytes, expected 3000000" in problem(path, server.url)
    assert names(path) == set()


def test_a_beginning_that_belongs_to_another_file_is_thrown_away(path):
    part = path.with_name("archive.tar.gz.part")
    part.write_bytes(b"x" * 1_000_000)
    with Server(DATA).running() as server:
        fetch(path, server.url)
    assert path.read_bytes() == DATA
    assert server.ranges == ["bytes=1000000-", ""]
