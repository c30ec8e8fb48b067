"""Tests of scores by seed and utterance, and of the means of speakers."""

import math

import numpy as np
import pandas as pd
import pytest

from sdmvae.evaluation.statistics.seed_scores import ScoresError, from_table, share_utterances
from tests.support.made_up_scores import seed_scores


def table(seeds: int = 2) -> pd.DataFrame:
    """Two utterances of speaker 9 and one of speaker 10; seed s scores 1, 3 and 6, plus s."""
    return pd.DataFrame(
        [
            {"seed": seed, "speaker": speaker, "utterance": utterance, "pesq": float(score + seed)}
            for seed in range(seeds)
            for speaker, utterance, score in ((9, "a", 1), (9, "b", 3), (10, "a", 6))
        ]
    )


def test_a_table_becomes_scores_by_seed_and_utterance_in_any_order_of_its_rows():
    for rows in (table(), table().sample(frac=1, random_state=1)):
        scores = from_table("vae-m32", rows, "pesq")
        assert scores.seeds == 2
        assert list(scores.utterances) == [("10", "a"), ("9", "a"), ("9", "b")]
        assert scores.values.tolist() == [[6, 1, 3], [7, 2, 4]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (table().iloc[:0], "vae-m32: there are no scores: score the cell first"),
        (
            pd.concat([table(), table().iloc[:1]]),
            "vae-m32: seed 0: utterance a of speaker 9 has two rows: keep one of them",
        ),
        (
            table(3).drop(index=4),
            "vae-m32: utterance b of speaker 9 has scores of 2 of 3 seeds: "
            "score the same utterances for every seed",
        ),
    ],
    ids=["empty", "twice", "missing"],
)
def test_a_table_that_is_not_complete_is_refused_in_one_line(rows, message):
    with pytest.raises(ScoresError) as error:
        from_table("vae-m32", rows, "pesq")
    assert str(error.value) == message


def test_means_of_speakers_weight_their_utterances_equally():
    shared = share_utterances([from_table("vae-m32", table(), "pesq")])
    assert shared.means[0].tolist() == [[6, 2], [7, 3]]
    assert (shared.utterances, shared.left_out) == (3, 0)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf], ids=["nan", "inf", "-inf"])
def test_an_utterance_that_lacks_a_score_is_left_out_everywhere(wrong):
    rows = table()
    rows.loc[0, "pesq"] = wrong  # seed 0, speaker 9, utterance a
    whole = from_table("vae-m32", table(), "pesq")
    shared = share_utterances([whole, from_table("sdm-m32", rows, "pesq")])
    for means in shared.means:
        assert means.tolist() == [[6, 3], [7, 4]]
    assert (shared.utterances, shared.left_out) == (2, 1)


def test_a_speaker_without_any_score_is_left_out():
    rows = table()
    rows.loc[2, "pesq"] = math.nan  # the only utterance of speaker 10
    shared = share_utterances([from_table("vae-m32", rows, "pesq")])
    assert shared.means[0].tolist() == [[2], [3]]


def test_without_any_score_no_speaker_is_left():
    rows = table().assign(pesq=math.nan)
    shared = share_utterances([from_table("vae-m32", rows, "pesq")])
    assert shared.means[0].shape == (2, 0)
    assert (shared.utterances, shared.left_out) == (0, 3)


@pytest.mark.parametrize("order", [1, -1])
def test_cells_with_other_utterances_are_refused_in_one_line(order):
    less = table().query("utterance != 'b'")
    cells = [from_table("vae-m32", table(), "pesq"), from_table("sdm-m32", less, "pesq")]
    with pytest.raises(ScoresError) as error:
        share_utterances(cells[::order])
    assert str(error.value) == (
        "sdm-m32: 1 utterances of vae-m32 are missing, such as b of speaker 9: "
        "score both cells on the same utterances"
    )


def test_cells_are_paired_by_the_name_of_the_utterance():
    values = np.arange(6.0).reshape(2, 3)
    one = seed_scores("vae-m32", values)
    turned = type(one)("sdm-m32", values[:, ::-1], one.utterances[::-1])
    first, second = share_utterances([one, turned]).means
    assert (first == second).all()
