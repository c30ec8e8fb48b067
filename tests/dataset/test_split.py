import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae import corpora
from sdmvae.corpora import tcd_timit
from sdmvae.dataset.split import PARTS, SplitError, assign

SPEAKERS = [f"s{number}" for number in range(12)]
# As many speakers as TCD-TIMIT has: those of the published split, others, and the lipspeakers.
VOLUNTEERS = sorted(
    {*tcd_timit.VALIDATION, *tcd_timit.TEST} | {f"{number}M" for number in range(60, 99)}
)
LIPSPEAKERS = ["Lipspkr1", "Lipspkr2", "Lipspkr3"]
PUBLISHED = {"published_part": corpora.load("tcd-timit").published_part}


def counts(train, validation, test):
    return {"train": train, "validation": validation, "test": test}


def message_of(speakers, wanted, **options) -> str:
    with pytest.raises(SplitError) as caught:
        assign(speakers, wanted, seed=0, **options)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


# Any name that a file can have. Lone surrogates stand for bytes that are not UTF-8.
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
def test_counts_are_filled_with_different_speakers_in_any_order(case, shuffle):
    speakers, wanted, seed = case
    parts = assign(speakers, wanted, seed=seed)
    assert list(parts) == list(PARTS)
    assert {part: len(parts[part]) for part in PARTS} == wanted
    everyone = [speaker for part in PARTS for speaker in parts[part]]
    assert len(everyone) == len(set(everyone))
    assert set(everyone) <= set(speakers)
    assert all(parts[part] == sorted(parts[part]) for part in PARTS)
    assert all(isinstance(speaker, str) for speaker in everyone)
    shuffled = [*speakers, speakers[0]]
    shuffle.shuffle(shuffled)
    assert assign(shuffled, wanted, seed=seed) == parts


def test_another_seed_gives_another_split():
    wanted = counts(5, 4, 3)
    splits = [assign(SPEAKERS, wanted, seed=seed) for seed in range(10)]
    assert splits[0] == assign(SPEAKERS, wanted, seed=0)
    assert len({str(parts) for parts in splits}) > 5


def test_each_speaker_comes_into_each_part_for_some_seed():
    splits = [assign(SPEAKERS, counts(10, 1, 1), seed=seed) for seed in range(200)]
    for part in PARTS:
        assert {speaker for parts in splits for speaker in parts[part]} == set(SPEAKERS)


def test_lists_are_taken_as_they_are():
    wanted = counts(["s3", "s1"], ["s2"], ["s10", "s9"])
    assert assign(SPEAKERS, wanted, seed=5) == counts(["s1", "s3"], ["s2"], ["s10", "s9"])


