"""Runs that differ from a base run: what is compared, and what the page says of it."""

import json
import sys

import pytest

from sdmvae.evaluation.statistics.seed_scores import ScoresError
from tests.support import PROJECT
from tests.support.kept_results import check_file, check_same, read
from tests.support.made_up_runs import identity, vae
from tests.support.run_folders import write_run
from tools.results import compare, json_file, recipes_section, run_texts, settings_section

BASE = [vae(pesq=3.0, hoyer=0.3), identity(pesq=3.0, hoyer=0.5)]
CHANGED = {"train.learning_rate": 2e-3}


def write_other(folder, **arguments):
    cells = [vae(pesq=2.0, hoyer=0.3), identity(pesq=3.0, hoyer=0.6)]
    return write_run(folder, arguments.pop("cells", cells), start=1, **arguments)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A base run, and one other run that differs in `CHANGED`."""
    return compare_made_up(tmp_path_factory.mktemp("runs"))


def compare_made_up(tmp_path, **arguments):
    base = write_run(tmp_path / "base", BASE)
    other = write_other(tmp_path / "other", **{"parameters": CHANGED, **arguments})
    return compare.compare(base, [other])


def test_each_cell_is_compared_with_itself_in_the_base_run(compared):
    json.dumps(compared, allow_nan=False)
    (other,) = compared["others"]
    assert (compared["base"]["run"], other["run"]) == ("base", "other")
    assert other["changes"] == {"train.learning_rate": [1e-3, 2e-3]}
    vae_cell, sdm = (other["differences"][name] for name in ("vae-m32", "sdm-eye-m32"))
    assert vae_cell["pesq"]["verdict"] == "lower"
    assert vae_cell["pesq"]["value"] == pytest.approx(-1, abs=0.1)
    assert sdm["pesq"]["verdict"] == "not told apart"
    assert sdm["hoyer"]["verdict"] == "higher"
    assert set(sdm) == set(compare.run_pairs.SCORES)
    means = compared["base"]["cells"]["vae-m32"]["scores"]["pesq"]
    assert means["mean"] == pytest.approx(3, abs=0.1) and means["sd"] > 0


def test_within_a_run_sdm_is_compared_with_the_vae_of_the_same_m(compared):
    for run in (compared["base"], *compared["others"]):
        (within,) = run["within"]
        assert (within["cell"], within["base"]) == ("sdm-eye-m32", "vae-m32")
        assert within["differences"]["hoyer"]["verdict"] == "higher"


def test_within_a_run_the_vae_of_64_dimensions_is_compared_with_that_of_32(tmp_path):
    base = write_run(tmp_path / "base", [vae(32, pesq=3.0), vae(64, pesq=4.0)])
    compared = compare.compare(base, [write_other(tmp_path / "other", parameters=CHANGED)])
    (sizes,) = compared["base"]["within"]
    assert (sizes["cell"], sizes["base"]) == ("vae-m64", "vae-m32")
    assert sizes["differences"]["pesq"]["value"] == pytest.approx(1, abs=0.1)
    table = settings_section.settings_table({**compared, "others": []})
    assert "PESQ, `vae-m64` − `vae-m32`" in table


def test_training_is_compared_by_epochs(tmp_path):
    compared = compare_made_up(tmp_path, losses={"vae-m32": [11.0, 10.0, 4.0, 6.0]})
    (other,) = compared["others"]
    training = other["cells"]["vae-m32"]["training"]
    assert training == {"epochs": [4] * 3, "best": [3] * 3, "loss": [4.0] * 3}
    assert other["passes"] == {"vae-m32": [2] * 3, "sdm-eye-m32": [3] * 3}


def test_likelihoods_and_losses_of_other_frames_are_not_compared(tmp_path):
    compared = compare_made_up(tmp_path, parameters={"train.representation": "magnitude"})
    (other,) = compared["others"]
    assert other["passes"] is None
    assert "likelihood" not in other["differences"]["vae-m32"]
    assert "likelihood" in other["within"][0]["differences"]
    assert recipes_section.recipes_table(compared).splitlines()[2].endswith("| – |")


def test_other_test_utterances_are_refused_in_one_line(tmp_path, monkeypatch):
    base = write_run(tmp_path / "base", BASE)
    other = write_other(tmp_path / "other", speakers=5)
    command = ["compare", str(base), "made-up", str(other)]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    with pytest.raises(SystemExit) as exit_info:
        compare.main()
    message = str(exit_info.value)
    assert "test utterances are in one of the runs only" in message and "\n" not in message
    assert not (tmp_path / "made-up.json").exists()


def test_runs_without_a_cell_in_common_are_refused(tmp_path):
    base = write_run(tmp_path / "base", [vae(32)])
    other = write_run(tmp_path / "other", [vae(64)])
    with pytest.raises(ScoresError, match="no scored cell in common"):
        compare.compare(base, [other])


def test_the_command_writes_the_file_and_says_what_differs(tmp_path, monkeypatch, capsys):
    base = write_run(tmp_path / "base", BASE)
    other = write_other(tmp_path / "other", parameters=CHANGED)
    monkeypatch.setattr(sys, "argv", ["compare", str(base), "made-up", str(other)])
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    compare.main()
    assert "other: 2 cells shared with base: train.learning_rate" in capsys.readouterr().out
    text = (tmp_path / "made-up.json").read_text()
    assert json.loads(text) == compare.compare(base, [other])
    assert str(tmp_path) not in text


def test_runs_are_added_to_those_of_a_file(tmp_path, monkeypatch):
    base = write_run(tmp_path / "base", BASE)
    first = write_other(tmp_path / "first", parameters=CHANGED)
    second = write_other(tmp_path / "second", parameters={"stft.trim": 100.0})
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    for options in ([], ["--add"], ["--add"]):
        other = second if options else first
        command = ["compare", *options, str(base), "made-up", str(other)]
        monkeypatch.setattr(sys, "argv", command)
        compare.main()
    written = json.loads((tmp_path / "made-up.json").read_text())
    assert written == compare.compare(base, [first, second])


def test_a_run_is_not_added_to_those_of_another_base_run(tmp_path, monkeypatch):
    earlier = write_run(tmp_path / "earlier", BASE)
    other = write_other(tmp_path / "other", parameters=CHANGED)
    base = write_run(tmp_path / "base", [vae(pesq=3.1, hoyer=0.3), BASE[1]])
    target = tmp_path / "made-up.json"
    target.write_text(before := json.dumps(compare.compare(earlier, [other])))
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    command = ["compare", "--add", str(base), "made-up", str(other)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit, match="error: base: vae-m32 has other scores than in the base"):
        compare.main()
    assert target.read_text() == before


def rows_of(table):
    return [[entry.strip() for entry in line.strip("|").split("|")] for line in table.splitlines()]


def test_the_table_of_settings_has_a_row_per_run(compared):
    header, _, base, other = rows_of(settings_section.settings_table(compared))
    assert header[2:4] == ["PESQ, `vae-m32`", "PESQ, `sdm-eye-m32`"]
    assert header[-1] == "Hoyer above Gaussian, `sdm-eye-m32` − `vae-m32`"
    assert base[:2] == ["the base run", "3 of 3"]
    assert float(base[2]) == pytest.approx(3, abs=0.1)
    assert other[0] == "`train.learning_rate` 0.001 → 0.002"
    assert other[2].startswith("**−1.0") or other[2].startswith("**−0.9")
    assert not other[3].startswith("**")


def test_the_sentences_name_the_strongest_setting_and_count_the_conclusions(compared):
    text = settings_section.describe_strongest(compared)
    assert "The PESQ of `vae-m32` moves most by `train.learning_rate` 0.001 → 0.002: −" in text
    assert "No setting is shown to move the Hoyer of `vae-m32`." in text
    assert "by Hoyer in 2 of 2 comparisons" in text
    assert "by Hoyer above Gaussian in 0 of 2 comparisons" in text


def test_the_table_of_recipes_has_published_and_both_recipes(compared):
    header, _, first, second = rows_of(recipes_section.recipes_table(compared))
    assert first[:2] == ["`vae-m32`", "3.29"] and second[:2] == ["`sdm-eye-m32`", "3.33"]
    assert float(first[2]) - float(first[3]) == pytest.approx(1, abs=0.1)
    assert first[-2:] == ["3 / 3", "3"]
    assert len(header) == len(first) == len(second)


def test_losses_of_recipes_are_compared_by_their_means(tmp_path):
    losses = {"vae-m32": [11.0, 7.5], "sdm-eye-m32": [12.0]}
    compared = compare_made_up(tmp_path, losses=losses)
    assert recipes_section.describe_losses(compared) == (
        "Our best validation loss is lower for 1 of 2 cells, by −2.0 to 2.5 nats per frame."
    )


@pytest.mark.parametrize(
    ("values", "text"), [([3, 3], "3"), ([5, 3], "3 to 5"), ([3, None], "–"), ([], "–")]
)
def test_epochs_of_all_seeds_are_shown_as_a_range(values, text):
    assert run_texts.format_epochs(values) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ([[16], [8, 4]], "`key` 16 → 8 and 4"),
        ([None, True], "`key` none → true"),
        ([1e-4, 20], "`key` 0.0001 → 20"),
        (["power", "log-power"], "`key` power → log-power"),
    ],
)
def test_changes_are_written_as_in_params_yaml(change, text):
    assert run_texts.describe_changes({"changes": {"key": change}}) == text


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("growth", ["epochs-50", "input-power-50"]),
        ("longer", ["epochs-50", "epochs-100", "epochs-200"]),
        ("recipes", ["authors", "epochs-50"]),
    ],
)
def test_the_files_of_the_page_are_what_the_kept_scores_give(name, runs):
    """Run python -m tools.results.compare on docs/results/runs if this fails."""
    base, *others = (PROJECT / "docs/results/runs" / run for run in runs)
    check_file(name, compare.compare(base, others))


def test_the_ablation_has_what_the_kept_scores_of_fewer_training_speakers_give():
    """Run compare --add on docs/results/runs/epochs-20, ablation and these runs if this fails."""
    runs = PROJECT / "docs/results/runs"
    folders = [runs / "speakers-50", runs / "speakers-25"]
    made = compare.compare(runs / "epochs-20", folders)["others"]
    names = [folder.name for folder in folders]
    check_same([each for each in read("ablation")["others"] if each["run"] in names], made)


def test_models_are_compared_within_each_recipe_if_both_recipes_have_them():
    def run(*names):
        found = {"pesq": {"value": 0.1, "low": 0.0, "high": 0.2, "verdict": "not told apart"}}
        pairs = [{"cell": name, "base": "vae", "differences": found} for name in names]
        return {"within": [{**pair, "model": pair["cell"].partition("-")[0]} for pair in pairs]}

    file = {"base": run("sdm-eye", "vae-m64"), "others": [run("sdm-eye", "sdm-dct", "vae-m64")]}
    assert recipes_section.within_table(file).splitlines()[2:] == [
        "| the authors' | `sdm-eye` − `vae` | +0.10 (0.00 to 0.20) | – | – | – | – |",
        "| ours | `sdm-eye` − `vae` | +0.10 (0.00 to 0.20) | – | – | – | – |",
    ]
    assert recipes_section.within_table({**file, "base": run()}) == ""
