"""Where a trained cell comes from: its name, its training speech and its scores."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdmvae import corpora
from sdmvae.codes.finding import CellError, CellFiles
from sdmvae.runtime.plugins import PluginError


@dataclass(frozen=True)
class About:
    """Where a cell comes from.

    Attributes:
        name: The name of the cell.
        seed: The seed that it was trained with.
        corpus: The name of the corpus of its training speech; None if it is not known.
        synthesiser: What spoke that speech; None for recordings of people, or if not known.
        scores: Its mean scores over test speech, by name; empty if it has none yet.
    """

    name: str
    seed: str
    corpus: str | None
    synthesiser: str | None
    scores: dict[str, float | int | None]

    @property
    def caution(self) -> str | None:
        """One sentence for a user whose speech may be of people; None if there is no reason."""
        if self.synthesiser is None:
            return None
        return (
            f"{self.name} was trained on synthetic speech: corpus {self.corpus}, spoken by "
            f"{self.synthesiser}; for recordings of people it may be worse than its scores say"
        )


def read(files: CellFiles) -> About:
    """Read what is known of a cell.

    Args:
        files: The files of the cell.

    Raises:
        CellError: A file is not what the pipeline has written.
    """
    origin, scores = _read_json(files.origin), _read_json(files.scores)
    corpus = origin.get("corpus", origin.get("name"))
    try:
        synthesiser = corpora.load(corpus).synthesiser if corpus else None
    except PluginError:  # a corpus that a user has added where the cell was trained
        synthesiser = origin.get("synthesiser")
    name, seed = origin.get("cell", files.name), origin.get("seed", files.seed)
    return About(name, str(seed), corpus, synthesiser, scores)


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CellError(f"{path}: not JSON: {error}") from error
    if not isinstance(values, dict):
        raise CellError(f"{path}: has no keys; found {type(values).__name__}")
    return values
