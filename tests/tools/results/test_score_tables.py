"""The tables of scores and of differences."""

import json

from tools.results import score_tables

CELL = {
    "cell": "sdm-m4",
    "m": 4,
    "model": "sdm",
    "published": {"pesq": 3.3, "stoi": 0.86, "hoyer": 0.64},
    "scores": {
        "pesq": {"mean": 3.1234, "sd": 0.0456, "half": 0.2},
        "estoi": {"mean": 0.9, "sd": None, "half": None},
    },
    "differences": {
        "pesq": {"value": -0.051, "low": -0.1, "high": -0.002, "verdict": "lower"},
        "estoi": {"value": 0.001, "low": None, "high": None, "verdict": None},
    },
    "keeps": {"pesq": {"verdict": "keeps"}, "estoi": {"verdict": "not shown to keep"}},
    "best": ["pesq"],
}


def test_a_table_of_scores_has_deviations_published_figures_and_the_best_in_bold():
    header, _, row = score_tables.scores_table([CELL], ["pesq", "estoi"]).splitlines()
    assert header == "| cell | PESQ | published | ESTOI |"
    assert row == "| `sdm-m4` | **3.12 ± 0.05** | 3.30 | 0.90 |"


def test_a_table_of_differences_has_intervals_and_verdicts():
    base = {**CELL, "cell": "vae-m4", "differences": {}}
    table = score_tables.differences_table([base, CELL], ["pesq", "estoi", "hoyer"]).splitlines()
    assert table[2:] == ["| `sdm-m4` | **−0.05 (−0.10 to −0.00)** | +0.001 | – | not shown |"]
    kept = json.loads(json.dumps(CELL).replace("not shown to keep", "keeps"))
    assert score_tables.differences_table([kept], ["pesq"]).endswith("| yes |")
