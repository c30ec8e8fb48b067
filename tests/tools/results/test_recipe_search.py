"""The validation losses of recipes that differ in one setting."""

import json
import sys

import pytest

from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run
from tools.results import json_file, recipe_search, recipes_section


def run(folder, losses, **parameters):
    keys = {key.replace("__", "."): value for key, value in parameters.items()}
    return write_run(folder, [vae()], losses={"vae-m32": losses}, parameters=keys)


def test_the_best_losses_are_those_of_validation_speech(tmp_path):
    base = run(tmp_path / "base", [9.0, 5.0, 6.0])
    slow = run(tmp_path / "slow", [9.0, 8.0, 7.5], train__learning_rate=1e-4)
    found = recipe_search.search(base, [slow])
    assert found["base"]["loss"] == [5.0] * 3 and found["base"]["best"] == [2] * 3
    (other,) = found["others"]
    assert other["changes"] == {"train.learning_rate": [1e-3, 1e-4]}
    assert (other["loss"], other["best"], other["run"]) == ([7.5], [3], "slow")


def test_losses_of_other_frames_are_refused(tmp_path):
    base = run(tmp_path / "base", [5.0])
    with pytest.raises(recipe_search.SearchError, match="losses of other frames do not compare"):
        recipe_search.search(base, [run(tmp_path / "other", [5.0], stft__trim=100.0)])


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [
        (-99.0, "None of these is better."),
        (-101.0, "None of these is better by more than seeds differ."),
        (-103.0, "The first of these is better by more than seeds differ."),
    ],
)
def test_a_difference_is_judged_by_how_much_seeds_differ(loss, verdict):
    others = [
        {"changes": {"train.beta2": [0.99, 0.9]}, "loss": [-90.0]},
        {"changes": {"train.decay": [0.4, 0.0]}, "loss": [loss]},
    ]
    base = {"loss": [-100.0, -99.0, -101.0]}
    text = recipes_section.describe_search(
        {"cell": "vae-m32", "seeds": [0, 1, 2], "base": base, "others": others}
    )
    assert text.endswith(verdict)
    assert "loss of −100.0 nats per frame with our recipe, and seeds differ by up to 2.0." in text
    first = f"`train.decay` 0.4 → 0: {loss + 100:+.1f}".replace("-", "−")
    assert f"{first}, `train.beta2` 0.99 → 0.9: +10.0." in text


def test_other_batches_have_another_number_of_steps():
    other = {"changes": {"train.batch_size": [128, 64]}, "loss": [-2.0]}
    found = {"cell": "x", "seeds": [0], "base": {"loss": [-1.0]}, "others": [other]}
    assert "`train.batch_size` 128 → 64 (2 times the steps): −1.0." in (
        recipes_section.describe_search(found)
    )


def test_the_command_writes_the_file(tmp_path, monkeypatch, capsys):
    base, other = run(tmp_path / "base", [5.0]), run(tmp_path / "b", [4.0], train__decay=0.5)
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["recipe_search", str(base), str(other)])
    recipe_search.main()
    written = json.loads((tmp_path / "recipe_search.json").read_text())
    assert written == recipe_search.search(base, [other])
    assert "`train.decay` 0 → 0.5: −1.0" in capsys.readouterr().out
