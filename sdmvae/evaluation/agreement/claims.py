"""How a claim about SDM-VAE is declared, and what a run says about it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sdmvae.evaluation.agreement.findings import ClaimFinding, Comparison, Source
from sdmvae.evaluation.agreement.scored_cells import ScoredCells

Margins = Mapping[str, float]

# What several claims take.
SDM_AND_VAE = "a cell of SDM-VAE and one of the VAE with the same m"
TWO_DCT = "two cells of SDM-VAE with the same m and DCT dictionaries of different sizes"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim, as it is declared.

    Attributes:
        name: The key of the claim in metrics/agreement.json.
        statement: The claim as a sentence without the full stop.
        source: Who makes it.
        needs: The cells and margins that it takes, to follow "It takes ".
        compare: The comparisons for the cells of a run, with margins by score and the error rate.
            There are none if something that it takes is missing.
    """

    name: str
    statement: str
    source: Source
    needs: str
    compare: Callable[[ScoredCells, Margins, float], Sequence[Comparison]]


def examine(claim: Claim, run: ScoredCells, margins: Margins, error: float) -> ClaimFinding:
    """Return what a run says about a claim.

    Args:
        claim: The claim.
        run: The cells of the run.
        margins: The loss that does not matter, by score.
        error: The probability of a wrong verdict, at most.

    Raises:
        ScoresError: The scores of two cells cannot be compared.
    """
    comparisons = claim.compare(run, margins, error)
    missing = ""
    if not comparisons:
        missing = f"It takes {claim.needs}."
    elif not any(math.isfinite(each.difference) for each in comparisons):
        comparisons, missing = [], "No utterance has the scores that it takes."
    return ClaimFinding(claim.name, claim.statement, claim.source, comparisons, missing)
