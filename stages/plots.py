"""Writes what `dvc plots` shows: curves, scores and spectrograms of all cells, and their page."""

import sys
from pathlib import Path

from sdmvae import corpora, params
from sdmvae.figures import dvc_page
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from stages._common import DATA

SECONDS = 5  # how much of the utterance spectrograms show, at most
PLOTS = DATA / "plots"


def main() -> None:
    """Write the tables and pictures of all cells, and the page."""
    # Pandas and Matplotlib take seconds to load, and the page alone needs neither.
    from sdmvae.dsp import audio_file
    from sdmvae.evaluation import results
    from sdmvae.figures import dvc_tables, spectrogram_files

    with exit_on(params.ParameterError, PluginError, audio_file.AudioError):
        settings = params.read()
        cells = results.read_cells(settings, DATA)
        corpus = corpora.load(settings.corpus.name)
        run = results.read(settings, corpus.synthesiser, cells, DATA)
        speech = dvc_tables.describe_corpus(settings.corpus.name, corpus.synthesiser)
        with atomic_path(PLOTS, replace_folder=True) as folder:
            folder.mkdir()
            curves = dvc_tables.tabulate_curves(cells, run.curves, speech)
            curves.to_csv(folder / "curves.csv", index=False)
            scores = dvc_tables.tabulate_scores(cells, speech)
            scores.to_csv(folder / "scatter.csv", index=False)
            spectrogram_files.write_spectrograms(folder / "spectrograms", run, SECONDS)
            write_page(folder / "page.html")
    print_done(f"plots: curves, scores and spectrograms of {len(cells)} cells", PLOTS)


def write_page(path: Path) -> None:
    """Write the page that DVC puts its plots in."""
    path.write_text(dvc_page.render_page(SECONDS), encoding="utf-8")


def main_page() -> None:
    """Write only the page, so that `dvc plots` has one before the first run."""
    with exit_on(), atomic_path(PLOTS / "page.html") as path:
        write_page(path)


if __name__ == "__main__":
    main_page() if sys.argv[1:] == ["--page"] else main()
