"""Write the pages of results and their figures from the files in docs/results/.

    python -m tools.results.write

The words are in the templates beside this file, and every number comes from a file.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from sdmvae.report.environment import make_environment
from sdmvae.runtime.atomic import atomic_path
from tools.results import (
    forest,
    hyperprior_figure,
    hyperprior_section,
    probes_section,
    recorded,
    score_tables,
)
from tools.results.json_file import RESULTS, File, Run, read_all

DOCS = Path("docs")
PAGES = (
    "results.md",
    "results-authors.md",
    "results-rivals.md",
    "results-epochs.md",
    "results-synthetic.md",
    "results-probes.md",
    "results-hyperprior.md",
    "results-made.md",
)
HERE = Path(__file__).parent
README = Path("README.md")
# The modules beside this file whose functions the templates call.
MODULES = (
    "claims_section",
    "durations",
    "farthest_section",
    "formatting",
    "hyperprior_section",
    "likelihoods",
    "longer_section",
    "probes_section",
    "published_section",
    "purposes",
    "recipes_section",
    "recorded",
    "rivals_section",
    "run_texts",
    "score_tables",
    "settings_section",
    "summary",
)
# The runs whose differences are drawn.
SHOWN = ("librispeech", "voices")

Files = Mapping[str, File]


def main() -> None:
    """Write the pages and their figures."""
    files = read_all(RESULTS)
    for name, figure in draw(files).items():
        with atomic_path(RESULTS / name) as path:
            path.write_bytes(figure)
    for page in PAGES:
        with atomic_path(DOCS / page) as path:
            path.write_text(render(files, page), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    with atomic_path(README) as path:
        path.write_text(recorded.replace_table(text, readme_table(files)), encoding="utf-8")
    print(f"{', '.join(files)} -> {', '.join(str(DOCS / page) for page in PAGES)}")


def find_runs(files: Files) -> dict[str, Run]:
    """Return the files that were collected of one run."""
    return {name: file for name, file in files.items() if "cells" in file and "claims" in file}


def draw(files: Files) -> dict[str, bytes]:
    """Return the figures of the page by the name of their file."""
    runs = find_runs(files)
    figures = {
        f"{name}.png": forest.draw(
            hyperprior_section.leave_out_hyperpriors(runs[name]), runs[name]["compare"]["margins"]
        )
        for name in SHOWN
    }
    if run := hyperprior_section.find_run(runs):
        figures["student.png"] = hyperprior_figure.draw(run["cells"], run["hyperpriors"])
    return figures


def readme_table(files: Files) -> str:
    """Return the table of recorded speech that README.md has."""
    cells = recorded.find_published(find_runs(files)["librispeech"])
    return score_tables.scores_table(cells, recorded.README_SCORES)


def render(files: Files, page: str = PAGES[0]) -> str:
    """Return one of the `PAGES`."""
    environment = make_environment(HERE, is_html=False)
    runs, probes = find_runs(files), probes_section.find_probes(files)
    return environment.get_template(f"{page}.jinja").render(
        runs=runs,
        authors=runs.get("authors") if "recipes" in files else None,
        student=hyperprior_section.find_run(runs),
        probes=probes,
        files=files,
        **{name: import_module(f"{__package__}.{name}") for name in MODULES},
    )


if __name__ == "__main__":
    main()
