import numpy as np
import pytest

from sdmvae.report import comparison, speakers
from tests.support import made_up_scores


def test_the_mean_over_speakers_is_the_difference_of_the_comparison(seeded_results):
    table = speakers.tabulate_differences(seeded_results, "pesq", 6)
    assert table["cells"] == ["vsc-a05-m4", "sdm-dct6-m4"]
    assert [row["speaker"] for row in table["rows"]] == ["ann", "bob", "cyd"]
    differences = comparison.compare(seeded_results)["pesq"].differences
    for place, cell in enumerate(table["cells"]):
        texts = [row["differences"][place] for row in table["rows"]]
        mean = np.mean([float(text.replace("−", "-")) for text in texts])
        assert mean == pytest.approx(differences[cell].estimate.value, abs=1e-6)


def test_differences_are_paired_by_utterance_within_a_speaker():
    names = ["ann", "ann", "bob", "cyd"]
    base = made_up_scores.seed_scores("base", np.array([[1.0, 2.0, 3.0, 4.0]]), names)
    other = np.array([[2.0, np.nan, 2.5, np.nan], [4.0, 9.0, 2.5, 1.0]])
    cell = made_up_scores.seed_scores("cell", other, names)
    assert speakers.difference_by_speaker(cell, base) == {"ann": 2.0, "bob": -0.5}


def test_a_speaker_without_a_score_has_a_dash(make_results):
    results = make_results()
    table = results.utterances["vsc-a05-m4"]
    table.loc[table["speaker"] == "bob", "pesq"] = np.nan
    rows = speakers.tabulate_differences(results, "pesq", 3)["rows"]
    assert [row["differences"][0] == "–" for row in rows] == [False, True]
    assert all(row["differences"][1] != "–" for row in rows)
