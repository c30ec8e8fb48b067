"""What is collected of a run."""

import json

import pandas as pd
import pytest

from tests.support import PROJECT
from tests.support.kept_results import check_file
from tests.support.made_up_runs import MadeUpCell, identity, vae
from tests.support.run_folders import write_run
from tools.results import collect, scored


def test_a_run_is_collected_with_its_hyperpriors_and_the_sparsest_of_kept_quality(tmp_path):
    flat = MadeUpCell("flat-m32", "sdm_student", {"dictionary": "identity"}, 32)
    steep = MadeUpCell("steep-m32", "sdm_student", {"dictionary": "identity", "shape": 8}, 32)
    students = [each.but(pesq=-1.0) for each in (steep, flat)]
    learned = MadeUpCell("learned-m32", "sdm", {"dictionary": "random", "learned": True}, 32)
    cells = [vae(), identity(hoyer_above_gaussian=0.3), *students, learned.but(pesq=-1.0)]
    run = write_run(tmp_path / "run", cells)
    (run / "data/anchors").mkdir()
    (run / "data/anchors/summary.json").write_text("{}")
    manifest = pd.DataFrame({"split": ["test", "train"], "speaker": ["a", "b"], "seconds": 60.0})
    manifest.to_csv(run / "data/manifest.csv", index=False)
    collected, left_out = collect.collect(run)
    json.dumps(collected, allow_nan=False)
    assert left_out == [] and collected["seeds"] == [0, 1, 2]
    assert [each["cell"] for each in collected["cells"]] == [
        "vae-m32",
        "sdm-eye-m32",
        "learned-m32",
        "steep-m32",
        "flat-m32",
    ]
    assert {each["seeds"] for each in collected["cells"]} == {3}
    assert [(each["cell"], each["shape"]) for each in collected["hyperpriors"]] == [
        ("sdm-eye-m32", None),
        ("flat-m32", 0.0),
        ("steep-m32", 8.0),
        ("vae-m32", None),
    ]
    assert collected["sparsest_of_kept"] == ["sdm-eye-m32"]
    assert collected["parts"]["train"]["minutes"] == 1.0
    # The paper has no learned dictionary, so its claims are not examined with it.
    assert collected["agreement"]["claims"]["sparser_than_vae"]["comparisons"] == 1


@pytest.mark.parametrize(("hoyer", "against"), [(0.6, []), (0.1, [["sdm-eye-m32", "vae-m32"]])])
def test_the_comparisons_that_show_the_opposite_of_a_claim_are_named(tmp_path, hoyer, against):
    run = scored.read(write_run(tmp_path / "run", [vae(hoyer=0.3), identity(hoyer=hoyer)]))
    found = collect.describe_agreement(run.settings, run.cells, run.utterances)
    (sparser,) = (each for each in found["claims"] if each["name"] == "sparser_than_vae")
    assert sparser["against"] == against


def test_the_parts_of_the_corpus_are_counted():
    manifest = pd.DataFrame(
        {"split": ["test", "test", "train"], "speaker": ["a", "a", "b"], "seconds": [60, 30, 90.0]}
    )
    parts = collect.describe_parts(manifest)
    assert parts["test"] == {"speakers": 1, "utterances": 2, "minutes": 1.5}


@pytest.mark.parametrize(("run", "name"), [("epochs-50", "librispeech"), ("authors", "authors")])
def test_the_files_of_the_page_are_what_the_kept_scores_of_utterances_give(run, name):
    """Run python -m tools.results.collect docs/results/runs/RUN NAME if this fails."""
    collected, _ = collect.collect(PROJECT / "docs/results/runs" / run)
    check_file(name, collected)
