"""How fast each part is, set beside its bound and beside what people use; writes speed.md.

Run from the repository's root on a machine that does nothing else: python -m benchmarks.speed
[rounds]. Everything is a ratio of things measured in the same round, given as the median over the
rounds with the least and the greatest. Pythae, and the authors' way of reading speech by librosa,
are measured where they are installed: pip install ".[peers]".
"""

import importlib.util
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import soundfile

import stages  # noqa: F401
from sdmvae import params
from sdmvae.dataset import features, frames
from sdmvae.dsp import audio_file, stft
from sdmvae.runtime import determinism
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import map_processes, processors
from stages import score
from tests.support import small_project

REPORT = Path(__file__).with_name("speed.md")
PINNED = {**determinism.ONE_THREAD, **(determinism.INSTRUCTIONS if determinism.has_avx2() else {})}
OURS = ("ours, vae", "ours, sdm", "ours, vsc")
PEERS = {"authors-style": "librosa", "pythae": "pythae"}
SECONDS = 4.0
STFT = params.Stft(window=1024, hop=256, floor=1e-6, trim=30.0)

Rates = dict[str, list[float]]


def main() -> None:
    """Measure, print and write."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch:
        folder = Path(scratch)
        prepare(folder)
        sections = [
            training(folder, rounds),
            shares(folder, rounds),
            growth(folder, rounds),
        ]
    head = (
        f"Measured by `python -m benchmarks.speed {rounds}`: {rounds} rounds, median (least to "
        f"greatest), {processors()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}. Ratios of rates in the same round.\n"
    )
    text = "\n".join([head, *sections])
    REPORT.write_text(text)
    print(text)


def prepare(folder: Path) -> None:
    """Speech-like noise as FLAC, and the frames of it."""
    (folder / "speech").mkdir()
    for number in range(40):
        path = folder / f"speech/{number}.flac"
        small_project.speak(path.with_suffix(".wav"), seed=number, seconds=8)
        audio_file.write(path, audio_file.read(path.with_suffix(".wav")).samples)
        path.with_suffix(".wav").unlink()
    store(folder, folder / "frames.npy", 1)


def store(folder: Path, path: Path, times: int) -> int:
    """Write the frames of the speech, so many times over, on every core; how many there are."""
    paths = sorted((folder / "speech").glob("*.flac")) * times
    utterances = features.utterance_frames(
        paths, folder, window=STFT.window, hop=STFT.hop, floor=STFT.floor, trim=STFT.trim
    )
    return frames.write(path, utterances, STFT.window // 2 + 1)


# Training


def training(folder: Path, rounds: int) -> str:
    """Rates of training on the whole machine."""
    cores = processors()
    every = {"OMP_NUM_THREADS": str(cores), "MKL_NUM_THREADS": str(cores)}
    peers = ["eager"]
    peers += [name for name, needs in PEERS.items() if importlib.util.find_spec(needs)]
    arrangements = {(name, cores): PINNED for name in ("products", *OURS)}
    arrangements |= {(name, cores): determinism.ONE_THREAD for name in peers}
    arrangements |= {(name, 1): every for name in peers}
    rates = {arrangement: [] for arrangement in arrangements}
    todo = [each for _ in range(rounds) for each in arrangements]
    for name, processes in progress(todo, "training", len(todo), "run"):
        environment = arrangements[name, processes]
        rates[name, processes].append(rate(name, folder, processes, environment))
    lines = [
        f"Training, frames a second of the whole machine ({cores} cores busy)\n",
        "| loop | frames/s | of the products alone |",
        "|---|---|---|",
    ]
    for name, processes in arrangements:
        row = rates[name, processes]
        how = f"{processes} processes of one thread" if processes > 1 else f"{cores} threads"
        ratio = spread(row, rates["products", cores], "{:.0%}")
        lines.append(f"| {name}, {how} | {statistics.median(row):,.0f} | {ratio} |")
    lines += ["", "| ours against | as used: one process | as many processes |", "|---|---|---|"]
    for peer in peers:
        best = [spread(rates["ours, vae", cores], rates[peer, n], "{:.1f}") for n in (1, cores)]
        lines.append(f"| {peer} (the VAE) | {best[0]} times | {best[1]} times |")
    return "\n".join(lines) + "\n"


def rate(name: str, folder: Path, processes: int, environment: dict[str, str]) -> float:
    """Frames a second of as many processes side by side, together."""
    kept = {key: value for key, value in os.environ.items() if key not in PINNED}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.contenders"]
    running = []
    for number in range(processes):
        mine = folder / f"{number}"
        mine.mkdir(exist_ok=True)
        for entry in ("speech", "frames.npy"):
            if not (mine / entry).exists():
                (mine / entry).symlink_to(folder / entry)
        running.append(
            subprocess.Popen(
                [*command, name, str(mine), str(SECONDS)],
                env={**kept, **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        )
    said = [each.communicate()[0] for each in running]
    if any(each.returncode for each in running):
        raise RuntimeError(f"{name} failed")
    return sum(float(each.splitlines()[-1]) for each in said)


# Features and scores


def shares(folder: Path, rounds: int) -> str:
    """Features against decoding and transforming alone; how well scoring uses the cores."""
    cores, paths = processors(), sorted((folder / "speech").glob("*.flac"))
    pairs = [(path, path) for path in paths] * 2
    features_share, scoring_share = [], []
    for _ in progress(range(rounds), "features and scoring", rounds, "round"):
        alone = timed(lambda: list(map_processes(_decoded, [paths * 40] * cores, cores)))
        stage = timed(lambda: store(folder, folder / "many.npy", 40 * cores))
        features_share.append(alone / stage)
        one, all_ = (
            timed(lambda n=n: list(map_processes(score.score_pair, pairs, n))) for n in (1, cores)
        )
        scoring_share.append(one / all_ / cores)
    return (
        f"Features: {_median(features_share)} of the rate at which {cores} cores decode FLAC and "
        f"transform it, and do nothing else.\n\nScoring: {_median(scoring_share)} of {cores} times "
        "the rate of one process.\n"
    )


def _decoded(paths: list[Path]) -> None:
    for path in paths:
        samples, _ = soundfile.read(path)
        stft.stft(samples, window=STFT.window, hop=STFT.hop)


def timed(function) -> float:
    """Seconds it takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


