import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.corpora import tcd_timit
from sdmvae.dataset.split import PARTS, SplitError, assign

SPEAKERS = [f"s{number}" for number in range(12)]
# As many as TCD-TIMIT has, the published ones among them, and the lipspeakers.
VOLUNTEERS = sorted(
    {*tcd_timit.VALIDATION, *tcd_timit.TEST} | {f"{number}M" for number in range(60, 99)}
)
LIPSPEAKERS = ["Lipspkr1", "Lipspkr2", "Lipspkr3"]
PUBLISHED = {"published_part": tcd_timit.published_part}


def counts(train, validation, test):
    return {"train": train, "validation": validation, "test": test}


def refusal(speakers, wanted, **options) -> str:
    with pytest.raises(SplitError) as caught:
        assign(speakers, wanted, seed=0, **options)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


# All that a file may be called: lone surrogates stand for bytes that are not UTF-8.
NAMES = st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=4)


@st.composite
def cases(draw):
    speakers = draw(st.sets(NAMES, min_size=3, max_size=40))
    train = draw(st.integers(1, len(speakers) - 2))
    validation = draw(st.integers(1, len(speakers) - train - 1))
    test = draw(st.integers(1, len(speakers) - train - validation))
    return sorted(speakers), counts(train, validation, test), draw(st.integers(0, 2**32))


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_counts(case, shuffle):
    speakers, wanted, seed = case
    found = assign(speakers, wanted, seed=seed)
    assert list(found) == list(PARTS)
    assert {part: len(found[part]) for part in PARTS} == wanted
    everyone = [speaker for part in PARTS for speaker in found[part]]
    assert len(everyone) == len(set(everyone))
    assert set(everyone) <= set(speakers)
    assert all(found[part] == sorted(found[part]) for part in PARTS)
    assert all(isinstance(speaker, str) for speaker in everyone)
    shuffled = [*speakers, speakers[0]]
    shuffle.shuffle(shuffled)
    assert assign(shuffled, wanted, seed=seed) == found


def test_seed_decides():
    wanted = counts(5, 4, 3)
    found = [assign(SPEAKERS, wanted, seed=seed) for seed in range(10)]
    assert found[0] == assign(SPEAKERS, wanted, seed=0)
    assert len({str(each) for each in found}) > 5


def test_everyone_gets_into_every_part():
    found = [assign(SPEAKERS, counts(10, 1, 1), seed=seed) for seed in range(200)]
    for part in PARTS:
        assert {speaker for each in found for speaker in each[part]} == set(SPEAKERS)


def test_lists_are_taken_as_they_are():
    wanted = counts(["s3", "s1"], ["s2"], ["s10", "s9"])
    assert assign(SPEAKERS, wanted, seed=5) == counts(["s1", "s3"], ["s2"], ["s10", "s9"])


@given(seed=st.integers(0, 1000), test=st.sets(st.sampled_from(SPEAKERS), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_counts_draw_from_those_not_listed(seed, test):
    found = assign(SPEAKERS, counts(5, 3, sorted(test)), seed=seed)
    assert found["test"] == sorted(test)
    assert (len(found["train"]), len(found["validation"])) == (5, 3)
    everyone = [speaker for part in PARTS for speaker in found[part]]
    assert len(everyone) == len(set(everyone))


def test_what_is_wanted_is_left_as_it_was():
    wanted = counts(["s3", "s1"], 2, 3)
    assign(SPEAKERS, wanted, seed=0)
    assert wanted == counts(["s3", "s1"], 2, 3)


# The published split


@pytest.mark.parametrize("seed", [0, 1])
def test_the_counts_of_the_poster_are_its_split(seed):
    found = assign(VOLUNTEERS + LIPSPEAKERS, counts(39, 8, 9), seed=seed, **PUBLISHED)
    assert found["validation"] == sorted(tcd_timit.VALIDATION)
    assert found["test"] == sorted(tcd_timit.TEST)
    assert found["train"] == [f"{number}M" for number in range(60, 99)]


def test_smaller_counts_draw_from_the_published_speakers():
    found = assign(VOLUNTEERS, counts(10, 3, 4), seed=0, **PUBLISHED)
    assert [len(found[part]) for part in PARTS] == [10, 3, 4]
    assert set(found["validation"]) < set(tcd_timit.VALIDATION)
    assert set(found["test"]) < set(tcd_timit.TEST)


def test_absent_published_speakers_are_replaced():
    found = assign(VOLUNTEERS[5:] + LIPSPEAKERS, counts(10, 8, 9), seed=0, **PUBLISHED)
    assert [len(found[part]) for part in PARTS] == [10, 8, 9]
    assert {*LIPSPEAKERS} & {*found["validation"], *found["test"]}
    assert not {*found["train"]} & {*tcd_timit.VALIDATION, *tcd_timit.TEST}


def test_list_goes_before_the_published_one():
    mine = VOLUNTEERS[:8]
    found = assign(VOLUNTEERS, counts(10, mine, 9), seed=0, **PUBLISHED)
    assert found["validation"] == sorted(mine)
    assert len(found["test"]) == 9


# What cannot be


def test_too_few_speakers():
    said = refusal(SPEAKERS, counts(10, 2, 1))
    assert "10 train + 2 validation + 1 test" in said
    assert "12" in said


def test_too_few_besides_those_listed():
    said = refusal(SPEAKERS, counts(["s1", "s2"], 8, 3))
    assert "8 validation + 3 test" in said
    assert "10" in said
    assert "2 listed" in said


@pytest.mark.parametrize("part", PARTS)
def test_absent_speaker_is_named_with_the_part_and_how_many_there_are(part):
    said = refusal(SPEAKERS, {**counts(1, 1, 1), part: ["s1", "nobody"]})
    assert f"split.{part}" in said
    assert "nobody" in said
    assert "s1," not in said.partition("in the corpus")[0]
    assert "12" in said


def test_not_all_of_a_large_corpus_is_listed():
    many = [f"speaker{number}" for number in range(500)]
    random.Random(0).shuffle(many)
    said = refusal(many, counts(["nobody"], 1, 1))
    assert "500" in said
    assert len(said) < 300


def test_no_speakers_at_all():
    assert "0" in refusal([], counts(1, 1, 1))
