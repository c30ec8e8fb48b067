"""The value of every probe over seeds, and its difference from the baseline with an interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.evaluation.statistics import estimates, verdicts
from sdmvae.evaluation.statistics.estimates import Estimate
from sdmvae.evaluation.statistics.findings import Difference, Finding
from sdmvae.evaluation.statistics.seed_scores import SeedScores
from sdmvae.params import Params
from sdmvae.probes import inputs
from sdmvae.probes.inputs import CODE, PCA, name_pca

LOG_POWER = "log-power"  # the name of the reference
LEVEL = 0.95
COLUMNS = ["cell", "input", "k", "target", "chance", "value", "low", "high", "speakers", "seeds"]
COLUMNS += ["base", "difference", "difference_low", "difference_high", "level", "verdict"]


class Key(NamedTuple):
    """What was probed.

    Attributes:
        cell: The name of the cell, or of the reference.
        input: The name of the input.
        kept: How many entries of each frame are kept; 0 if all are.
        target: The name of the target.
    """

    cell: str
    input: str
    kept: int
    target: str


@dataclass(frozen=True)
class Probed:
    """The value of one probe.

    Attributes:
        estimate: The mean over seeds and speakers.
        finding: The difference from the same probe of the baseline; None without a baseline.
    """

    estimate: Estimate
    finding: Finding[Difference] | None


def read_tables(settings: Params, data: Path) -> dict[str, pd.DataFrame]:
    """Return the values of all seeds by the name of the cell, and those of the references.

    Args:
        settings: The checked parameters.
        data: The folder of all outputs.

    Returns:
        Tables with ``seed``, ``input``, ``k`` (0 if all entries are kept), ``target``, ``speaker``
        and ``value``. A reference has one seed, 0. First the cells, then the references.

    Raises:
        OSError: A cell or the log-power has no values yet.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for training in settings.trainings:
        table = _read(data / "probes" / f"{training.folder}.csv", training.seed)
        parts.setdefault(training.cell.name, []).append(table)
    tables = {cell: pd.concat(rows, ignore_index=True) for cell, rows in parts.items()}
    dims = sorted({cell.m for cell in settings.cells})
    for name in (*map(name_pca, dims), LOG_POWER):
        path = data / "references" / f"{name}.csv"
        # There are no more components than bins.
        if path.exists() or name == LOG_POWER:
            tables[name] = _read(path, 0)
    return tables


def describe_cells(settings: Params) -> list[dict[str, str | int]]:
    """Return the name ``cell``, the latent dimension ``m`` and the ``model`` of each cell."""
    return [
        {"cell": cell.name, "m": cell.m, "model": settings.variants[cell.variant].model}
        for cell in settings.cells
    ]


def name_inputs(dims: Mapping[str, int]) -> dict[str, str]:
    """Return the input of each code and then of each reference, by its name.

    Args:
        dims: The latent dimension of each cell, by its name.
    """
    references = {name_pca(m): PCA for m in sorted(set(dims.values()))}
    return {**dict.fromkeys(dims, CODE), **references, LOG_POWER: inputs.LOG_POWER}


def compare(
    tables: Mapping[str, pd.DataFrame], baselines: Mapping[str, str], error: float
) -> dict[Key, Probed]:
    """Return the value of every probe, and its difference from that of the baseline.

    All differences in one target are a family, whatever the input and the latent dimension.

    Args:
        tables: The tables of `read_tables`.
        baselines: The baseline of each cell that has one.
        error: The probability of one wrong verdict, or more, in a family.
    """
    scores = {key: each for cell, table in tables.items() for key, each in _split(cell, table)}
    families: dict[str, dict[str, Estimate]] = {}
    for key, each in scores.items():
        base = scores.get(key._replace(cell=baselines.get(key.cell, "")))
        if base is not None:
            own = families.setdefault(key.target, {})
            own[_name(key)] = estimates.difference(each, base)
    findings: dict[str, Finding[Difference]] = {}
    for family in families.values():
        findings |= verdicts.tell_apart(family, error)
    return {
        key: Probed(estimates.mean(each), findings.get(_name(key))) for key, each in scores.items()
    }


def tabulate(
    probed: Mapping[Key, Probed], baselines: Mapping[str, str], chances: Mapping[str, float]
) -> pd.DataFrame:
    """Return the table of all probes, with one row for each.

    Args:
        probed: What `compare` returns.
        baselines: The baseline of each cell that has one.
        chances: By target, the value of predictions that do not depend on the input.

    Returns:
        ``k`` is missing if all entries are kept. ``low`` and ``high`` are the ends of the 95 %
        interval of ``value``; ``difference_low`` and ``difference_high`` are those of the interval
        that agrees with ``verdict``, or of a 95 % interval without a verdict.
    """
    rows = []
    for key, each in probed.items():
        ends = each.estimate.interval(LEVEL) or (None, None)
        row = {
            "cell": key.cell,
            "input": key.input,
            "k": key.kept or None,
            "target": key.target,
            "chance": chances[key.target],
            "value": each.estimate.value,
            "low": ends[0],
            "high": ends[1],
            "speakers": each.estimate.speakers,
            "seeds": each.estimate.seeds[0],
        }
        if (finding := each.finding) is not None:
            low, high = finding.interval or (None, None)
            row |= {
                "base": baselines[key.cell],
                "difference": finding.estimate.value,
                "difference_low": low,
                "difference_high": high,
                "level": finding.level,
                "verdict": finding.verdict,
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"k": "Int64"})


def _read(path: Path, seed: int) -> pd.DataFrame:
    table = pd.read_csv(path, dtype={"speaker": str}, keep_default_na=False, na_values={"k": [""]})
    table["value"] = pd.to_numeric(table["value"], errors="coerce")
    return table.assign(seed=seed, k=table["k"].fillna(0).astype(int))


def _split(cell: str, table: pd.DataFrame) -> Iterator[tuple[Key, SeedScores]]:
    """Yield each probe of a cell with its values by seed and speaker."""
    groups: Any = table.groupby(["input", "k", "target"], sort=False)
    for (given, kept, target), rows in groups:
        wide = rows.pivot(index="seed", columns="speaker", values="value")
        # The statistics pair utterances. Here the frames of a speaker take their place.
        speakers = pd.MultiIndex.from_product([wide.columns, ["all frames"]])
        yield Key(cell, given, int(kept), target), SeedScores(cell, wide.to_numpy(), speakers)


def _name(key: Key) -> str:
    return " ".join(map(str, key))
