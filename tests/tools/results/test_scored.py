"""The cells of a run that have the scores of all seeds, or of enough seeds for a verdict."""

import pytest

from tests.support.made_up_runs import identity, vae
from tests.support.run_folders import write_run
from tools.results import scored


def remove(folder, cell, *seeds):
    for seed in seeds:
        (folder / "data/scores" / cell / str(seed) / "summary.json").unlink()


@pytest.mark.parametrize("seeds", [1, 2, 3])
def test_a_cell_that_lacks_one_of_a_few_seeds_is_left_out(tmp_path, seeds):
    folder = write_run(tmp_path / "run", [vae(), identity()], seeds=seeds)
    assert scored.read(folder).left_out == []
    remove(folder, "vae-m32", seeds - 1)
    run = scored.read(folder)
    assert run.left_out == ["vae-m32"]
    assert [cell["cell"] for cell in run.cells] == list(run.utterances) == ["sdm-eye-m32"]
    assert set(run.utterances["sdm-eye-m32"]["seed"]) == set(range(seeds))


def test_a_cell_with_three_of_more_seeds_has_the_scores_of_these(tmp_path):
    folder = write_run(tmp_path / "run", [vae(), identity()], seeds=5)
    remove(folder, "vae-m32", 0, 3)
    run = scored.read(folder)
    assert run.left_out == []
    assert run.seeds == {"vae-m32": [1, 2, 4], "sdm-eye-m32": [0, 1, 2, 3, 4]}
    (cell, other), table = run.cells, run.utterances["vae-m32"]
    assert (cell["seeds"], other["seeds"]) == (3, 5)
    assert set(table["seed"]) == {1, 2, 4}
    by_seed = table.groupby("seed")["pesq"].mean()
    assert cell["pesq"] == pytest.approx(by_seed.mean(), abs=1e-6)
    assert cell["pesq_sd"] == pytest.approx(by_seed.std(), abs=1e-6)
