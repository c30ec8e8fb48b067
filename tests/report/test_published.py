import pytest

from sdmvae.evaluation.scores import SCORES
from sdmvae.report.published import find_published

VAE = {"model": "vae", "arguments": {}, "m": 32}


@pytest.mark.parametrize(("name", "figure"), [("pesq", 3.29), ("stoi", 0.85), ("hoyer", 0.40)])
def test_a_published_figure_is_found_by_its_score(name, figure):
    assert find_published(VAE, SCORES[name]) == figure


def test_a_score_or_a_cell_that_was_not_published_has_no_figure():
    assert find_published(VAE, SCORES["estoi"]) is None
    assert find_published({**VAE, "m": 33}, SCORES["pesq"]) is None
