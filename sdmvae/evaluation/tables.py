"""Scores of cells gathered, and set beside the published table."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sdmvae.evaluation import scores

# Sadeghi and Magron, Interspeech 2022, Table 1 (TCD-TIMIT): PESQ, STOI, Hoyer at m = 32 and 64.
PUBLISHED: list[tuple[str, dict[str, Any], dict[int, tuple[float, float, float]]]] = [
    ("vae", {}, {32: (3.29, 0.85, 0.40), 64: (3.26, 0.85, 0.56)}),
    ("vsc", {"alpha": 0.05}, {32: (3.00, 0.81, 0.57), 64: (3.25, 0.84, 0.51)}),
    ("vsc", {"alpha": 0.5}, {32: (3.25, 0.84, 0.54), 64: (3.32, 0.85, 0.65)}),
    ("vsc", {"alpha": 0.9}, {32: (3.25, 0.84, 0.47), 64: (3.26, 0.85, 0.60)}),
    ("sdm", {"dictionary": "identity"}, {32: (3.33, 0.86, 0.64), 64: (3.45, 0.87, 0.73)}),
    ("sdm", {"dictionary": "dct", "atoms": 32}, {32: (3.37, 0.86, 0.66), 64: (3.28, 0.84, 0.66)}),
    ("sdm", {"dictionary": "dct", "atoms": 64}, {32: (3.32, 0.86, 0.87), 64: (3.33, 0.86, 0.76)}),
]

BOUND = ("elbo", "reconstruction", "kl", "iwae")


def published(
    model: str, arguments: Mapping[str, Any], m: int
) -> tuple[float, float, float] | None:
    """PESQ, STOI and Hoyer the poster prints for just this cell, if it does."""
    for name, its_arguments, figures in PUBLISHED:
        if (name, its_arguments) == (model, dict(arguments)):
            return figures.get(m)
    return None


def per_utterance(bounds: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    """Rows of `bounds`, one an utterance with its `frames`, with the Hoyer of its codes (T, D).

    Raises ValueError where there are not as many codes as frames.
    """
    if bounds["frames"].sum() != len(codes):
        raise ValueError(f"{bounds['frames'].sum()} frames have {len(codes)} codes")
    by_frame = scores.hoyer(codes)
    ends = bounds["frames"].cumsum()
    means = [
        _mean(by_frame[end - frames : end])
        for end, frames in zip(ends, bounds["frames"], strict=True)
    ]
    return bounds.assign(hoyer=means)


def summarise(
    rows: pd.DataFrame,
    codes: np.ndarray,
    hard_codes: np.ndarray | None = None,
    dictionary: np.ndarray | None = None,
) -> dict[str, float | int | None]:
    """The scores of a cell, flat: means over the utterances that have one, and of the codes.

    Hoyer and the bounds are means over frames; frames whose code is all zero have no Hoyer and
    are counted. A score that no utterance has is None, and so are those of hard codes and of a
    dictionary where there is none. Atoms in use are active dimensions of the codes.
    """
    hoyer = scores.hoyer(codes)
    weights = rows["frames"] / rows["frames"].sum()
    summary = {name: _mean(rows[name]) for name in scores.NAMES}
    summary |= {
        "hoyer": _mean(hoyer),
        "hoyer_normalised": _mean(scores.hoyer(scores.normalised(codes))),
        "active_dims": scores.active_dimensions(codes),
        "dims": codes.shape[1],
        "hoyer_hard": math.nan if hard_codes is None else _mean(scores.hoyer(hard_codes)),
        "coherence": math.nan if dictionary is None else scores.coherence(dictionary),
        "atoms_in_use": math.nan if dictionary is None else scores.active_dimensions(codes),
    }
    summary |= {name: float((rows[name] * weights).sum(skipna=False)) for name in BOUND}
    summary |= {
        "utterances": len(rows),
        "utterances_scored": int(np.isfinite(rows[["pesq", "stoi"]]).all(axis=1).sum()),
        "frames": len(codes),
        "frames_all_zero": int((~codes.any(axis=1)).sum()),
    }
    return {key: _rounded(value) for key, value in summary.items()}


def table(cells: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a cell, published figures beside ours.

    A cell has `cell`, `model`, `arguments`, `m` and the keys of `summarise`. Cells that the poster
    has come first, in the order given, then the others.
    """
    compared = [(cell, published(cell["model"], cell["arguments"], cell["m"])) for cell in cells]
    rows = []
    for cell, figures in sorted(compared, key=lambda each: each[1] is None):
        figures = figures or (None,) * 3
        rows.append(
            {
                "cell": cell["cell"],
                "PESQ": cell["pesq"],
                "PESQ published": figures[0],
                "STOI": cell["stoi"],
                "ESTOI": cell["estoi"],
                "STOI published": figures[1],
                "Hoyer": cell["hoyer"],
                "Hoyer published": figures[2],
                "Hoyer normalised": cell["hoyer_normalised"],
                "active": f"{cell['active_dims']}/{cell['dims']}",
                "IWAE": cell["iwae"],
                "scored": f"{cell['utterances_scored']}/{cell['utterances']}",
            }
        )
    return pd.DataFrame(rows)


def markdown(frame: pd.DataFrame) -> str:
    """The table in Markdown, two decimals, a dash where there is no figure."""
    text = frame.map(_cell)
    return text.to_markdown(index=False, disable_numparse=True, colalign=_alignment(frame))


def _alignment(frame: pd.DataFrame) -> list[str]:
    return ["left", *["right"] * (frame.shape[1] - 1)]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "–" if value is None or math.isnan(value) else f"{value:.2f}"


def _mean(values: pd.Series | np.ndarray) -> float:
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    return float(finite.mean()) if len(finite) else math.nan


def _rounded(value: float) -> float | int | None:
    if isinstance(value, int):
        return value
    return round(value, 6) if math.isfinite(value) else None
