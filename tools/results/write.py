"""Write docs/results.md and its figure from the files in docs/results/.

    python -m tools.results.write

The words are in template.md.jinja beside this file, and every number comes from a file.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sdmvae.evaluation.scores import SCORES
from sdmvae.runtime.atomic import atomic_path
from tools.results import forest
from tools.results.collect import RESULTS

PAGE = Path("docs/results.md")
HERE = Path(__file__).parent
# A difference that matters is small in these scores.
DIGITS = {"estoi": 3, "hoyer": 3, "likelihood": 1}

Cell = Mapping[str, Any]


def main() -> None:
    """Write the page, and a forest plot of each run."""
    runs = read_runs(RESULTS)
    for name, run in runs.items():
        with atomic_path(RESULTS / f"{name}.png") as path:
            path.write_bytes(forest.draw(run["cells"], run["compare"]["margins"]))
    with atomic_path(PAGE) as path:
        path.write_text(render(runs), encoding="utf-8")
    print(f"{', '.join(runs)} -> {PAGE}")


def read_runs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what was collected of each run, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def render(runs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the page is Markdown
    )
    environment.filters.update(score=score, difference=difference, signed=signed)
    functions = {
        function.__name__: function
        for function in (
            *(scores_table, differences_table, equal_cells, sparser_cells, name_cells, label),
            *(describe_likelihoods, correlation),
        )
    }
    template = environment.get_template("template.md.jinja")
    by_cell = {name: {cell["cell"]: cell for cell in run["cells"]} for name, run in runs.items()}
    return template.render(runs=runs, cell=by_cell, **functions)


def score(cell: Cell, name: str) -> str:
    """Return a score of a cell with the standard deviation over seeds, such as 3.28 ± 0.03."""
    found = cell["scores"].get(name)
    if found is None:
        return "–"
    mean = SCORES[name].format(found["mean"]).replace("-", "−")
    return mean if found["sd"] is None else f"{mean} ± {_format(found['sd'], name)}"


def difference(cell: Cell, name: str) -> str:
    """Return how a score differs from the VAE's, such as +0.05 (0.01 to 0.09)."""
    found = cell["differences"].get(name)
    if found is None:
        return "–"
    text = signed(found["value"], name)
    if found["low"] is None:
        return text
    return f"{text} ({_format(found['low'], name)} to {_format(found['high'], name)})"


def signed(value: float, name: str) -> str:
    """Return a number with its sign, and with as many decimals as differences of a score have."""
    return f"{value:+.{_digits(name)}f}".replace("-", "−")


def label(name: str) -> str:
    """Return the name of a score as tables show it."""
    return SCORES[name].label


def equal_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells whose PESQ is shown to equal the VAE's within the margin."""
    return [
        cell
        for cell in cells
        if cell["equal_pesq"] and cell["equal_pesq"]["verdict"] == "equal within the margin"
    ]


def sparser_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells whose Hoyer above Gaussian is higher than the VAE's, the highest first."""
    name = "hoyer_above_gaussian"
    told = [cell for cell in cells if cell["differences"][name]["verdict"] == "higher"]
    return sorted(told, key=lambda cell: -float(cell["differences"][name]["value"]))


def name_cells(cells: Sequence[Cell]) -> str:
    """Return the names of cells as a list in a sentence."""
    *first, last = [f"`{cell['cell']}`" for cell in cells]
    return f"{', '.join(first)} and {last}" if first else last


def describe_likelihoods(cells: Sequence[Cell]) -> str:
    """Return sentences about the log-likelihood under the prior that is fitted after training."""
    name = "likelihood"
    known = [cell for cell in cells if name in cell["scores"]]
    best = [cell for cell in known if name in cell["best"]]
    lacking = [cell for cell in cells if name not in cell["scores"]]
    higher = [
        cell
        for cell in known
        if name in cell["differences"] and cell["differences"][name]["verdict"] == "higher"
    ]
    sentences = [f"Not worse than the best in log-likelihood: {name_cells(best)}."] if best else []
    if higher:
        sentences.append(f"It is shown to be higher than the VAE's for {name_cells(higher)}.")
    else:
        sentences.append("It is not shown to be higher than the VAE's for any cell.")
    if lacking:
        sentences.append(f"{name_cells(lacking)} {_has(lacking)} none.")
    return " ".join(sentences)


def correlation(numbers: Mapping[str, Any], name: str) -> str:
    """Return the rank correlation with the published score and its interval."""
    values = (numbers[f"{name}_spearman{end}"] for end in ("", "_low", "_high"))
    middle, low, high = ("–" if value is None else f"{value:.2f}" for value in values)
    return f"{middle} ({low} to {high})".replace("-", "−")


def _has(cells: Sequence[Cell]) -> str:
    return "has" if len(cells) == 1 else "have"


def scores_table(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """Return a table of scores, with the published figure beside a score that has one.

    A score in bold is not worse than the best one; only three seeds or more tell this.
    """
    header, columns = ["cell"], []
    for name in names:
        header.append(SCORES[name].label)
        columns.append((name, False))
        if SCORES[name].published and any(cell["published"] for cell in cells):
            header.append("published")
            columns.append((name, True))
    rows = []
    for cell in cells:
        row = [f"`{cell['cell']}`"]
        for name, is_published in columns:
            key = SCORES[name].published
            if is_published:
                row.append(f"{cell['published'][key]:.2f}" if cell["published"] and key else "–")
            else:
                text = score(cell, name)
                row.append(f"**{text}**" if name in cell["best"] else text)
        rows.append(row)
    return _table(header, rows)


def differences_table(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """Return a table of the differences from the VAE of the same m, with what they show."""
    rows = []
    for cell in cells:
        if not cell["differences"]:
            continue
        row = [f"`{cell['cell']}`"]
        for name in names:
            found = cell["differences"].get(name)
            told = found and found["verdict"] in ("higher", "lower")
            text = difference(cell, name)
            row.append(f"**{text}**" if told else text)
        kept = [each["verdict"] for each in cell["keeps"].values()]
        if kept and None not in kept:
            row.append("yes" if set(kept) == {"keeps"} else "not shown")
        else:
            row.append("–")
        rows.append(row)
    labels = [SCORES[name].label for name in names]
    return _table(["cell", *labels, "keeps quality"], rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _format(value: float, name: str) -> str:
    return f"{value:.{_digits(name)}f}".replace("-", "−")


def _digits(name: str) -> int:
    return DIGITS.get(name, SCORES[name].digits)


if __name__ == "__main__":
    main()
