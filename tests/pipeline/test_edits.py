"""What runs again after an edit of the code, the parameters or the corpus."""

import json

import pytest

from tests.support.pipeline_stages import LAST, OF_SCORES, cell_stages
from tests.support.small_project import SmallProject, speak, stages_run

pytestmark = pytest.mark.slow

# The stages that run again when the list of variants changes.
FIRST = {"variants", "source"}


def append_remark(project: SmallProject, path: str) -> None:
    with (project.root / path).open("a") as file:
        file.write("\n# A remark.\n")


def test_an_edit_of_the_scores_runs_the_scores_again_and_no_training(project):
    append_remark(project, "sdmvae/evaluation/cell_scores.py")
    ran = project.repro()
    # The scores have the same bytes as before, so their means are not formed again.
    expected = cell_stages(["vae", "vsc-a50"], stages=["score"])
    assert ran == expected | {"code", "anchors"} | OF_SCORES


def test_an_edit_of_a_model_trains_its_own_variants_and_no_others(project):
    append_remark(project, "sdmvae/models/vsc.py")
    ran = project.repro()
    assert cell_stages(["vsc-a50"], stages=["train"]) <= ran
    assert not [name for name in ran if "@vae" in name or name in ("split", "features")]


def test_the_view_of_the_recordings_is_whole_after_an_edit_is_taken_back(project):
    path = "sdmvae/models/vsc.py"
    before = project.read(path)
    for text in (before, f"{before}# A remark.\n", before):
        (project.root / path).write_text(text)
        project.dvc("repro", "-s", "variants", "source")
        assert list((project.root / "data/source/audio").iterdir())


def test_a_variant_that_is_added_runs_alone_and_one_that_is_removed_leaves_the_table(project):
    def change(values):
        values["variants"]["sdm-eye"] = {"model": "sdm", "dictionary": "identity"}
        values["latent_dims"] = ["m4"]

    project.edit(change)
    assert project.repro() == cell_stages(["sdm-eye"], ["m4"]) | FIRST | LAST | {"references"}
    assert list(project.table()["cell"]) == ["vae-m4", "vsc-a50-m4", "sdm-eye-m4"]
    page = project.plots("show")
    assert page.count('"cell": "sdm-eye-m4"') == 3 * 2 + 1  # epochs in three curves, and a score
    assert "spectrograms/sdm-eye-m4.png" in page and "vsc-a50-m8" not in page
    project.edit(lambda values: values["variants"].pop("vae"))
    assert project.repro() == FIRST | LAST
    assert list(project.table()["cell"]) == ["vsc-a50-m4", "sdm-eye-m4"]


def test_a_seed_that_is_added_trains_alone_and_all_scores_are_means(project):
    before = json.loads(project.read("metrics/vae-m4.json"))
    assert before["seeds"] == 1 and "pesq_sd" not in before
    project.edit(lambda values: values["train"].update(seeds=[0, 5]))
    added = cell_stages(["vae", "vsc-a50"], seeds=[5])
    assert project.repro() == added | {"variants"} | LAST
    after = json.loads(project.read("metrics/vae-m4.json"))
    scores = [
        json.loads(project.read(f"data/scores/vae-m4/{seed}/summary.json"))["pesq"]
        for seed in (0, 5)
    ]
    assert scores[0] == before["pesq"] != scores[1]
    assert after["seeds"] == 2
    assert after["pesq"] == pytest.approx(sum(scores) / 2, abs=1e-6)
    assert after["pesq_sd"] == pytest.approx(abs(scores[0] - scores[1]) / 2**0.5, abs=1e-6)
    assert "seeds 0, 5 (scores are means over the seeds)" in project.read("metrics/table.md")
    # The order of the seeds changes no result of a cell, and seed 0 is not trained again.
    project.edit(lambda values: values["train"].update(seeds=[5]))
    ran = project.repro()
    assert ran == cell_stages(["vae", "vsc-a50"], stages=["summarise"]) | {"variants"} | LAST
    assert not (project.root / "data/models/vae-m4/0").exists()
    assert json.loads(project.read("metrics/vae-m4.json"))["pesq"] == scores[1]


def test_a_gaussian_likelihood_and_the_decoding_of_samples_are_said_in_the_table(project):
    def change(values):
        values["variants"].pop("vsc-a50")
        values["latent_dims"] = ["m4"]
        values["train"].update(likelihood="gaussian", representation="log-power")
        values["resynthesize"].update(decode="sample", importance_samples=2)

    project.edit(change)
    assert cell_stages(["vae"], ["m4"]) <= project.repro()
    table = project.read("metrics/table.md")
    assert "Gaussian likelihood of log-power" in table and "sample of the posterior" in table
    assert project.table()["PESQ"].notna().all()


def test_recordings_that_change_or_appear_or_disappear_are_converted_again(project):
    speak(project.corpus / "bob" / "0.wav", seed=77)
    assert "split" in stages_run(project.dvc("repro", "split"))
    speak(project.corpus / "eve" / "more" / "2.wav", seed=78)
    assert "split" in stages_run(project.dvc("repro", "split"))
    (project.corpus / "eve" / "more" / "2.wav").unlink()
    output = project.dvc("repro", "split")
    assert "Running stage 'split'" in output or "Stage 'split' is cached" in output
    (project.corpus / "notes.txt").write_text("not audio")
    assert stages_run(project.dvc("repro", "split")) == set()
