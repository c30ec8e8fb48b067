"""Utterances -> power-spectrogram frames of training and validation speech, memory-mapped."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae import audio, frames, params, stft
from sdmvae.files import whole
from sdmvae.progress import progress
from stages.reporting import refusing

SPEECH, MANIFEST, FRAMES = Path("data/speech"), Path("data/manifest.csv"), Path("data/frames")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, audio.AudioError):
        settings = params.read().stft
        manifest = pd.read_csv(MANIFEST)
        with whole(FRAMES) as folder:
            folder.mkdir()
            for part in ("train", "validation"):
                paths = manifest.loc[manifest["split"] == part, "path"]
                blocks = progress(
                    spectra([SPEECH / path for path in paths], settings),
                    f"features: {part}",
                    len(paths),
                    "file",
                )
                count = frames.write(folder / f"{part}.npy", blocks, settings.window // 2 + 1)
                print(f"features: {part}: {count} frames of {len(paths)} utterances")


def spectra(paths: list[Path], settings: params.Stft) -> Iterator[np.ndarray]:
    """Power frames of each utterance in turn, peak-normalised and trimmed."""
    for path in paths:
        samples, _ = audio.utterance(path)
        trimmed = audio.trim(
            samples, frame=settings.window, hop=settings.hop, decibels=settings.trim
        )
        spectrogram = stft.stft(trimmed, window=settings.window, hop=settings.hop)
        yield stft.power(spectrogram, floor=settings.floor)


if __name__ == "__main__":
    main()
