"""All cells -> what `dvc plots` shows: curves, scores, spectrograms, and the page they stand on."""

import sys
from pathlib import Path

from sdmvae import params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from sdmvae.figures import dvc_page, dvc_tables, spectrogram_panels
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from stages._common import scored_cell

SECONDS = 5
DATA, PLOTS = Path("data"), Path("data/plots")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, audio_file.AudioError):
        settings = params.read()
        cells = [scored_cell(settings, cell) for cell in settings.cells]
        run = results.read(settings, cells, DATA)
        with atomic_path(PLOTS, replace_folder=True) as folder:
            folder.mkdir()
            dvc_tables.curves(cells, run.curves).to_csv(folder / "curves.csv", index=False)
            scores = dvc_tables.scatter(cells, settings.corpus.name)
            scores.to_csv(folder / "scatter.csv", index=False)
            draw(folder / "spectrograms", run)
            (folder / "page.html").write_text(dvc_page.page(SECONDS))
    print_done(f"plots: curves, scores and spectrograms of {len(cells)} cells", PLOTS)


def draw(folder: Path, run: results.Results) -> None:
    """A figure for each cell: the start of the first test utterance through it."""
    folder.mkdir()
    manifest, settings = run.manifest, run.settings.stft
    path = manifest.loc[manifest["split"] == "test", "path"].iloc[0]
    end = SECONDS * audio_file.SAMPLE_RATE
    names, shown = [cell["cell"] for cell in run.cells], Path(path).with_suffix("")
    figures = spectrogram_panels.spectrogram_pngs(
        run.original(path)[:end],
        ((f"{name}: {shown}", run.resynthesis(name, path)[:end]) for name in names),
        rate=audio_file.SAMPLE_RATE,
        window=settings.window,
        hop=settings.hop,
    )
    pictures = progress(zip(names, figures, strict=True), "plots", len(names), "cell")
    for name, picture in pictures:
        (folder / f"{name}.png").write_bytes(picture)


def page() -> None:
    """Write the page alone, so that there is one before the first run."""
    with exit_on(), atomic_path(PLOTS / "page.html") as path:
        path.write_text(dvc_page.page(SECONDS))


if __name__ == "__main__":
    page() if sys.argv[1:] == ["--page"] else main()
