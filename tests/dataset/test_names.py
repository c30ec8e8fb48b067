import os
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import names

HOSTILE = [
    ("anna", "one"),
    ("Anna", "One"),
    ("ANNA", "ONE"),
    ("anna", "one-2"),
    ("anna", "one-3"),
    ("a b", "c d"),
    ("a_b", "c_d"),
    ("a  b", "c\td"),
    ('"a"', "'b'"),
    ("a\nb", "c\nd"),
    ("😀", "🎤"),
    ("😁", "🎤"),
    ("-rf", "--help"),
    ("rf", "help"),
    ("..", "."),
    ("/etc", "passwd"),
    ("a", "../../b"),
    ("a", "b/c"),
    ("a", "b\\c"),
    ("$(touch x)", "`y`;z"),
    ("é", "ß"),
    ("e\u0301", "ss"),
    (os.fsdecode(b"\xe9"), os.fsdecode(b"\xff\xfe")),
    (os.fsdecode(b"\xe8"), os.fsdecode(b"\xff\xfe")),
    ("CON", "nul"),
    ("1.5", "x.wav"),
    ("", ""),
    ("_", "_"),
]
PLAIN = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.flac")


def utterances(pairs):
    return [
        Utterance(speaker, utterance, Path(f"/speech/{number}.wav"))
        for number, (speaker, utterance) in enumerate(pairs)
    ]


def folded(paths):
    return [path.as_posix().casefold() for path in paths]


def test_a_plain_name_is_kept():
    (name,) = names.plain_names(utterances([("84", "84-121123-0000")])).values()
    assert name == Path("84/84-121123-0000.flac")


def test_hostile_names_become_plain_and_stay_different():
    given = utterances(HOSTILE)
    paths = names.plain_names(given)
    assert list(paths) == given
    assert len(set(folded(paths.values()))) == len(given)
    for path in paths.values():
        assert PLAIN.fullmatch(path.as_posix()), path


NAMES = st.text(st.sampled_from("aAb_-. /2é\n"), max_size=5)


@given(st.lists(st.tuples(NAMES, NAMES), unique=True, max_size=20))
@settings(max_examples=60, deadline=None)
def test_names_are_different_also_if_case_is_ignored(pairs):
    paths = names.plain_names(utterances(pairs))
    assert len(set(folded(paths.values()))) == len(pairs)
    for path in paths.values():
        assert PLAIN.fullmatch(path.as_posix()), path


def test_the_name_of_a_deep_path_fits_into_a_file_system(tmp_path):
    given = utterances([("anna", "deep/" * 60 + end) for end in ("one", "two")])
    first, second = names.plain_names(given).values()
    assert first != second
    for path in (first, second):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(b"")


def test_any_path_can_be_printed():
    assert names.printable("plain/é.wav") == "plain/é.wav"
    shown = names.printable(Path(os.fsdecode(b"caf\xe9.wav")))
    assert shown == r"caf\xe9.wav"
    shown.encode("utf-8")
