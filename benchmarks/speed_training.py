"""Measure the speed of training, beside its matrix products and beside other loops."""

import importlib.util
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import PINNED, ratios
from sdmvae.runtime import determinism
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import processors

OURS = ("ours, vae", "ours, sdm", "ours, vsc")
# The package that a loop needs.
PEERS = {"authors-style": "librosa", "pythae": "pythae"}
SECONDS = 4.0


def measure(folder: Path, rounds: int) -> str:
    """Return tables of the rates of training on the whole machine."""
    cores = processors()
    all_threads = {"OMP_NUM_THREADS": str(cores), "MKL_NUM_THREADS": str(cores)}
    peers = ["eager"]
    peers += [name for name, package in PEERS.items() if importlib.util.find_spec(package)]
    arrangements = {(name, cores): PINNED for name in ("products", *OURS)}
    arrangements |= {(name, cores): determinism.ONE_THREAD for name in peers}
    arrangements |= {(name, 1): all_threads for name in peers}
    rates: dict[tuple[str, int], list[float]] = {arrangement: [] for arrangement in arrangements}
    runs = [arrangement for _ in range(rounds) for arrangement in arrangements]
    for name, processes in progress(runs, "training", len(runs), "run"):
        environment = arrangements[name, processes]
        rates[name, processes].append(rate(name, folder, processes, environment))
    lines = [
        f"Training, frames per second of the whole machine ({cores} cores are busy)\n",
        "| loop | frames/s | share of the rate of the products alone |",
        "|---|---|---|",
    ]
    for (name, processes), values in rates.items():
        how = f"{processes} processes of one thread" if processes > 1 else f"{cores} threads"
        share = ratios(values, rates["products", cores], "{:.0%}")
        lines.append(f"| {name}, {how} | {statistics.median(values):,.0f} | {share} |")
    lines += ["", "| ours against | one process, as used | as many processes |", "|---|---|---|"]
    for peer in peers:
        factors = [ratios(rates["ours, vae", cores], rates[peer, n], "{:.1f}") for n in (1, cores)]
        lines.append(f"| {peer} (the VAE) | {factors[0]} times | {factors[1]} times |")
    return "\n".join(lines) + "\n"


def rate(name: str, folder: Path, processes: int, environment: dict[str, str]) -> float:
    """Return the frames per second of several processes side by side, added up."""
    kept = {key: value for key, value in os.environ.items() if key not in PINNED}
    running = []
    for number in range(processes):
        own = folder / f"{number}"
        own.mkdir(exist_ok=True)
        for entry in ("speech", "frames.npy"):
            if not (own / entry).exists():
                (own / entry).symlink_to(folder / entry)
        running.append(
            subprocess.Popen(
                [
                    *(sys.executable, "-W", "ignore", "-m", "benchmarks.loops"),
                    *(name, str(own), str(SECONDS)),
                ],
                env={**kept, **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        )
    outputs = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError(f"the loop {name} failed; run: python -m benchmarks.loops {name!r}")
    return sum(float(output.splitlines()[-1]) for output in outputs)
