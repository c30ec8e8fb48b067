"""Measure how fast each part is, beside its limit and beside what others use; write speed.md.

Usage, from the root of the repository, on a machine that does nothing else:

    python -m benchmarks.speed [ROUNDS]

Every figure is a ratio of two measurements of the same round: the median over the rounds, with the
least and the greatest. Pythae, and the loop that reads speech with librosa, are measured if these
packages are installed: pip install ".[peers]".
"""

import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import speed_growth, speed_stages, speed_training
from benchmarks.measure import store_frames
from sdmvae.dsp import audio_file
from sdmvae.runtime.workers import processors
from tests.support.small_project import speak

REPORT = Path(__file__).with_name("speed.md")


def main() -> None:
    """Measure, and print and write the report."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch:
        folder = Path(scratch)
        prepare(folder)
        sections = [
            speed_training.measure(folder, rounds),
            speed_stages.measure(folder, rounds),
            speed_growth.measure(folder, rounds),
        ]
    head = (
        f"`python -m benchmarks.speed {rounds}` wrote this: {rounds} rounds, median (least to "
        f"greatest), {processors()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}. Ratios are between rates of the same round.\n"
    )
    text = "\n".join([head, *sections])
    REPORT.write_text(text)
    print(text)


def prepare(folder: Path) -> None:
    """Write 40 recordings of noise that is like speech, and their frames."""
    (folder / "speech").mkdir()
    for number in range(40):
        path = folder / f"speech/{number}.flac"
        speak(path.with_suffix(".wav"), seed=number, seconds=8)
        audio_file.write(path, audio_file.read(path.with_suffix(".wav")).samples)
        path.with_suffix(".wav").unlink()
    store_frames(folder, folder / "frames.npy", 1)


if __name__ == "__main__":
    main()
