import csv
import hashlib

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae import corpora
from sdmvae.corpora.voices import ALIKE, BLENDS
from sdmvae.dataset.split import PARTS, assign
from tests.support import PROJECT

CORPUS = corpora.load("voices")
ROOT = PROJECT / CORPUS.embedded_root
with (ROOT / "manifest.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
SPEAKERS = sorted({row["speaker"] for row in ROWS})


def part_of_each_speaker(wanted, seed):
    parts = assign(SPEAKERS, wanted, seed=seed, group=CORPUS.group)
    assert [len(parts[part]) for part in PARTS] == list(wanted.values())
    return {speaker: part for part in PARTS for speaker in parts[part]}


def assert_related_speakers_are_in_one_part(part_of):
    related = [(blend, *parents) for blend, parents in BLENDS.items()]
    for group in [*related, *ALIKE]:
        assert len({part_of[speaker] for speaker in group if speaker in part_of}) <= 1


def test_the_utterances_are_those_of_the_manifest():
    files = [str(utterance.path.relative_to(ROOT)) for utterance in CORPUS.utterances(ROOT)]
    assert files == [row["file"] for row in ROWS]


def test_56_speakers_say_5_sentences_each_and_no_sentence_is_said_twice():
    assert len(SPEAKERS) == 56
    for speaker in SPEAKERS:
        assert sum(row["speaker"] == speaker for row in ROWS) == 5
    assert len({row["sentence"] for row in ROWS}) == 280


def test_the_recordings_are_those_of_the_manifest():
    for row in ROWS:
        content = (ROOT / row["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert len(content) < 200_000


def test_the_recordings_are_mono_16_bit_flac_at_16_khz():
    for row in ROWS:
        info = soundfile.info(ROOT / row["file"])
        assert (info.format, info.subtype) == ("FLAC", "PCM_16")
        assert (info.samplerate, info.channels) == (16_000, 1)
        assert float(row["seconds"]) == pytest.approx(info.duration, abs=0.006)


def test_the_corpus_is_smaller_than_25_mb():
    assert sum(path.stat().st_size for path in ROOT.rglob("*.*")) < 25_000_000


def test_blends_and_groups_are_made_of_speakers_of_the_corpus():
    for blend, parents in BLENDS.items():
        assert {blend, *parents} <= set(SPEAKERS)
    for group in ALIKE:
        assert set(group) <= set(SPEAKERS)
    grouped = [speaker for parents in (*BLENDS.values(), *ALIKE) for speaker in parents]
    assert len(grouped) == len(set(grouped))


def test_blends_and_voices_that_sound_alike_are_in_one_part_for_every_seed():
    for seed in range(300):
        part_of = part_of_each_speaker({"train": 39, "validation": 8, "test": 9}, seed)
        assert_related_speakers_are_in_one_part(part_of)


@given(
    seed=st.integers(0, 2**32),
    sizes=st.tuples(st.integers(1, 54), st.integers(1, 54), st.integers(1, 54)).filter(
        lambda sizes: sum(sizes) <= 56
    ),
)
@settings(max_examples=200, deadline=None)
def test_blends_and_voices_that_sound_alike_are_in_one_part_for_all_counts(seed, sizes):
    assert_related_speakers_are_in_one_part(
        part_of_each_speaker(dict(zip(PARTS, sizes, strict=True)), seed)
    )


def test_the_sex_of_each_speaker_is_that_of_the_manifest():
    assert {(row["speaker"], row["sex"]) for row in ROWS} == {
        (speaker, CORPUS.sex(speaker)) for speaker in SPEAKERS
    }
