import numpy as np
import pandas as pd
import pytest

from sdmvae.probes import inputs, probe
from tests.probes.test_labels import made_up, tabulate


@pytest.fixture
def table():
    return tabulate(*made_up(frames=60), sexes={"ann": "female", "bob": "male", "cyd": "male"})


def test_rows_of_codes_are_found_by_utterance_and_frame(table):
    utterances = pd.DataFrame({"path": ["cyd/1.flac", "x", "ann/0.flac"], "frames": [60, 7, 60]})
    own = table[table["path"].isin(utterances["path"])]
    rows = probe.find_rows(own, utterances)
    expected = {"cyd/1.flac": 0, "ann/0.flac": 67}
    assert rows.tolist() == [
        expected[path] + frame for path, frame in zip(own["path"], own["frame"], strict=True)
    ]


def test_a_code_that_holds_a_target_has_it_and_noise_has_not(table):
    random = np.random.default_rng(0)
    codes = random.standard_normal((len(table), 3))
    codes[:, 1] = 5 * table["energy"]
    codes[:, 2] += 8 * (table["voicing"] == "voiced")
    values = probe.probe([inputs.Input("code", None, codes)], table)
    assert list(values) == probe.COLUMNS
    assert values["k"].isna().all()
    means = values.groupby("target")["value"].mean()
    assert set(means.index) == {"voicing", "energy", "log_f0", "speaker"}
    assert means["energy"] > 0.999 and means["voicing"] > 0.99
    assert means["speaker"] == pytest.approx(1 / 3, abs=0.12)
    assert (values.groupby("target")["speaker"].nunique() == 3).all()


def test_each_input_has_its_own_values(table):
    codes = np.random.default_rng(0).standard_normal((len(table), 6))
    values = probe.probe(inputs.list_inputs("code", codes), table)
    assert list(dict.fromkeys(values["k"].fillna(0))) == [1, 2, 4, 0]
    assert len(values) == 4 * 4 * 3


def test_without_any_target_there_are_no_values():
    table = tabulate(*made_up(("ann",)))
    values = probe.probe([inputs.Input("code", None, np.ones((len(table), 2)))], table)
    assert list(values) == probe.COLUMNS and values.empty
