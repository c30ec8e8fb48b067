import math

import pandas as pd
import pytest

from sdmvae.report import selection


def rows(pesq, seconds=((0, 4.0),)):
    return pd.DataFrame(
        [
            {"speaker": name, "path": f"{name}/{i}.flac", "seconds": length, "pesq": score}
            for name, score in pesq.items()
            for i, length in seconds
        ]
    )


def test_the_hardest_a_middle_and_the_easiest_speaker_are_chosen():
    found = selection.choose_utterances(rows({"a": 3.0, "b": 1.0, "c": 2.0, "d": 4.0, "e": 2.5}))
    assert [each.speaker for each in found] == ["b", "e", "d"]
    assert [each.pesq for each in found] == [1.0, 2.5, 4.0]
    assert found[0].rank.startswith("the hardest")


@pytest.mark.parametrize(
    ("pesq", "speakers"),
    [
        ({"a": 1.0}, ["a"]),
        ({"b": 2.0, "a": 1.0}, ["a", "b"]),
        ({"b": 1.0, "a": 1.0, "c": 1.0}, ["a", "b", "c"]),
        ({"b": math.nan, "a": math.nan}, ["a", "b"]),
        ({"a": math.nan, "b": 1.0}, ["b"]),
        ({"a": -math.inf, "b": 1.0}, ["b"]),
        ({7: 1.0, 30: 2.0}, ["7", "30"]),
    ],
    ids=["one", "two", "level", "no-score", "one-without", "infinite", "numbers"],
)
def test_few_speakers_and_missing_scores_are_allowed(pesq, speakers):
    assert [each.speaker for each in selection.choose_utterances(rows(pesq))] == speakers


def test_the_utterance_of_a_speaker_is_the_one_nearest_to_four_seconds():
    found = selection.choose_utterances(rows({"a": 1.0}, [(0, 9.0), (1, 3.5), (2, 4.5), (3, 1.0)]))
    assert found[0].path == "a/1.flac"


def test_the_middle_utterance_is_one_of_the_selected(tiny_results):
    assert selection.select_middle_utterance(tiny_results) in selection.select_utterances(
        tiny_results
    )


def test_every_other_speaker_has_an_utterance_too(make_results):
    speakers = ("ann", "bob", "cyd", "dan", "eve")
    results = make_results(speakers=speakers, seconds=lambda _: [(0, 0.5), (1, 0.6)])
    for rows in results.utterances.values():
        rows.loc[rows["speaker"] == "eve", "pesq"] = math.nan
    chosen, others = selection.select_utterances(results), selection.select_others(results)
    assert sorted(each.speaker for each in [*chosen, *others]) == sorted(speakers)
    assert [each.speaker for each in others] == sorted(each.speaker for each in others)
    assert all(each.path == f"{each.speaker}/1.flac" for each in others)
    assert {each.speaker: each.pesq for each in others}["eve"] is None
    table = pd.concat(results.utterances.values())
    for each in others[:-1]:
        own = table[table["speaker"] == each.speaker]
        assert each.pesq == pytest.approx(own["pesq"].mean())
