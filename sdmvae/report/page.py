"""The report's page: one HTML file that contains everything it needs."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import vl_convert
from markupsafe import Markup

from sdmvae.evaluation.agreement import compute
from sdmvae.evaluation.agreement.findings import Agreement
from sdmvae.evaluation.results import Results
from sdmvae.figures import palette
from sdmvae.figures.html import escape_script
from sdmvae.report import (
    agreement,
    atoms,
    budget,
    codes,
    comparison,
    curves,
    dimensions,
    excitations,
    forest,
    listening,
    probes,
    provenance,
    rates,
    scatter,
    scoreboard,
    sizes,
    summary,
)
from sdmvae.report.environment import make_environment

TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = {
    "agreement": "Does the paper hold?",
    "forest": "Differences",
    "summary": "Summary",
    "table": "All scores",
    "scatter": "Quality and sparsity",
    "rates": "Rate and distortion",
    "listening": "Listening",
    "codes": "Codes",
    "probes": "Probes",
    "atoms": "Atoms",
    "excitations": "Excitations",
    "dimensions": "Move a dimension",
    "curves": "Training",
    "provenance": "Provenance",
}

Section = tuple[str, Callable[[], Any]]  # its name, and a function that builds what it shows


def render(
    results: Results,
    lock: Path,
    progress: Callable[[list[Section]], Iterable[Section]] = iter,
) -> str:
    """Return the page of a run.

    Args:
        results: The outputs of the run.
        lock: The file with the versions of packages.
        progress: A function that passes the sections on and may show how many are done.

    Raises:
        OSError: An output of the run is missing.
        audio_file.AudioError: A speech file cannot be read.
        saved.WeightsError: The weights of a cell cannot be read.
    """
    comparisons, probed = comparison.compare(results), probes.compare(results)
    sections: list[Section] = [
        ("agreement", lambda: agreement.build_section(_agree(results))),
        ("forest", lambda: forest.build_section(results, comparisons)),
        ("summary", lambda: summary.build_section(results, comparisons)),
        ("table", lambda: scoreboard.build_section(results, comparisons)),
        ("sizes", lambda: sizes.build_section(results)),
        ("scatter", lambda: scatter.build_section(results)),
        ("rates", lambda: rates.build_section(results)),
        ("codes", lambda: codes.build_section(results)),
        ("probes", lambda: probes.build_section(results, probed)),
        ("atoms", lambda: atoms.build_section(results)),
        ("excitations", lambda: excitations.build_section(results)),
        ("dimensions", lambda: dimensions.build_section(results)),
        ("curves", lambda: curves.build_section(results)),
        ("provenance", lambda: provenance.build_section(results, lock)),
        ("listening", lambda: listening.build_section(results, budget.PAGE - measure_rest())),
    ]
    specifications = {
        **forest.build_charts(results, comparisons),
        **scatter.build_charts(results),
        "rates": rates.build_chart(results),
        **curves.build_charts(results),
        **probes.build_charts(results, probed),
    }
    environment = make_environment(TEMPLATES, is_html=True)
    vega = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # the stub lacks the default
    assets = {
        "synthesiser": results.synthesiser,
        "colours": palette.assign_colours(cell["model"] for cell in results.cells),
        "dark_colours": palette.DARK_COLOURS,
        "styles": _join_assets("css"),
        "scripts": _join_assets("js"),
        "vega": Markup(escape_script(vega)),
        "specifications": specifications,
    }
    context: dict[str, Any] = {}

    def write() -> str:
        titles = {name: title for name, title in SECTIONS.items() if context[name] is not None}
        template = environment.get_template("page.html")
        return template.render(sections=titles, **assets, **context)

    def measure_rest() -> int:
        context["listening"] = None
        return len(write().encode()) + budget.MARGIN

    for name, build in progress(sections):
        context[name] = build()
    return write()


def _agree(results: Results) -> Agreement:
    compare = results.settings.compare
    margins = compare.margins.model_dump()
    return compute.agree(results.cells, results.utterances, margins, compare.error)


def _join_assets(kind: str) -> Markup:
    """Return the styles or scripts of the page, followed by those of its sections."""
    paths = sorted(TEMPLATES.glob(f"*.{kind}"), key=lambda path: (path.stem != "page", path.name))
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return Markup(escape_script(text) if kind == "js" else text)
