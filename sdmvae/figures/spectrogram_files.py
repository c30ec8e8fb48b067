"""Spectrogram figures of a run, one PNG file per cell."""

from pathlib import Path

from sdmvae.dsp import audio_file
from sdmvae.evaluation.results import Results
from sdmvae.figures import spectrogram_panels
from sdmvae.runtime.progress import progress


def write_spectrograms(folder: Path, results: Results, seconds: int) -> None:
    """Write a figure of each cell's resynthesis of the first test utterance.

    Args:
        folder: Where ``<cell>.png`` is written; it is made.
        results: The outputs of the run.
        seconds: How much of the utterance is drawn, at most.

    Raises:
        audio_file.AudioError: A speech file cannot be read.
    """
    folder.mkdir()
    manifest, stft = results.manifest, results.settings.stft
    path = str(manifest.loc[manifest["split"] == "test", "path"].iloc[0])
    end = seconds * audio_file.SAMPLE_RATE
    utterance = Path(path).with_suffix("")
    names = [cell["cell"] for cell in results.cells]
    figures = spectrogram_panels.draw_spectrograms(
        results.original(path)[:end],
        ((f"{name}: {utterance}", results.resynthesis(name, path)[:end]) for name in names),
        rate=audio_file.SAMPLE_RATE,
        window=stft.window,
        hop=stft.hop,
    )
    for name, png in progress(zip(names, figures, strict=True), "plots", len(names), "cell"):
        (folder / f"{name}.png").write_bytes(png)
