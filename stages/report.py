"""Writes data/report/index.html: one page that shows a run and contains everything it needs."""

from pathlib import Path

from sdmvae import corpora, params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from sdmvae.report import page
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from sdmvae.runtime.progress import progress
from sdmvae.training import saved
from stages._common import DATA

REPORT, LOCK = DATA / "report", Path("requirements.lock")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, PluginError, audio_file.AudioError, saved.WeightsError):
        settings = params.read()
        synthesiser = corpora.load(settings.corpus.name).synthesiser
        cells = results.read_cells(settings, DATA)
        html = page.render(
            results.read(settings, synthesiser, cells, DATA),
            LOCK,
            progress=lambda sections: progress(sections, "report", len(sections), "section"),
        )
        with atomic_path(REPORT, replace_folder=True) as folder:
            folder.mkdir()
            (folder / "index.html").write_text(html, encoding="utf-8")
    megabytes = len(html.encode()) / 1e6
    print_done(f"report: {len(cells)} cells, {megabytes:.1f} MB", REPORT / "index.html")


if __name__ == "__main__":
    main()