@given(seed=st.integers(0, 1000), test=st.sets(st.sampled_from(SPEAKERS), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_counts_are_filled_with_speakers_that_are_not_listed(seed, test):
    parts = assign(SPEAKERS, counts(5, 3, sorted(test)), seed=seed)
    assert parts["test"] == sorted(test)
    assert (len(parts["train"]), len(parts["validation"])) == (5, 3)
    everyone = [speaker for part in PARTS for speaker in parts[part]]
    assert len(everyone) == len(set(everyone))


def test_the_argument_is_not_changed():
    wanted = counts(["s3", "s1"], 2, 3)
    assign(SPEAKERS, wanted, seed=0)
    assert wanted == counts(["s3", "s1"], 2, 3)


# The published split


@pytest.mark.parametrize("seed", [0, 1])
def test_the_counts_of_the_paper_give_its_split(seed):
    parts = assign(VOLUNTEERS + LIPSPEAKERS, counts(39, 8, 9), seed=seed, **PUBLISHED)
    assert parts["validation"] == sorted(tcd_timit.VALIDATION)
    assert parts["test"] == sorted(tcd_timit.TEST)
    assert parts["train"] == [f"{number}M" for number in range(60, 99)]


def test_smaller_counts_are_filled_with_the_published_speakers():
    parts = assign(VOLUNTEERS, counts(10, 3, 4), seed=0, **PUBLISHED)
    assert [len(parts[part]) for part in PARTS] == [10, 3, 4]
    assert set(parts["validation"]) < set(tcd_timit.VALIDATION)
    assert set(parts["test"]) < set(tcd_timit.TEST)


def test_absent_published_speakers_are_replaced():
    parts = assign(VOLUNTEERS[5:] + LIPSPEAKERS, counts(10, 8, 9), seed=0, **PUBLISHED)
    assert [len(parts[part]) for part in PARTS] == [10, 8, 9]
    assert {*LIPSPEAKERS} & {*parts["validation"], *parts["test"]}
    assert not {*parts["train"]} & {*tcd_timit.VALIDATION, *tcd_timit.TEST}


def test_a_list_takes_precedence_over_the_published_split():
    mine = VOLUNTEERS[:8]
    parts = assign(VOLUNTEERS, counts(10, mine, 9), seed=0, **PUBLISHED)
    assert parts["validation"] == sorted(mine)
    assert len(parts["test"]) == 9


# Groups of speakers who stay together

GROUP_OF = {"s0": "a", "s1": "a", "s2": "a", "s3": "b", "s4": "b"}


def group(speaker: str) -> str:
    return GROUP_OF.get(speaker, speaker)


def assert_no_group_is_divided(parts, group):
    part_of = {speaker: part for part in PARTS for speaker in parts[part]}
    for first in part_of:
        for second in part_of:
            if group(first) == group(second):
                assert part_of[first] == part_of[second]


@given(cases())
@settings(max_examples=40, deadline=None)
def test_groups_of_one_speaker_change_nothing(case):
    speakers, wanted, seed = case
    alone = assign(speakers, wanted, seed=seed, group=lambda speaker: f"group of {speaker}")
    assert alone == assign(speakers, wanted, seed=seed)


@given(
    seed=st.integers(0, 2**32),
    sizes=st.tuples(st.integers(1, 10), st.integers(1, 10), st.integers(1, 10)).filter(
        lambda sizes: sum(sizes) <= len(SPEAKERS)
    ),
)
@settings(max_examples=100, deadline=None)
def test_a_group_is_in_one_part_and_the_counts_are_met(seed, sizes):
    parts = assign(SPEAKERS, counts(*sizes), seed=seed, group=group)
    assert tuple(len(parts[part]) for part in PARTS) == sizes
    assert_no_group_is_divided(parts, group)


def test_single_speakers_of_a_corpus_with_groups_come_into_each_part():
    splits = [assign(SPEAKERS, counts(6, 3, 3), seed=seed, group=group) for seed in range(100)]
    for part in PARTS:
        assert {s for parts in splits for s in parts[part]} >= set(SPEAKERS) - set(GROUP_OF)


def test_the_rest_of_a_group_that_is_listed_is_in_no_part():
    parts = assign(SPEAKERS, counts(5, 3, ["s0", "s5"]), seed=0, group=group)
    assert parts["test"] == ["s0", "s5"]
    assert not {"s1", "s2"} & {*parts["train"], *parts["validation"]}


def test_a_whole_group_can_be_listed():
    parts = assign(SPEAKERS, counts(5, 3, ["s0", "s1", "s2"]), seed=0, group=group)
    assert parts["test"] == ["s0", "s1", "s2"]


# Errors


def test_lists_that_divide_a_group_are_an_error():
    message = message_of(SPEAKERS, counts(["s0", "s5"], 2, ["s1"]), group=group)
    assert message == (
        "split.test: s1 stays together with a speaker in split.train: list both in one part"
    )


def test_a_count_that_only_a_divided_group_could_meet_is_an_error():
    message = message_of(["s0", "s1", "s2", "s3", "s4"], counts(3, 1, 1), group=group)
    assert message.startswith("split.validation: 1: the groups of speakers that stay together")


def test_the_error_for_too_few_speakers_gives_both_numbers():
    message = message_of(SPEAKERS, counts(10, 2, 1))
    assert "10 train + 2 validation + 1 test" in message
    assert "12" in message


def test_the_error_for_too_few_speakers_counts_the_listed_ones_apart():
    message = message_of(SPEAKERS, counts(["s1", "s2"], 8, 3))
    assert "8 validation + 3 test" in message
    assert "10" in message
    assert "2 listed" in message


@pytest.mark.parametrize("part", PARTS)
def test_the_error_for_an_absent_speaker_gives_name_part_and_number_of_speakers(part):
    message = message_of(SPEAKERS, {**counts(1, 1, 1), part: ["s1", "nobody"]})
    assert f"split.{part}" in message
    assert "nobody" in message
    assert "s1," not in message.partition("in the corpus")[0]
    assert "12" in message


def test_the_error_names_only_a_few_speakers_of_a_large_corpus():
    many = [f"speaker{number}" for number in range(500)]
    random.Random(0).shuffle(many)
    message = message_of(many, counts(["nobody"], 1, 1))
    assert "500" in message
    assert len(message) < 300


def test_a_corpus_without_speakers_is_an_error():
    assert "0" in message_of([], counts(1, 1, 1))
