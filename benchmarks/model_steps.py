"""What a training step of every variant costs beside the VAE's, in one run.

Usage, from the root of the repository:

    python -m benchmarks.model_steps [ROUNDS] [--json docs/results/step_cost.json]

The variants are those of params.yaml and of presets/further.yaml, at m = 64 with made-up frames. In
each round every variant trains for STEPS steps in turn, so that other load on the machine meets all
of them. A figure is the median over rounds of the quotient with the VAE's time in the same round,
with the least and the greatest. It is of processor time, which other programs disturb less.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import BATCH, BINS, HIDDEN, PINNED, M, ratios, spread

STEPS = 60
BASE = "vae"


def main() -> None:
    """Start this program again with the arithmetic of the stages, and let it measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rounds", type=int, nargs="?", default=15, help="the number of rounds")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    arguments = parser.parse_args()
    if os.environ.get("MODEL_STEPS") != "1":
        environment = {**os.environ, **PINNED, "MODEL_STEPS": "1"}
        command = [sys.executable, "-m", "benchmarks.model_steps", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=environment).returncode)
    seconds = measure(arguments.rounds)
    rounds = f"median of {arguments.rounds} rounds (least to greatest)"
    print(f"| variant | step / step of `{BASE}`, {rounds} |")
    print("|---|--:|")
    for name, values in seconds.items():
        print(f"| `{name}` | {ratios(values, seconds[BASE], '{:.2f}')} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(summarise(seconds), indent=1) + "\n")


def summarise(seconds: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return the time of a step beside that of the VAE for each variant, as JSON holds it.

    Args:
        seconds: By variant, the time of its steps in each round.
    """
    quotients = {name: spread(values, seconds[BASE]) for name, values in seconds.items()}
    return {
        "base": BASE,
        "m": M,
        "rounds": len(seconds[BASE]),
        "variants": {
            name: {key: round(value, 3) for key, value in each._asdict().items()}
            for name, each in quotients.items()
        },
    }


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the processor time of the steps of each variant in each round, in seconds."""
    import torch

    from sdmvae import autoencoder, params
    from sdmvae.presets import merging
    from sdmvae.training.batches import Batches
    from sdmvae.training.optimiser import Optimiser
    from sdmvae.training.settings import Settings

    torch.set_num_threads(1)
    values, _ = merging.combine("further", [])
    settings = params.Params.model_validate(values)
    generator = torch.Generator().manual_seed(0)
    frames = torch.randn(STEPS * BATCH, BINS, generator=generator).numpy()
    epochs = {}
    for name in settings.variants:
        cell = params.Cell(name=f"{name}-m{M}", variant=name, m=M)
        how = Settings.from_params(settings, params.Training(cell=cell, seed=0))
        configuration = settings.configuration(cell, BINS).model_copy(update={"hidden": [HIDDEN]})
        network = autoencoder.build(configuration, generator)
        batches = Batches(frames, BATCH, False, "cpu")
        epochs[name] = partial(Optimiser(network, how, replayed=False).train_epoch, batches, 1)
        epochs[name]()
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(rounds):
        for name, epoch in epochs.items():
            start = time.process_time()
            epoch()
            seconds[name].append(time.process_time() - start)
    return seconds


if __name__ == "__main__":
    main()
