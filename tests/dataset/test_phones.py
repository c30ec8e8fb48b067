from pathlib import Path

import pytest

from sdmvae.corpora.base import Corpus, Phone, Utterance
from sdmvae.dataset.convert import Converted, Piece
from sdmvae.dataset.manifest import Used
from sdmvae.dataset.phones import cut, phones_table

PHONES = [Phone(0.0, "_"), Phone(0.5, "a"), Phone(1.25, "t"), Phone(2.0, "_")]


class Telling(Corpus):
    """A corpus that knows the phones of its recordings."""

    def utterances(self, root):
        return []

    def phones(self, recording):
        return PHONES


def used(part, name, start=0.0, seconds=2.5):
    utterance = Utterance("ann", name, Path("root/ann.wav"))
    return Used(part, utterance, Path(f"ann/{name}.flac"), Piece("", start, seconds), Converted())


@pytest.mark.parametrize(
    ("start", "seconds", "expected"),
    [
        (0.0, 2.5, PHONES),
        (0.0, 1.0, PHONES[:2]),
        (1.0, 1.0, [(0.0, "a"), (0.25, "t")]),
        (1.25, 9.0, [(0.0, "t"), (0.75, "_")]),
        (2.25, 1.0, [(0.0, "_")]),
    ],
)
def test_a_piece_begins_with_the_phone_that_has_begun_before(start, seconds, expected):
    assert cut(PHONES, start, seconds) == expected


def test_no_phones_have_no_pieces():
    assert cut([], 0.0, 1.0) == []


def test_the_table_has_the_phones_of_test_utterances_in_order():
    table = phones_table(
        [used("test", "2", 1.0, 1.0), used("train", "0"), used("test", "1")], Telling()
    )
    assert table.to_numpy().tolist() == [
        *(["ann/1.flac", *phone] for phone in PHONES),
        *(["ann/2.flac", 0.0, "a"], ["ann/2.flac", 0.25, "t"]),
    ]


def test_a_corpus_that_does_not_know_its_phones_has_an_empty_table():
    class Silent(Telling):
        phones = Corpus.phones

    table = phones_table([used("test", "1")], Silent())
    assert list(table) == ["path", "start", "phone"] and table.empty
