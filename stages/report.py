"""The outputs of a run -> data/report/index.html, one page that needs nothing beside it."""

from pathlib import Path

from sdmvae import audio, params
from sdmvae.files import whole
from sdmvae.report import inputs, page
from stages import scored
from stages.reporting import closing, refusing

DATA = Path("data")
PARAMETERS, LOCK = Path("params.yaml"), Path("requirements.lock")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, audio.AudioError):
        settings = params.read(PARAMETERS)
        cells = [scored.row(settings, cell) for cell in settings.cells]
        html = page.render(inputs.read(settings, cells, DATA), PARAMETERS, LOCK)
        made = DATA / "report"
        with whole(made) as folder:
            folder.mkdir()
            (folder / "index.html").write_text(html, encoding="utf-8")
    megabytes = len(html.encode()) / 1e6
    closing(f"report: {len(cells)} cells, {megabytes:.1f} MB", made / "index.html")


if __name__ == "__main__":
    main()
