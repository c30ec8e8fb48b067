"""The claims of the paper: sparser codes, kept quality, and no tuning."""

from collections.abc import Sequence

from sdmvae.evaluation.agreement.claims import SDM_AND_VAE, TWO_DCT, Claim, Margins
from sdmvae.evaluation.agreement.families import find_higher, find_kept
from sdmvae.evaluation.agreement.findings import Comparison, Source
from sdmvae.evaluation.agreement.scored_cells import ScoredCells, pair_atoms, pair_up
from sdmvae.evaluation.agreement.spreads import compare_spreads


def _sparser_than_vae(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    return find_higher(run, pair_up("hoyer", run.sdm, run.vae), error)


def _sparser_than_vsc(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    return find_higher(run, pair_up("hoyer", run.sdm, run.vsc), error)


def _quality_kept(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    scores = ("pesq", "estoi")
    if not margins.keys() >= set(scores):
        return []
    pairs = [pair for score in scores for pair in pair_up(score, run.sdm, run.vae)]
    return find_kept(run, pairs, margins, error)


def _more_atoms_sparser(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    return find_higher(run, pair_atoms(run, "hoyer"), error)


def _more_stable(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    return compare_spreads(run, "pesq", run.vsc, run.sdm, error)


def _no_tuning(run: ScoredCells, margins: Margins, error: float) -> Sequence[Comparison]:
    if "pesq" not in margins:
        return []
    return find_kept(run, pair_up("pesq", run.sdm, run.vsc), margins, error)


PAPER_CLAIMS = (
    Claim(
        name="sparser_than_vae",
        statement="SDM-VAE's code is sparser than the VAE's by the published measure",
        source=Source.PAPER,
        needs=SDM_AND_VAE,
        compare=_sparser_than_vae,
    ),
    Claim(
        name="sparser_than_vsc",
        statement="SDM-VAE's code is sparser than VSC's with any alpha by the published measure",
        source=Source.PAPER,
        needs="a cell of SDM-VAE and one of VSC with the same m",
        compare=_sparser_than_vsc,
    ),
    Claim(
        name="quality_kept",
        statement="SDM-VAE keeps the PESQ and the ESTOI of the VAE",
        source=Source.PAPER,
        needs=f"{SDM_AND_VAE}, and margins of PESQ and ESTOI",
        compare=_quality_kept,
    ),
    Claim(
        name="more_atoms_sparser",
        statement="SDM-VAE's code is sparser with more atoms by the published measure",
        source=Source.PAPER,
        needs=TWO_DCT,
        compare=_more_atoms_sparser,
    ),
    Claim(
        name="more_stable",
        statement="SDM-VAE's PESQ changes less with the dictionary than VSC's does with alpha",
        source=Source.PAPER,
        needs="two cells of SDM-VAE and two of VSC with the same m",
        compare=_more_stable,
    ),
    Claim(
        name="no_tuning",
        statement="SDM-VAE needs no tuning, because with any dictionary it keeps the PESQ of VSC "
        "with any alpha",
        source=Source.PAPER,
        needs="a cell of SDM-VAE and one of VSC with the same m, and a margin of PESQ",
        compare=_no_tuning,
    ),
)
