import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.corpora.tcd_timit import PUBLISHED_SPLIT
from sdmvae.split import PARTS, SplitError, assign

SPEAKERS = [f"s{number}" for number in range(12)]
# As many as TCD-TIMIT has, the published ones among them.
VOLUNTEERS = sorted(
    {speaker for part in PUBLISHED_SPLIT.values() for speaker in part}
    | {f"{number:02d}X" for number in range(60, 102)}
)


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


# Published lists


def test_published_lists_have_the_sizes_of_the_poster_and_nobody_twice():
    assert (len(PUBLISHED_SPLIT["validation"]), len(PUBLISHED_SPLIT["test"])) == (8, 9)
    assert len({*PUBLISHED_SPLIT["validation"], *PUBLISHED_SPLIT["test"]}) == 17


@pytest.mark.parametrize("seed", [0, 1])
def test_published_list_is_taken_for_a_count_of_its_length(seed):
    found = assign(VOLUNTEERS, counts(39, 8, 9), seed=seed, published=PUBLISHED_SPLIT)
    assert found["validation"] == sorted(PUBLISHED_SPLIT["validation"])
    assert found["test"] == sorted(PUBLISHED_SPLIT["test"])
    assert len(found["train"]) == 39
    assert not {*found["train"]} & {*found["validation"], *found["test"]}


def test_other_counts_are_drawn_from_all_who_are_left():
    found = assign(VOLUNTEERS, counts(10, 3, 9), seed=0, published=PUBLISHED_SPLIT)
    assert found["test"] == sorted(PUBLISHED_SPLIT["test"])
    assert len(found["validation"]) == 3
    assert not {*found["train"], *found["validation"]} & {*found["test"]}


def test_list_goes_before_the_published_one():
    mine = VOLUNTEERS[:8]
    found = assign(VOLUNTEERS, counts(10, mine, 9), seed=0, published=PUBLISHED_SPLIT)
    assert found["validation"] == sorted(mine)


def test_speaker_listed_elsewhere_makes_the_count_a_draw():
    wanted = counts([PUBLISHED_SPLIT["test"][0]], 8, 9)
    found = assign(VOLUNTEERS, wanted, seed=0, published=PUBLISHED_SPLIT)
    assert found["train"] == wanted["train"]
    assert len(found["test"]) == 9
    assert wanted["train"][0] not in found["test"]


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


def test_published_speaker_that_is_absent():
    said = refusal(VOLUNTEERS[5:], counts(10, 8, 9), published=PUBLISHED_SPLIT)
    assert "08F" in said
