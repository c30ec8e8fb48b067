"""The archives that can be fetched."""

import re

import pytest

from sdmvae.archives.known import ARCHIVES, find


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda archive: archive.name)
def test_an_entry_is_complete(archive):
    assert archive.urls and all(url.startswith("https://") for url in archive.urls)
    assert len({url.rpartition("/")[2] for url in archive.urls}) == 1
    assert re.fullmatch(r"[0-9a-f]{64}", archive.sha256)
    assert archive.size > 0 and archive.licence
    assert archive.root.is_relative_to("data/corpora")


def test_an_archive_is_found_by_the_root_of_its_corpus():
    assert find("data/corpora/LibriSpeech/") is ARCHIVES[0]
    assert find("/data/corpora/LibriSpeech") is None
    assert find(None) is None
