"""Measure how memory and time of features and training grow with the corpus.

Each measurement is a process of its own: python -m benchmarks.speed_growth NAME FOLDER TIMES
"""

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import PINNED, ratios, store_frames
from sdmvae.dataset.frames import Frames
from sdmvae.runtime.progress import progress

# How often the corpus is repeated.
SMALL, LARGE = 4, 40


def measure(folder: Path, rounds: int) -> str:
    """Return a table of the peak memory and of the time per frame at 10 times the corpus."""
    results: dict[tuple[str, int], list[tuple[float, float]]] = {
        (name, times): [] for name in MEASUREMENTS for times in (SMALL, LARGE)
    }
    runs = [key for _ in range(rounds) for key in results]
    for name, times in progress(runs, "growth", len(runs), "run"):
        results[name, times].append(measure_in_process(name, folder, times))
    lines = ["| at 10 times the corpus | peak memory | time per frame |", "|---|---|---|"]
    for name in MEASUREMENTS:
        memory, seconds = zip(*results[name, SMALL], strict=True)
        more_memory, more_seconds = zip(*results[name, LARGE], strict=True)
        lines.append(
            f"| {name} | {ratios(more_memory, memory, '{:.2f}')} times "
            f"({statistics.median(memory):.0f} to {statistics.median(more_memory):.0f} MB) "
            f"| {ratios(more_seconds, seconds, '{:.2f}')} times |"
        )
    return "\n".join(lines) + "\n"


def measure_in_process(name: str, folder: Path, times: int) -> tuple[float, float]:
    """Return the peak memory in MB and the seconds per frame of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed_growth", name, str(folder), str(times)],
        env={**os.environ, **PINNED},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, kilobytes = map(float, done.stdout.split())
    return kilobytes / 1024, seconds


def measure_features(folder: Path, times: int) -> float:
    """Return the seconds per frame of computing and storing frames."""
    start = time.perf_counter()
    count = store_frames(folder, folder / f"{times}.npy", times)
    return (time.perf_counter() - start) / count


def measure_training(folder: Path, times: int) -> float:
    """Return the seconds per frame of training, without the first epoch."""
    from benchmarks import loops

    own = folder / f"grown {times}"
    own.mkdir(exist_ok=True)
    if not (own / "frames.npy").exists():
        (own / "frames.npy").symlink_to(folder / f"{times}.npy")
    ends = [time.perf_counter()]

    def end_epoch(count: int) -> None:
        ends.append(time.perf_counter())
        if len(ends) > 2 + 20 // times:
            raise loops.TimeIsUp

    try:
        loops.ours("vae", own, end_epoch)
    except loops.TimeIsUp:
        frames = len(Frames(own / "frames.npy"))
    return (ends[-1] - ends[1]) / (len(ends) - 2) / frames


MEASUREMENTS: dict[str, Callable[[Path, int], float]] = {
    "features": measure_features,
    "training": measure_training,
}


def main() -> None:
    """Print the seconds per frame, and the peak memory of this process in KB."""
    name, folder, times = sys.argv[1:]
    seconds = MEASUREMENTS[name](Path(folder), int(times))
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(seconds, peak)


if __name__ == "__main__":
    main()
