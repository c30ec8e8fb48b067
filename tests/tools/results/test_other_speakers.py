"""The same networks on other test speakers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sdmvae.evaluation.statistics.seed_scores import ScoresError, SeedScores
from tests.support import PROJECT
from tests.support.kept_results import check_file
from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run
from tools.results import other_speakers


def scores(speakers, values):
    """Return the scores of one utterance per speaker, shape (seeds, speakers)."""
    names = pd.MultiIndex.from_tuples([(each, "u") for each in speakers])
    return SeedScores("vae-m32", np.atleast_2d(values), names)


def test_with_one_seed_the_interval_is_that_of_welch():
    few, many = [3.0, 2.5, 3.2], [3.4, 3.3, 3.9, 3.0, 3.6]
    found = other_speakers.difference(scores("abc", few), scores("defgh", many))
    welch = stats.ttest_ind(many, few, equal_var=False)
    assert found.value == pytest.approx(np.mean(many) - np.mean(few))
    assert tuple(found.interval()) == pytest.approx(tuple(welch.confidence_interval(0.95)))
    assert (found.speakers, found.utterances) == (3, 3)


def test_scores_without_any_variance_have_an_interval_of_no_width():
    found = other_speakers.difference(scores("ab", [1.0, 1.0]), scores("cd", [3.0, 3.0]))
    assert tuple(found.interval()) == (2.0, 2.0)


def test_a_speaker_of_both_sets_is_an_error():
    with pytest.raises(ScoresError, match="speaker b is a test speaker of both runs"):
        other_speakers.difference(scores("ab", [1.0, 2.0]), scores("bc", [1.0, 2.0]))


def test_only_seeds_that_both_runs_have_count(tmp_path):
    base = write_run(tmp_path / "base", [vae(pesq=2.0)], seeds=5)
    other = write_run(tmp_path / "other", [vae(pesq=2.5)], seeds=3, start=1)
    rename_speakers(other)
    (found,) = other_speakers.compare(base, other)["cells"].values()
    assert found["seeds"] == [0, 1, 2]
    assert found["published"]["pesq"] == 3.29
    assert found["speakers"] == [9, 9]
    difference = found["differences"]["pesq"]
    assert difference["verdict"] == "higher"
    assert difference["low"] < 0.5 < difference["high"]
    first, second = found["means"]["pesq"]
    assert difference["value"] == pytest.approx(second - first, abs=2e-5)


def rename_speakers(run):
    """Give the speakers of a run other names."""
    for path in run.glob("data/scores/*/*/utterances.csv"):
        table = pd.read_csv(path)
        table["speaker"] = "other-" + table["speaker"].astype(str)
        table.to_csv(path, index=False)


def test_the_file_of_the_page_is_what_the_kept_scores_give():
    """Run python -m tools.results.other_speakers as results-made.md has it if this fails."""
    runs = PROJECT / "docs/results/runs"
    pairs = [
        other_speakers.compare(runs / name, runs / f"{name}-clean")
        for name in ("authors", "epochs-50")
    ]
    check_file("other_speakers", {"pairs": pairs})
