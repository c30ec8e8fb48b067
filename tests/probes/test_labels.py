import numpy as np
import pandas as pd
import pytest

from sdmvae.probes import labels, targets
from sdmvae.probes.folds import FOLDS
from sdmvae.probes.measure import Measured

HOP = 0.016


def made_up(speakers=("ann", "bob", "cyd"), utterances=3, frames=40):
    rows = [(f"{s}/{u}.flac", s, str(u)) for s in speakers for u in range(utterances)]
    random = np.random.default_rng(0)
    measured = [
        Measured(random.choice([0.0, 100.0 + row], frames), random.standard_normal(frames))
        for row in range(len(rows))
    ]
    return pd.DataFrame(rows, columns=["path", "speaker", "utterance"]), measured


NO_PHONES = pd.DataFrame(columns=["path", "start", "phone"])


def tabulate(utterances, measured, phones=NO_PHONES, sexes=None, **changes):
    sexes = sexes or dict.fromkeys(utterances["speaker"])
    return labels.tabulate(utterances, measured, phones, sexes, seconds_per_frame=HOP, **changes)


def test_every_frame_has_its_own_measurements():
    utterances, measured = made_up()
    table = tabulate(utterances, measured)
    assert len(table) == 9 * 40
    row = table[(table["path"] == "bob/1.flac") & (table["frame"] == 7)].iloc[0]
    pitch, energy = (values[7] for values in measured[4])
    assert row["energy"] == energy
    assert row["voicing"] == (targets.VOICED if pitch else targets.UNVOICED)
    assert table["log_f0"].notna().eq(table["voicing"] == targets.VOICED).all()
    voiced = table[table["speaker"] == "cyd"]["log_f0"].dropna()
    assert set(np.exp(voiced).round(6)) == {106.0, 107.0, 108.0}


def test_frames_that_are_taken_are_spread_over_all_utterances():
    utterances, measured = made_up()
    table = tabulate(utterances, measured, most=90)
    assert len(table) == 90
    assert table.groupby("path").size().tolist() == [10] * 9


def test_a_phone_lasts_until_the_next_one_begins():
    phones = pd.DataFrame({"start": [0.02, 0.05, 0.05], "phone": ["a", "b", "nan"]})
    times = np.array([0.0, 0.0199, 0.02, 0.049, 0.05, 9.0])
    assert labels.label_phones(phones, times).tolist() == ["", "", "a", "a", "nan", "nan"]
    assert labels.label_phones(None, times).tolist() == [""] * 6


def test_the_table_is_read_as_it_was_written(tmp_path):
    utterances, measured = made_up(("NA", "007", "nan"))
    phones = pd.DataFrame({"path": "NA/0.flac", "start": [0.0, 0.3], "phone": ["NA", "3"]})
    table = tabulate(utterances, measured, phones, {"NA": "female", "007": "male", "nan": None})
    targets.write(table, tmp_path / "frames.csv")
    again = targets.read(tmp_path / "frames.csv")
    assert set(again["speaker"]) == {"NA", "007", "nan"}
    pd.testing.assert_frame_equal(again, table, check_dtype=False, atol=1e-4)


def test_what_is_not_known_is_left_out_with_the_reason():
    utterances, measured = made_up()
    table = tabulate(utterances, measured)
    assert targets.explain_left_out(table) == {
        "phone": "the corpus does not tell the phones of its speech",
        "sex": "the corpus does not tell the sex of its speakers",
    }
    assert targets.find_chances(table) == {
        "voicing": 1 / 2,
        "energy": 0.0,
        "log_f0": 0.0,
        "speaker": pytest.approx(1 / 3),
    }


def test_one_speaker_leaves_what_is_split_by_speaker_out():
    few = "too few frames, speakers or utterances have it"
    utterances, measured = made_up(("ann",))
    reasons = targets.explain_left_out(tabulate(utterances, measured, sexes={"ann": "female"}))
    assert set(reasons) == {target.name for target in targets.TARGETS}
    assert {reasons[name] for name in ("voicing", "energy", "log_f0", "sex", "speaker")} == {few}


def test_one_utterance_of_each_speaker_leaves_the_speaker_out():
    utterances, measured = made_up(utterances=1)
    assert "speaker" in targets.explain_left_out(tabulate(utterances, measured))


def test_a_sex_of_one_speaker_cannot_be_learned():
    utterances, measured = made_up(("ann", "bob", "cyd", "dan"))
    sexes = {"ann": "female", "bob": "male", "cyd": "female", "dan": "female"}
    assert "sex" in targets.explain_left_out(tabulate(utterances, measured, sexes=sexes))
    sexes["dan"] = "male"
    table = tabulate(utterances, measured, sexes=sexes)
    assert "sex" not in targets.explain_left_out(table)
    for fold in range(FOLDS):
        learned = table[table[targets.BY_SPEAKER] != fold]
        assert set(learned["sex"]) == {"female", "male"}
