"""Scores, differences and cells as the page shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sdmvae.evaluation.scores import SCORES
from tools.results.json_file import Cell

# A difference that matters is small in these scores.
DIGITS = {"estoi": 3, "hoyer": 3, "likelihood": 1}
# A list of cells that has as many as these may be said in a shorter way.
FEW = 4


def score(cell: Cell, name: str) -> str:
    """Return a score of a cell with the standard deviation over seeds, such as 3.28 ± 0.03."""
    found = cell["scores"].get(name)
    if found is None:
        return "–"
    mean = plain(found["mean"], name)
    return mean if found["sd"] is None else f"{mean} ± {precise(found['sd'], name)}"


def difference(cell: Cell, name: str) -> str:
    """Return how a score differs from the reference's, such as +0.05 (0.01 to 0.09)."""
    found = cell["differences"].get(name)
    if found is None:
        return "–"
    text = signed(found["value"], name)
    if found["low"] is None:
        return text
    return f"{text} ({precise(found['low'], name)} to {precise(found['high'], name)})"


def told_difference(cell: Cell, name: str) -> str:
    """Return `difference`, in bold if it is told apart from zero."""
    text = difference(cell, name)
    return f"**{text}**" if is_told(cell["differences"].get(name)) else text


def is_told(found: Mapping[str, Any] | None) -> bool:
    """Return whether a difference is told apart from zero."""
    return found is not None and found["verdict"] in ("higher", "lower")


def find_told(cells: Sequence[Cell], name: str, verdict: str) -> list[Cell]:
    """Return the cells whose difference in a score has a verdict, such as "higher"."""
    return [cell for cell in cells if cell["differences"].get(name, {}).get("verdict") == verdict]


def list_differences(cell: Cell, names: Sequence[str]) -> str:
    """Return the differences in those scores that have one, and which of them are told apart."""
    listed = []
    for name in names:
        if name not in cell["differences"]:
            continue
        told = " (told apart)" if is_told(cell["differences"].get(name)) else ""
        listed.append(f"{label(name)} {difference(cell, name)}{told}")
    return ", ".join(listed)


def plain(value: float, name: str) -> str:
    """Return a score with as many decimals as the score has."""
    return SCORES[name].format(value).replace("-", "−")


def precise(value: float, name: str) -> str:
    """Return a number with as many decimals as differences of a score have."""
    return f"{value:.{_digits(name)}f}".replace("-", "−")


def signed(value: float, name: str) -> str:
    """Return a number with its sign, and with as many decimals as differences of a score have."""
    return f"{value:+.{_digits(name)}f}".replace("-", "−")


def label(name: str) -> str:
    """Return the name of a score as tables show it."""
    return SCORES[name].label


def name_cells(cells: Sequence[Cell]) -> str:
    """Return the names of cells as a list in a sentence."""
    return join_words([f"`{cell['cell']}`" for cell in cells])


def name_most(cells: Sequence[Cell], among: Sequence[Cell]) -> str:
    """Return the names of some of the cells, or of those that are left out if these are fewer."""
    rest = [cell for cell in among if cell not in cells]
    if len(cells) < FEW or len(rest) >= len(cells):
        return name_cells(cells)
    return f"all but {name_cells(rest)}" if rest else "all"


def describe_seeds(cells: Sequence[Cell]) -> str:
    """Return how many seeds cells have, such as "5 seeds, `vsc-a05-m32` with 3"."""
    by_count: dict[int, list[Cell]] = {}
    for cell in cells:
        by_count.setdefault(cell["seeds"], []).append(cell)
    most, *fewer = sorted(by_count, reverse=True)
    parts = [f"{name_cells(by_count[count])} with {count}" for count in fewer]
    return ", ".join([f"{most} seeds", *parts])


def join_words(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def correlation(value: float | None, low: float | None, high: float | None) -> str:
    """Return a correlation with its interval, such as 0.92 (0.59 to 0.98); a dash without one."""
    if value is None:
        return "–"
    ends = "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"
    return f"{value:.2f}{ends}".replace("-", "−")


def table(header: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """Return a table in Markdown, whose first columns are `texts` and the others are numbers."""
    rule = ["---"] * texts + ["--:"] * (len(header) - texts)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *rows))


def _digits(name: str) -> int:
    return DIGITS.get(name, SCORES[name].digits)
