"""Utterances at 16 kHz -> training and validation speech as log-power frames or waveforms."""

from pathlib import Path

import pandas as pd

from sdmvae import params
from sdmvae.dataset import frames, waveforms
from sdmvae.dataset.features import utterance_frames, utterance_waveforms
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
                counts[part] = write_part(folder / f"{part}.npy", paths, settings)
        summary = ", ".join(f"{count} frames for {part}" for part, count in counts.items())
        print_done(f"features: {summary}", FRAMES)


def write_part(path: Path, speech: list[Path], how: params.Stft) -> int:
    """Write the frame store of one part, and return its number of frames."""
    window, hop, floor, trim = how.window, how.hop, how.floor, how.trim
    about = (f"features: {path.stem}", len(speech), "file")
    if how.frames == "stored":
        stored = utterance_frames(
            speech, path.parent, window=window, hop=hop, floor=floor, trim=trim
        )
        return frames.write(path, progress(stored, *about), window // 2 + 1)
    cut = utterance_waveforms(speech, path.parent, window=window, hop=hop, trim=trim)
    return waveforms.write(path, progress(cut, *about), window=window, hop=hop, floor=floor)


if __name__ == "__main__":
    main()
