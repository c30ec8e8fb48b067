"""All cells -> what `dvc plots` shows: curves, scores, spectrograms, and the page they stand on."""

import sys
from pathlib import Path

from sdmvae import audio, offline, panels, params, plots
from sdmvae.files import whole
from sdmvae.progress import progress
from sdmvae.report import inputs
from stages import scored
from stages.reporting import closing, refusing

SECONDS = 5
DATA, PLOTS = Path("data"), Path("data/plots")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, audio.AudioError):
        settings = params.read()
        cells = [scored.row(settings, cell) for cell in settings.cells]
        results = inputs.read(settings, cells, DATA)
        with whole(PLOTS) as folder:
            folder.mkdir()
            plots.curves(cells, results.curves).to_csv(folder / "curves.csv", index=False)
            scores = plots.scatter(cells, settings.corpus.name)
            scores.to_csv(folder / "scatter.csv", index=False)
            draw(folder / "spectrograms", results)
            (folder / "page.html").write_text(offline.page(SECONDS))
    closing(f"plots: curves, scores and spectrograms of {len(cells)} cells", PLOTS)


def draw(folder: Path, results: inputs.Results) -> None:
    """A figure for each cell: the start of the first test utterance through it."""
    folder.mkdir()
    manifest, settings = results.manifest, results.settings.stft
    path = manifest.loc[manifest["split"] == "test", "path"].iloc[0]
    end = SECONDS * audio.SAMPLE_RATE
    names, shown = [cell["cell"] for cell in results.cells], Path(path).with_suffix("")
    figures = panels.drawn(
        results.original(path)[:end],
        ((f"{name}: {shown}", results.resynthesis(name, path)[:end]) for name in names),
        rate=audio.SAMPLE_RATE,
        window=settings.window,
        hop=settings.hop,
    )
    pictures = progress(zip(names, figures, strict=True), "plots", len(names), "cell")
    for name, picture in pictures:
        (folder / f"{name}.png").write_bytes(picture)


def page() -> None:
    """Write the page alone, so that there is one before the first run."""
    with refusing(), whole(PLOTS / "page.html") as path:
        path.write_text(offline.page(SECONDS))


if __name__ == "__main__":
    page() if sys.argv[1:] == ["--page"] else main()
