"""Made-up runs with several cells, whose true scores are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.evaluation.agreement.scored_cells import ScoredCells
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from tests.support.made_up_scores import UTTERANCES, Effects, seed_scores

# How large the made-up effects of a score are, in units of those of PESQ.
UNITS = {
    "pesq": 1.0,
    "stoi": 0.1,
    "estoi": 0.1,
    "hoyer": 0.3,
    "hoyer_above_gaussian": 0.1,
    "effective_dims": 20.0,
    "likelihood": 100.0,
}
MARGINS = {"pesq": 0.1, "estoi": 0.01}
QUIET = Effects(
    cell_speaker=0.01, cell_utterance=0.02, seed=0.01, seed_speaker=0.005, seed_utterance=0.02
)


@dataclass(frozen=True)
class MadeUpCell:
    """A cell with its true scores; those that are not given are zero."""

    name: str
    model: str
    arguments: Mapping[str, Any]
    m: int
    truth: Mapping[str, float] = field(default_factory=dict)

    def but(self, **truth: float) -> "MadeUpCell":
        """Return the same cell with other true scores."""
        merged = {**self.truth, **truth}
        return MadeUpCell(self.name, self.model, self.arguments, self.m, merged)


def identity(m: int = 32, **truth: float) -> MadeUpCell:
    return MadeUpCell(f"sdm-eye-m{m}", "sdm", {"dictionary": "identity"}, m, truth)


def dct(atoms: int, m: int = 32, **truth: float) -> MadeUpCell:
    arguments = {"dictionary": "dct", "atoms": atoms}
    return MadeUpCell(f"sdm-dct{atoms}-m{m}", "sdm", arguments, m, truth)


def vsc(alpha: float, m: int = 32, **truth: float) -> MadeUpCell:
    return MadeUpCell(f"vsc-a{100 * alpha:02.0f}-m{m}", "vsc", {"alpha": alpha}, m, truth)


def vae(m: int = 32, **truth: float) -> MadeUpCell:
    return MadeUpCell(f"vae-m{m}", "vae", {}, m, truth)


def cells_of_the_paper(m: int = 32) -> list[MadeUpCell]:
    """Return cells with true scores for which all claims hold."""
    return [
        vae(m, pesq=3.2, estoi=0.90, hoyer=0.3, hoyer_above_gaussian=0.0, likelihood=1700),
        vsc(0.05, m, pesq=2.2, estoi=0.80, hoyer=0.4),
        vsc(0.5, m, pesq=3.0, estoi=0.88, hoyer=0.35),
        vsc(0.9, m, pesq=3.2, estoi=0.90, hoyer=0.3),
        *(
            each.but(pesq=3.2, estoi=0.90, hoyer_above_gaussian=0.1, likelihood=1750)
            for each in (
                identity(m, hoyer=0.6),
                dct(32, m, hoyer=0.6, effective_dims=30),
                dct(64, m, hoyer=0.8, effective_dims=20),
            )
        ),
    ]


def make_run(
    cells: Sequence[MadeUpCell],
    *,
    seeds: int = 3,
    speakers: int = 9,
    effects: Effects = QUIET,
    start: int = 0,
) -> tuple[list[dict[str, Any]], dict[str, pd.DataFrame]]:
    """Return cells and scores of utterances as `compute.agree` takes them.

    Args:
        cells: The cells.
        seeds: The number of seeds of each cell.
        speakers: The number of speakers, nine at most.
        effects: How scores vary about their true values.
        start: The start of the random numbers.
    """
    random = np.random.default_rng(start)
    count = sum(UTTERANCES[:speakers])
    names = np.repeat([f"speaker{number}" for number in range(speakers)], UTTERANCES[:speakers])
    tables = [
        pd.DataFrame(
            {
                "seed": np.repeat(range(seeds), count),
                "speaker": np.tile(names, seeds),
                "utterance": np.tile([f"u{number:03d}" for number in range(count)], seeds),
            }
        )
        for _ in cells
    ]
    for score, unit in UNITS.items():
        drawn = effects.scores(random, 1, [seeds] * len(cells), speakers)
        for cell, table, values in zip(cells, tables, drawn, strict=True):
            table[score] = cell.truth.get(score, 0.0) + unit * values.ravel()
    described = [
        {
            "cell": cell.name,
            "model": cell.model,
            "arguments": dict(cell.arguments),
            "m": cell.m,
            **{score: float(table[score].mean()) for score in UNITS},
        }
        for cell, table in zip(cells, tables, strict=True)
    ]
    return described, {cell.name: table for cell, table in zip(cells, tables, strict=True)}


@dataclass(frozen=True, eq=False)
class DrawnCells(ScoredCells):
    """Cells whose PESQ is drawn without tables, so that an experiment can be repeated often."""

    drawn: Mapping[str, SeedScores] = field(default_factory=dict)

    def scores(self, cell: str, score: str) -> SeedScores:
        assert score == "pesq"
        return self.drawn[cell]


def draw_cells(
    cells: Sequence[MadeUpCell], random: np.random.Generator, seeds: int = 3, speakers: int = 5
) -> DrawnCells:
    """Return cells whose PESQ varies about the true values; the arguments are as in `make_run`."""
    names = np.repeat([f"speaker{number}" for number in range(speakers)], UTTERANCES[:speakers])
    drawn = QUIET.scores(random, 1, [seeds] * len(cells), speakers)
    described = [
        {"cell": each.name, "model": each.model, "arguments": each.arguments, "m": each.m}
        for each in cells
    ]
    scores = {
        each.name: seed_scores(each.name, each.truth["pesq"] + values[0], list(names))
        for each, values in zip(cells, drawn, strict=True)
    }
    return DrawnCells(described, {}, drawn=scores)
