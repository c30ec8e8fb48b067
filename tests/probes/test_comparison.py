import numpy as np
import pandas as pd
import pytest

from sdmvae import params
from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.probes import comparison
from sdmvae.probes.comparison import Key
from tests.support.made_up_probes import write_probes
from tests.support.small_project import PARAMETERS

UTTERANCES = [(f"{s}/{u}.flac", s, str(u)) for s in ("ann", "bob", "cyd") for u in range(2)]
BASELINES = {"vsc-a50-m4": "vae-m4", "vsc-a50-m8": "vae-m8"}


@pytest.fixture
def settings():
    own = params.read(PARAMETERS)
    train = own.train.model_copy(update={"seeds": [0, 3, 4]})
    return own.model_copy(update={"train": train})


@pytest.fixture
def tables(settings, tmp_path):
    write_probes(tmp_path, settings, UTTERANCES, effects={"vsc-a50-m4": 0.1})
    return comparison.read_tables(settings, tmp_path)


def test_values_of_all_seeds_and_of_the_references_are_read(tables):
    assert list(tables) == [
        *("vae-m4", "vsc-a50-m4", "vae-m8", "vsc-a50-m8"),
        *("pca-m4", "pca-m8", "log-power"),
    ]
    assert set(tables["vae-m4"]["seed"]) == {0, 3, 4}
    assert set(tables["vae-m8"]["k"]) == {1, 2, 4, 0}
    assert set(tables["log-power"]["seed"]) == {0}


def test_a_value_is_the_mean_over_seeds_and_speakers(tables):
    probed = comparison.compare(tables, BASELINES, 0.05)
    rows = tables["vae-m8"].query("input == 'code' and k == 2 and target == 'voicing'")
    each = probed[Key("vae-m8", "code", 2, "voicing")]
    assert each.estimate.value == pytest.approx(rows["value"].mean())
    assert each.estimate.seeds == (3,) and each.estimate.speakers == 3
    assert each.finding is None


def test_a_difference_is_from_the_same_probe_of_the_baseline(tables):
    probed = comparison.compare(tables, BASELINES, 0.05)
    for (cell, effect), target in [
        (pair, target)
        for pair in (("vsc-a50-m4", 0.1), ("vsc-a50-m8", 0.0))
        for target in ("voicing", "energy")
    ]:
        finding = probed[Key(cell, "code", 1, target)].finding
        assert finding.estimate.value == pytest.approx(effect, abs=0.005)
    verdict = probed[Key("vsc-a50-m4", "code", 1, "voicing")].finding.verdict
    assert verdict is Difference.HIGHER
    assert probed[Key("pca-m4", "pca", 1, "voicing")].finding is None


def test_all_differences_in_a_target_are_one_family(tables):
    probed = comparison.compare(tables, BASELINES, 0.05)
    levels = {
        target: {
            each.finding.level
            for key, each in probed.items()
            if key.target == target and each.finding
        }
        for target in ("voicing", "energy")
    }
    assert all(len(own) == 1 for own in levels.values())
    # Of the 9 differences, the 4 of vsc-a50-m4 are told apart: 0.05 / (9 - 4 + 1).
    assert levels["voicing"].pop() == pytest.approx(1 - 0.05 / 6)


def test_one_seed_gives_differences_without_a_verdict(tables):
    one = {cell: table[table["seed"] == 0] for cell, table in tables.items()}
    finding = comparison.compare(one, BASELINES, 0.05)[
        Key("vsc-a50-m4", "code", 1, "energy")
    ].finding
    assert finding.verdict is None and finding.interval is not None


def test_the_table_has_a_row_for_each_probe(tables):
    probed = comparison.compare(tables, BASELINES, 0.05)
    chances = dict.fromkeys({key.target for key in probed}, 0.5)
    table = comparison.tabulate(probed, BASELINES, chances)
    assert len(table) == len(probed)
    own = table.query("cell == 'vsc-a50-m4' and input == 'code' and target == 'voicing'")
    assert own["k"].isna().sum() == 1 and (own["base"] == "vae-m4").all()
    row = own.iloc[0]
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    assert row["low"] < row["value"] < row["high"]
    assert table.query("cell == 'log-power'")["difference"].isna().all()


def test_without_a_baseline_or_values_there_is_a_table_without_differences(tables):
    chances = dict.fromkeys(set(tables["vae-m4"]["target"]), 0.5)
    table = comparison.tabulate(comparison.compare(tables, {}, 0.05), {}, chances)
    assert table["difference"].isna().all() and len(table)
    empty = {cell: rows.iloc[:0] for cell, rows in tables.items()}
    assert comparison.compare(empty, BASELINES, 0.05) == {}
    assert comparison.tabulate({}, BASELINES, {}).empty


def test_a_value_that_is_not_defined_is_left_out(tables):
    tables["vae-m4"].loc[tables["vae-m4"]["speaker"] == "bob", "value"] = np.nan
    probed = comparison.compare(tables, BASELINES, 0.05)
    finding = probed[Key("vsc-a50-m4", "code", 1, "voicing")].finding
    assert finding.estimate.speakers == 2
    assert isinstance(tables["vae-m4"], pd.DataFrame)
