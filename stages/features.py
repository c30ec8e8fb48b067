"""Utterances at 16 kHz -> log-power frames of training and validation speech."""

import pandas as pd

from sdmvae import params
from sdmvae.dataset import frames
from sdmvae.dataset.features import utterance_frames
from sdmvae.dsp.audio_file import AudioError
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from stages._common import FRAMES, MANIFEST, SPEECH


def main() -> None:
    """Write a frame store for each of the two parts."""
    with exit_on(params.ParameterError, AudioError):
        settings = params.read().stft
        manifest = pd.read_csv(MANIFEST)
        counts = {}
        with atomic_path(FRAMES, replace_folder=True) as folder:
            folder.mkdir()
            for part in ("train", "validation"):
                names = manifest.loc[manifest["split"] == part, "path"]
                paths = [SPEECH / part / name for name in names]
                utterances = utterance_frames(
                    paths,
                    folder,
                    window=settings.window,
                    hop=settings.hop,
                    floor=settings.floor,
                    trim=settings.trim,
                )
                watched = progress(utterances, f"features: {part}", len(paths), "file")
                counts[part] = frames.write(
                    folder / f"{part}.npy", watched, settings.window // 2 + 1
                )
        summary = ", ".join(f"{count} frames for {part}" for part, count in counts.items())
        print_done(f"features: {summary}", FRAMES)


if __name__ == "__main__":
    main()
