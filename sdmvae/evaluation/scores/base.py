"""How a score is declared, and how it becomes one number per cell and one per utterance."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
import pandas as pd

from sdmvae.evaluation.outputs import CellOutputs

Per = Literal["utterance", "frame", "cell"]


@dataclass(frozen=True, kw_only=True)
class Score(ABC):
    """The declaration of a score.

    Attributes:
        name: The key in metrics/<cell>.json, and the column of utterances.csv.
        label: The name that tables and charts show.
        description: One sentence in plain English that says what the score means.
        unit: The unit, such as "dB"; empty for a pure number.
        better: Whether "higher" or "lower" values are better; None if neither is.
        digits: The number of decimals to show.
        in_table: Whether the score is a column of the table of all cells, and of utterances.csv.
        published: The column of the published table that holds the same score, if there is one.
        per: What the score of a cell is a mean of: utterances or frames. "cell" means that the
            score exists for the cell as a whole only.

    A score that neither direction is better of is shown, and no cell is ranked by it.
    """

    name: str
    label: str
    description: str
    unit: str = ""
    better: Literal["higher", "lower"] | None
    digits: int = 2
    in_table: bool = False
    published: Literal["pesq", "stoi", "hoyer"] | None = None
    per: Per

    @abstractmethod
    def of_cell(self, outputs: CellOutputs) -> float | None:
        """Return the score of a cell; None or NaN if it is undefined.

        Args:
            outputs: The outputs of the cell, with utterances that are scored.
        """

    @abstractmethod
    def of_utterances(self, outputs: CellOutputs) -> np.ndarray | None:
        """Return the score of each of the U utterances, shape (U,); None if it has no such parts.

        Args:
            outputs: The outputs of the cell, with utterances that are scored.
        """

    def format(self, value: float | None) -> str:
        """Return a value with as many decimals as are to be shown; a dash if it is undefined."""
        return format_value(value, self.digits)


@final
@dataclass(frozen=True, kw_only=True)
class UtteranceScore(Score):
    """A score of one utterance; the score of a cell is the mean over utterances that have one.

    Attributes:
        compute: The score of an estimate beside its reference. It takes both signals, of shape
            (n,), and the sample rate in Hz. It raises a ValueError with the reason where the score
            is undefined.
    """

    per: Per = "utterance"
    compute: Callable[[np.ndarray, np.ndarray, int], float]

    def of_cell(self, outputs: CellOutputs) -> float | None:
        """Return the mean over the utterances whose score is finite."""
        return finite_mean(outputs.utterances[self.name])

    def of_utterances(self, outputs: CellOutputs) -> np.ndarray | None:
        """Return the scores of the utterances, which are in their table already."""
        return outputs.utterances[self.name].to_numpy(dtype=float)


@final
@dataclass(frozen=True, kw_only=True)
class FrameScore(Score):
    """A score of the code of one frame; the score of a cell is the mean over frames that have one.

    With `per` = "utterance" the mean is taken over the frames of each utterance first, and then
    over utterances.

    Attributes:
        compute: The score of each frame, shape (T,), NaN where it is undefined; None if the cell
            lacks what the score needs.
    """

    per: Per = "frame"
    compute: Callable[[CellOutputs], np.ndarray | None]

    def of_cell(self, outputs: CellOutputs) -> float | None:
        """Return the mean over the frames, or over the utterances, whose score is finite."""
        frames = self.per == "frame"
        values = self.compute(outputs) if frames else self.of_utterances(outputs)
        return None if values is None else finite_mean(values)

    def of_utterances(self, outputs: CellOutputs) -> np.ndarray | None:
        """Return the mean over the frames of each utterance, NaN where no frame has a score."""
        values = self.compute(outputs)
        if values is None:
            return None
        frames = outputs.utterances["frames"].to_numpy()
        parts = np.split(values, frames.cumsum()[:-1])
        return np.array([finite_mean(part) for part in parts])


@final
@dataclass(frozen=True, kw_only=True)
class BoundScore(Score):
    """A mean over the frames of each utterance that the resynthesize stage has computed.

    The score of a cell is the mean over all frames. It is undefined if that of one utterance is.
    """

    per: Per = "frame"

    def of_cell(self, outputs: CellOutputs) -> float | None:
        """Return the mean over utterances, weighted by their numbers of frames."""
        utterances = outputs.utterances
        weights = utterances["frames"] / utterances["frames"].sum()
        return float((utterances[self.name] * weights).sum(skipna=False))

    def of_utterances(self, outputs: CellOutputs) -> np.ndarray | None:
        """Return the means of the utterances, which are in their table already."""
        return outputs.utterances[self.name].to_numpy(dtype=float)


@final
@dataclass(frozen=True, kw_only=True)
class CellScore(Score):
    """A number that exists for a cell as a whole only.

    Attributes:
        compute: The number; None if the cell lacks what the score needs.
    """

    per: Per = "cell"
    compute: Callable[[CellOutputs], float | None]

    def of_cell(self, outputs: CellOutputs) -> float | None:
        """Return the number."""
        return self.compute(outputs)

    def of_utterances(self, outputs: CellOutputs) -> np.ndarray | None:
        """Return None."""
        return None


def finite_mean(values: "pd.Series[float] | np.ndarray") -> float:
    """Return the mean of the values that are finite; NaN if there are none."""
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    return float(finite.mean()) if len(finite) else math.nan


def format_value(value: float | None, digits: int = 2) -> str:
    """Return a number with a fixed number of decimals; a dash if it is None or NaN."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"
