"""Utterances -> log-power-spectrogram frames of training and validation speech."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae import params
from sdmvae.dataset import frames
from sdmvae.dsp import audio_file, signal, stft
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

SPEECH, MANIFEST, FRAMES = Path("data/speech"), Path("data/manifest.csv"), Path("data/frames")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, audio_file.AudioError):
        settings = params.read().stft
        manifest = pd.read_csv(MANIFEST)
        with atomic_path(FRAMES, replace_folder=True) as folder:
            folder.mkdir()
            counts = {}
            for part in ("train", "validation"):
                paths = manifest.loc[manifest["split"] == part, "path"]
                blocks = progress(
                    spectra([SPEECH / path for path in paths], settings, folder),
                    f"features: {part}",
                    len(paths),
                    "file",
                )
                counts[part] = frames.write(
                    folder / f"{part}.npy", blocks, settings.window // 2 + 1
                )

        print_done(
            "features: " + ", ".join(f"{n} frames for {part}" for part, n in counts.items()), FRAMES
        )


def spectra(paths: list[Path], settings: params.Stft, scratch: Path) -> Iterator[np.ndarray]:
    """Log-power frames of each utterance in turn, peak-normalised and trimmed, on every core.

    They come from the workers by files in `scratch`, of which none is left: a pipe takes longer
    than the work.
    """
    jobs = [(path, scratch / f"{number}.f4", settings) for number, path in enumerate(paths)]
    for (path, made, _), outcome in map_processes(_save, jobs):
        if isinstance(outcome, Crashed):
            raise audio_file.AudioError(f"{path}: {outcome}")
        yield np.memmap(made, "<f4", "r").reshape(-1, settings.window // 2 + 1)
        made.unlink()


def _save(job: tuple[Path, Path, params.Stft]) -> None:
    path, target, settings = job
    target.write_bytes(_spectrum(path, settings).astype("<f4", copy=False).data)


def _spectrum(path: Path, settings: params.Stft) -> np.ndarray:
    samples, _ = audio_file.read_normalised(path)
    trimmed = signal.trim(samples, frame=settings.window, hop=settings.hop, decibels=settings.trim)
    return stft.log_power_frames(
        trimmed, window=settings.window, hop=settings.hop, floor=settings.floor
    )


if __name__ == "__main__":
    main()
