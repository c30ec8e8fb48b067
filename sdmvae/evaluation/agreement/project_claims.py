"""Claims of this project, which do not depend on the scale of a code or on its number of atoms."""

from collections.abc import Sequence

from sdmvae.evaluation.agreement.claims import SDM_AND_VAE, TWO_DCT, Claim, Margins
from sdmvae.evaluation.agreement.families import find_higher
from sdmvae.evaluation.agreement.findings import Comparison, Source
from sdmvae.evaluation.agreement.scored_cells import Pair, ScoredCells, pair_atoms, pair_up


def _sparser_beyond_scale(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    score = "hoyer_above_gaussian"
    against_vae = pair_up(score, run.sdm, run.vae)
    if not against_vae:
        return []
    against_zero = [Pair(score, cell["cell"]) for cell in run.sdm]
    return find_higher(run, [*against_vae, *against_zero], error)


def _fewer_dims(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    pairs = pair_atoms(run, "effective_dims")
    # The cell with fewer atoms is the one that must have the higher score.
    return find_higher(run, [Pair(score, second, first) for score, first, second in pairs], error)


def _likelihood(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    return find_higher(run, pair_up("likelihood", run.sdm, run.vae), error)


PROJECT_CLAIMS = (
    Claim(
        name="sparser_beyond_scale",
        statement="SDM-VAE's code is sparser than the VAE's and than a Gaussian code after each "
        "dimension is divided by its standard deviation",
        source=Source.PROJECT,
        needs=SDM_AND_VAE,
        compare=_sparser_beyond_scale,
    ),
    Claim(
        name="more_atoms_fewer_dims",
        statement="SDM-VAE's code has fewer effective dimensions with more atoms",
        source=Source.PROJECT,
        needs=TWO_DCT,
        compare=_fewer_dims,
    ),
    Claim(
        name="better_likelihood",
        statement="SDM-VAE has a higher log-likelihood than the VAE if both have the same kind of "
        "prior, fitted after training",
        source=Source.PROJECT,
        needs=SDM_AND_VAE,
        compare=_likelihood,
    ),
)
