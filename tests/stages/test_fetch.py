"""The command that only fetches a corpus."""

import sys

import pytest

from sdmvae.archives import known
from stages import fetch
from tests.support.archive_server import Server, describe, pack, unpacks, write_librispeech
from tests.support.stage_runs import refusal

ROOT = "data/corpora/LibriSpeech"


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["fetch", *arguments])


@unpacks
def test_a_corpus_is_fetched_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_librispeech(tmp_path / "source", speakers=1, utterances=1)
    data = pack(tmp_path / "source")
    with Server(data).running() as server:
        monkeypatch.setattr(known, "ARCHIVES", (describe(data, "http://localhost:1"),))
        call(monkeypatch, ROOT, server.url)
        fetch.main()
        fetch.main()
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.startswith("fetch: LibriSpeech dev-clean (CC BY 4.0), ")
    assert first.endswith(f"-> {ROOT}/dev-clean")
    assert second == f"fetch: {ROOT}/dev-clean is there already"


@pytest.mark.parametrize("arguments", [[], ["LibriSpeech"]])
def test_a_corpus_that_is_not_known_is_refused(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    call(monkeypatch, *arguments)
    assert f"give the folder of a corpus that is known: {ROOT}" in refusal(fetch)
    assert not list(tmp_path.iterdir())


def test_a_download_that_fails_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Server(b"", "404").running() as server:
        call(monkeypatch, ROOT, server.url)
        assert "HTTP status 404" in refusal(fetch)
