from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sdmvae.corpora.base import Utterance
from sdmvae.dataset.sampling import draw_order


def listed(speaker, count):
    return [
        Utterance(speaker, str(number), Path(f"{speaker}/{number}.wav")) for number in range(count)
    ]


@given(st.randoms(use_true_random=False), st.integers(0, 2**32))
def test_the_order_does_not_depend_on_how_the_corpus_lists_its_files(shuffle, seed):
    utterances = listed("ann", 9) + listed("bob", 4)
    shuffled = list(utterances)
    shuffle.shuffle(shuffled)
    order = draw_order(shuffled, seed)
    assert order == draw_order(utterances, seed)
    assert sorted(order["ann"]) == utterances[:9] and sorted(order["bob"]) == utterances[9:]


def test_another_speaker_changes_nothing_for_the_others():
    alone = draw_order(listed("ann", 20), 0)
    both = draw_order(listed("bob", 20) + listed("ann", 20), 0)
    assert both["ann"] == alone["ann"]


def test_another_utterance_takes_a_place_between_the_others():
    before, after = (draw_order(listed("ann", count), 0)["ann"] for count in (20, 21))
    assert [utterance for utterance in after if utterance.utterance != "20"] == before


def test_speakers_and_seeds_have_orders_of_their_own():
    orders = [
        [utterance.utterance for utterance in draw_order(listed(name, 20), seed)[name]]
        for name in ("ann", "bob")
        for seed in (0, 1)
    ]
    assert len(set(map(tuple, orders))) == 4


@pytest.mark.parametrize("place", [0, 5])
def test_every_utterance_comes_to_a_place_equally_often(place):
    counts = [0] * 6
    for seed in range(3000):
        counts[int(draw_order(listed("ann", 6), seed)["ann"][place].utterance)] += 1
    assert stats.chisquare(counts).pvalue > 0.001


def test_names_may_have_any_bytes():
    odd = Utterance("a\udcff", "\udcfe", Path("x.wav"))
    assert draw_order([odd], 0) == {odd.speaker: [odd]}
