"""What a training step of every variant costs beside the VAE's, in one run.

Usage, from the root of the repository: python -m benchmarks.model_steps [ROUNDS]. The variants are
those of params.yaml and of presets/further.yaml, at m = 64 with made-up frames. In each round every
variant trains for STEPS steps in turn, so that other load on the machine meets all of them. A
figure is the median over rounds of the quotient with the VAE's time in the same round, with the
least and the greatest. It is of processor time, which other programs disturb less.
"""

import os
import subprocess
import sys
import time
from functools import partial

from benchmarks.measure import BATCH, BINS, HIDDEN, PINNED, M, ratios

STEPS = 60
BASE = "vae"


def main() -> None:
    """Start this program again with the arithmetic of the stages, and let it measure."""
    if os.environ.get("MODEL_STEPS") != "1":
        environment = {**os.environ, **PINNED, "MODEL_STEPS": "1"}
        command = [sys.executable, "-m", "benchmarks.model_steps", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=environment).returncode)
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 15)


def measure(rounds: int) -> None:
    """Measure all variants in turn, and print a table in Markdown."""
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
    print(f"| variant | step / step of `{BASE}`, median of {rounds} rounds (least to greatest) |")
    print("|---|--:|")
    for name, values in seconds.items():
        print(f"| `{name}` | {ratios(values, seconds[BASE], '{:.2f}')} |")


if __name__ == "__main__":
    main()
