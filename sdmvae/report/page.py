"""The report's page: one HTML file that needs nothing beside it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.figures.html import escape_script
from sdmvae.report import (
    atoms,
    charts,
    codes,
    comparison,
    curves,
    listening,
    provenance,
    scoreboard,
    summary,
)

TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = {
    "summary": "Summary",
    "table": "All scores",
    "scatter": "Quality and sparsity",
    "rates": "Rate and distortion",
    "listening": "Listening",
    "codes": "Codes",
    "atoms": "Atoms",
    "curves": "Training",
    "provenance": "Provenance",
}


Made = Callable[[], Any]


def render(
    results: Results,
    parameters: Path,
    lock: Path,
    watched: Callable[[Iterable[tuple[str, Made]]], Iterable[tuple[str, Made]]] = iter,
) -> str:
    """The page; `watched` passes its sections on, and may tell how far it is.

    Raises OSError for an output of the run that is not there, audio.AudioError for speech and
    weights.WeightsError for a model that cannot be read.
    """
    compared = comparison.compare(results)
    sections: dict[str, Made] = {
        "summary": lambda: summary.section(results, compared),
        "table": lambda: scoreboard.section(results, compared),
        "scatter": lambda: charts.choices(results, compared),
        "rates": lambda: charts.rate_rows(results),
        "listening": lambda: listening.section(results),
        "codes": lambda: codes.section(results),
        "atoms": lambda: atoms.section(results),
        "curves": lambda: curves.section(results),
        "provenance": lambda: provenance.section(results, parameters, lock),
    }
    context = {name: made() for name, made in watched(sections.items())}
    specifications = {
        **charts.specifications(results, compared),
        **curves.specifications(results),
    }
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        sections=SECTIONS,
        colours=palette.colours(cell["model"] for cell in results.cells),
        styles=_assets("css"),
        scripts=_assets("js"),
        vega=Markup(escape_script(vl_convert.javascript_bundle())),
        specifications=specifications,
        **context,
    )


def _assets(kind: str) -> Markup:
    """The page's own styles or scripts, then those of its sections."""
    paths = sorted(TEMPLATES.glob(f"*.{kind}"), key=lambda path: (path.stem != "page", path.name))
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return Markup(escape_script(text) if kind == "js" else text)