# Memory and growth


def growth(folder: Path, rounds: int) -> str:
    """Peak memory and time a frame of features and of training, at 10 times the corpus."""
    sizes = (4, 40)
    found = {(name, times): [] for name in CHILDREN for times in sizes}
    todo = [each for _ in range(rounds) for each in found]
    for name, times in progress(todo, "growth", len(todo), "run"):
        found[name, times].append(child(name, folder, times))
    lines = [
        "| at 10 times the corpus | peak memory | time a frame |",
        "|---|---|---|",
    ]
    for name in CHILDREN:
        (memory, seconds), (more_memory, more_seconds) = (
            list(zip(*found[name, times], strict=True)) for times in sizes
        )
        lines.append(
            f"| {name} | {spread(more_memory, memory, '{:.2f}')} times "
            f"({statistics.median(memory):.0f} to {statistics.median(more_memory):.0f} MB) "
            f"| {spread(more_seconds, seconds, '{:.2f}')} times |"
        )
    return "\n".join(lines) + "\n"


def child(name: str, folder: Path, times: int) -> tuple[float, float]:
    """Peak memory, MB, and seconds a frame, of a process of its own."""
    code = f"from benchmarks import speed; speed.CHILDREN[{name!r}](*{(str(folder), times)})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **PINNED},
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak = map(float, done.stdout.split())
    return peak / 1024, seconds


def _features_child(folder: str, times: int) -> None:
    path = Path(folder) / f"{times}.npy"
    start = time.perf_counter()
    count = store(Path(folder), path, times)
    _report((time.perf_counter() - start) / count)


def _train_child(folder: str, times: int) -> None:
    from benchmarks import contenders

    path = Path(folder) / f"grown {times}"
    path.mkdir(exist_ok=True)
    if not (path / "frames.npy").exists():
        (path / "frames.npy").symlink_to(Path(folder) / f"{times}.npy")
    ends = [time.perf_counter()]

    def done(count: int) -> None:
        ends.append(time.perf_counter())
        if len(ends) > 2 + 20 // times:
            raise contenders.Over

    try:
        contenders.ours("vae", path, done)
    except contenders.Over:
        count = len(frames.Frames(path / "frames.npy"))
        _report((ends[-1] - ends[1]) / (len(ends) - 2) / count)


def _report(seconds: float) -> None:
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(seconds, peak)


CHILDREN = {"features": _features_child, "training": _train_child}


# Figures


def spread(ours: Sequence[float], others: Sequence[float], form: str) -> str:
    """Median, least and greatest of the ratios of two rates, round by round."""
    ratios = [mine / other for mine, other in zip(ours, others, strict=True)]
    low, middle, high = (
        form.format(each) for each in (min(ratios), statistics.median(ratios), max(ratios))
    )
    return f"{middle} ({low} to {high})"


def _median(values: list[float]) -> str:
    return spread(values, [1.0] * len(values), "{:.0%}")


if __name__ == "__main__":
    main()
