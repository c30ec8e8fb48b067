"""The cells of a run that have the scores of all seeds."""

from tests.support.made_up_runs import identity, vae
from tests.support.run_folders import write_run
from tools.results import scored


def test_cells_without_the_scores_of_all_seeds_are_left_out(tmp_path):
    folder = write_run(tmp_path / "run", [vae(), identity()])
    assert scored.read(folder).left_out == []
    (folder / "data/scores/vae-m32/2/summary.json").unlink()
    run = scored.read(folder)
    assert run.left_out == ["vae-m32"]
    assert [cell["cell"] for cell in run.cells] == list(run.utterances) == ["sdm-eye-m32"]
    assert set(run.utterances["sdm-eye-m32"]["seed"]) == {0, 1, 2}
