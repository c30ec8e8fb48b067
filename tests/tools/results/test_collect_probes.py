"""What is collected of the probes of a run, and how the page shows it."""

import json

import pytest

from sdmvae import params
from tests.support.made_up_probes import write_probes
from tests.support.made_up_runs import identity, vae
from tests.support.run_folders import write_run
from tools.results import collect_probes, probes_section

UTTERANCES = [
    (f"{speaker}/{number}.flac", speaker, f"{speaker}-{number}")
    for speaker in ("ann", "bob", "cat", "dan")
    for number in "12"
]


def make_run(folder, effects):
    run = write_run(folder, [vae(), identity()])
    settings = params.read(run / "params.yaml")
    write_probes(run / "data", settings, UTTERANCES, effects=effects, phones="ab")
    return run


def test_a_code_that_tells_more_is_marked(tmp_path):
    run = make_run(tmp_path / "run", {"sdm-eye-m32": 0.2})
    collected = collect_probes.collect(run)
    assert json.loads(json.dumps(collected, allow_nan=False)) == collected
    assert collected["seeds"] == [0, 1, 2] and collected["speakers"] == 4
    voicing = collected["targets"][0]
    assert voicing["name"] == "voicing" and "A sparse code wins" in voicing["sentence"]
    assert [row["name"] for row in voicing["rows"]] == [
        *("vae-m32", "sdm-eye-m32", "pca-m32", "log-power"),
    ]
    header, _, base, sparse, pca, whole = probes_section.probes_table(voicing).splitlines()
    assert header == "| code | 1 | 2 | 4 | 8 | 16 | all |"
    assert "**" not in base + pca + whole and sparse.count("**0.7") == 6
    assert whole.startswith("| `log-power` | – | – | – | – | – | ")
    assert float(whole.split("|")[-2]) == pytest.approx(0.7, abs=0.01)


def test_a_code_that_tells_less_has_an_arrow(tmp_path):
    run = make_run(tmp_path / "run", {"sdm-eye-m32": -0.2})
    voicing = collect_probes.collect(run)["targets"][0]
    assert "No sparse code wins" in voicing["sentence"]
    sparse = probes_section.probes_table(voicing).splitlines()[3]
    assert sparse.count("↓") == 6 and "**" not in sparse


def test_the_stability_is_the_mean_over_pairs_of_seeds(tmp_path):
    run = make_run(tmp_path / "run", {})
    collected = collect_probes.collect(run)
    assert [(row["cell"], row["pairs"]) for row in collected["stability"]] == [
        ("vae-m32", 3),
        ("sdm-eye-m32", 3),
    ]
    lines = probes_section.stability_table(collected).splitlines()
    assert lines[2].startswith("| `vae-m32` | codes | 0.")
