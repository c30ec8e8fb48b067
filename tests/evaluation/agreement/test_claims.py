"""Tests of how claims are examined."""

import math

import pytest

from sdmvae.evaluation.agreement.claims import examine
from sdmvae.evaluation.agreement.paper_claims import PAPER_CLAIMS
from sdmvae.evaluation.agreement.project_claims import PROJECT_CLAIMS
from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from sdmvae.evaluation.statistics.seed_scores import ScoresError
from tests.support.made_up_runs import MARGINS, cells_of_the_paper, make_run

CLAIMS = {claim.name: claim for claim in (*PAPER_CLAIMS, *PROJECT_CLAIMS)}


def test_every_claim_has_a_name_of_its_own():
    assert len(CLAIMS) == len(PAPER_CLAIMS) + len(PROJECT_CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_statement_is_a_sentence_without_full_stop_and_without_a_verdict(claim):
    assert claim.statement.startswith("SDM-VAE") and not claim.statement.endswith(".")
    assert not any(word in claim.statement for word in ("holds", "does not hold", "cannot be"))


def test_a_claim_whose_scores_are_all_missing_is_not_examined():
    cells, utterances = make_run(cells_of_the_paper())
    utterances = {name: table.assign(hoyer=math.nan) for name, table in utterances.items()}
    found = examine(CLAIMS["sparser_than_vae"], ScoredCells(cells, utterances), MARGINS, 0.05)
    assert found.missing == "No utterance has the scores that it takes."
    assert list(found.comparisons) == []


def test_tables_that_cannot_be_compared_are_refused():
    cells, utterances = make_run(cells_of_the_paper())
    utterances["vae-m32"] = utterances["vae-m32"].query("utterance != 'u000'")
    with pytest.raises(ScoresError, match=r"^vae-m32: 1 utterances of sdm-eye-m32 are missing"):
        examine(CLAIMS["sparser_than_vae"], ScoredCells(cells, utterances), MARGINS, 0.05)
