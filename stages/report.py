"""The outputs of a run -> data/report/index.html, one page that needs nothing beside it."""

from collections.abc import Collection, Iterable
from pathlib import Path

from sdmvae import audio, params, weights
from sdmvae.files import whole
from sdmvae.progress import progress
from sdmvae.report import inputs, page
from stages import scored
from stages.reporting import closing, refusing

DATA = Path("data")
PARAMETERS, LOCK = Path("params.yaml"), Path("requirements.lock")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, audio.AudioError, weights.WeightsError):
        settings = params.read(PARAMETERS)
        cells = [scored.row(settings, cell) for cell in settings.cells]
        html = page.render(inputs.read(settings, cells, DATA), PARAMETERS, LOCK, watched)
        made = DATA / "report"
        with whole(made) as folder:
            folder.mkdir()
            (folder / "index.html").write_text(html, encoding="utf-8")
    megabytes = len(html.encode()) / 1e6
    closing(f"report: {len(cells)} cells, {megabytes:.1f} MB", made / "index.html")


def watched(sections: Collection) -> Iterable:
    """The sections, with a bar of how many are done."""
    return progress(sections, "report", len(sections), "section")


if __name__ == "__main__":
    main()
