"""The outputs of a run -> data/report/index.html, one page that needs nothing beside it."""

from collections.abc import Collection, Iterable
from pathlib import Path

from sdmvae import params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from sdmvae.report import page
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.training import saved
from stages._common import scored_cell

DATA = Path("data")
PARAMETERS, LOCK = Path("params.yaml"), Path("requirements.lock")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, audio_file.AudioError, saved.WeightsError):
        settings = params.read(PARAMETERS)
        cells = [scored_cell(settings, cell) for cell in settings.cells]
        html = page.render(results.read(settings, cells, DATA), PARAMETERS, LOCK, watched)
        made = DATA / "report"
        with atomic_path(made, replace_folder=True) as folder:
            folder.mkdir()
            (folder / "index.html").write_text(html, encoding="utf-8")
    megabytes = len(html.encode()) / 1e6
    print_done(f"report: {len(cells)} cells, {megabytes:.1f} MB", made / "index.html")


def watched(sections: Collection) -> Iterable:
    """The sections, with a bar of how many are done."""
    return progress(sections, "report", len(sections), "section")


if __name__ == "__main__":
    main()
