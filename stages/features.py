"""Utterances -> log-power-spectrogram frames of training and validation speech."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae import audio, frames, params, stft
from sdmvae.files import whole
from sdmvae.progress import progress
from sdmvae.workers import Crashed, map_processes
from stages.reporting import closing, refusing

SPEECH, MANIFEST, FRAMES = Path("data/speech"), Path("data/manifest.csv"), Path("data/frames")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, audio.AudioError):
        settings = params.read().stft
        manifest = pd.read_csv(MANIFEST)
        with whole(FRAMES) as folder:
            folder.mkdir()
            counts = {}
            for part in ("train", "validation"):
                paths = manifest.loc[manifest["split"] == part, "path"]
                blocks = progress(
                    spectra([SPEECH / path for path in paths], settings),
                    f"features: {part}",
                    len(paths),
                    "file",
                )
                counts[part] = frames.write(
                    folder / f"{part}.npy", blocks, settings.window // 2 + 1
                )

        closing(
            "features: " + ", ".join(f"{n} frames for {part}" for part, n in counts.items()), FRAMES
        )


def spectra(paths: list[Path], settings: params.Stft) -> Iterator[np.ndarray]:
    """Log-power frames of each utterance in turn, peak-normalised and trimmed, on every core."""
    for (path, _), block in map_processes(_spectrum, [(path, settings) for path in paths]):
        if isinstance(block, Crashed):
            raise audio.AudioError(f"{path}: {block}")
        yield block


def _spectrum(job: tuple[Path, params.Stft]) -> np.ndarray:
    path, settings = job
    samples, _ = audio.utterance(path)
    trimmed = audio.trim(samples, frame=settings.window, hop=settings.hop, decibels=settings.trim)
    spectrogram = stft.stft(trimmed, window=settings.window, hop=settings.hop)
    return stft.log_power(spectrogram, floor=settings.floor)


if __name__ == "__main__":
    main()
