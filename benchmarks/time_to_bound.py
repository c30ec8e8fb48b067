"""How long the authors' loop and ours take to the authors' best validation loss.

Usage, from the root of the repository, on a machine that does nothing else:

    python -m benchmarks.time_to_bound AUTHORS_FOLDER OUR_FOLDER [--json PATH]

Each folder is the root of a project with the frames of the same speech: one has the recipe of the
authors in its params.yaml, the other one ours. Their trained cells are not needed, because
docs/results/recipes.json says in which epoch the recipe of the authors reaches its best validation
loss of `CELL`. Ours is trained here until it reaches this loss, which is looked at after every part
of an epoch. The time of an epoch is measured here: some steps
of the authors' loop, as benchmarks/loops_of_others.py states it again, and an epoch of ours, in
turn and on one core. The authors' loop needs librosa: pip install ".[peers]".

The time of the authors is extended from these steps to an epoch, and from an epoch to all of them.
No time includes the validation after an epoch.
"""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import epoch_times
from benchmarks.epoch_times import RunsError
from benchmarks.epochs_to_loss import PARTS, find_epochs_to_loss
from benchmarks.measure import spread
from sdmvae import params
from sdmvae.runtime.messages import exit_on
from tools.results.json_file import RESULTS

CELL, SEED = "vae-m32", 0
RECORDED = RESULTS / "recipes.json"


class Epochs(NamedTuple):
    """After how many epochs two recipes reach the authors' best validation loss.

    Attributes:
        loss: This loss, in nats per frame.
        authors: The epoch of the authors' recipe.
        ours: The epochs of our recipe, a multiple of 1 / `PARTS`.
    """

    loss: float
    authors: int
    ours: float


def main() -> None:
    """Measure on one core, and print and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("authors", type=Path, help="the project with the authors' recipe")
    parser.add_argument("ours", type=Path, help="the project with our recipe")
    parser.add_argument("--rounds", type=int, default=7, help="the number of rounds")
    parser.add_argument("--steps", type=int, default=300, help="the authors' steps in each round")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    arguments = parser.parse_args()
    # The worker process of the authors' loop shares this core.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with exit_on(params.ParameterError, RunsError):
        epochs = find_epochs(RECORDED, arguments.ours)
        loops = epoch_times.prepare(arguments.authors, arguments.ours, CELL, SEED, arguments.steps)
        seconds = epoch_times.measure(loops, arguments.rounds, epoch_times.SECONDS_OF_REST)
    summary = {"cell": CELL, "steps": arguments.steps, **summarise(epochs, seconds)}
    print(describe(summary))
    if arguments.json:
        arguments.json.write_text(json.dumps(summary, indent=1) + "\n")


def find_epochs(recorded: Path, ours: Path) -> Epochs:
    """Return the epochs of the authors' recipe as recorded, and train with ours to find its own.

    Args:
        recorded: The file that compares the two recipes.
        ours: The root of the project with our recipe.

    Raises:
        ParameterError: params.yaml cannot be used.
        RunsError: Our recipe never reaches the loss.
        OSError: The file or the frames are missing.
    """
    base = json.loads(recorded.read_text(encoding="utf-8"))["base"]
    training, number = base["cells"][CELL]["training"], base["seeds"].index(SEED)
    epoch, loss = training["best"][number], training["loss"][number]
    settings = params.read(ours / "params.yaml")
    cell = epoch_times.find_cell(ours, settings, CELL)
    reached = find_epochs_to_loss(ours, params.Training(cell=cell, seed=SEED), loss)
    if reached is None:
        raise RunsError(
            f"{ours}: {CELL} never reaches the best validation loss of the authors' recipe, {loss} "
            "nats per frame: train it for more epochs"
        )
    return Epochs(loss, epoch, reached)


def summarise(epochs: Epochs, seconds: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return the times to the loss and their quotient, as JSON holds them.

    Args:
        epochs: The epochs of both recipes.
        seconds: By "authors" and "ours", the seconds of an epoch in each round.

    Returns:
        The ``loss``; for both the ``epochs``, the ``seconds_per_epoch`` and the ``seconds``; and
        the ``quotient`` of the seconds of the same round, the authors' over ours. All but the
        epochs have the median, the least and the greatest of the rounds.
    """
    totals = {name: [getattr(epochs, name) * each for each in seconds[name]] for name in seconds}
    return {
        "loss": epochs.loss,
        "rounds": len(totals["ours"]),
        **{
            name: {
                "epochs": getattr(epochs, name),
                "seconds_per_epoch": _spread(seconds[name]),
                "seconds": _spread(totals[name]),
            }
            for name in ("authors", "ours")
        },
        "quotient": _spread(totals["authors"], totals["ours"]),
    }


def describe(summary: Mapping[str, Any]) -> str:
    """Return the figures as text."""
    lines = [
        f"{summary['cell']}: time to {summary['loss']:.1f} nats per frame on validation speech, "
        f"{summary['rounds']} rounds: median (least to greatest)"
    ]
    for name, text in (("authors", "authors' loop"), ("ours", "ours")):
        each = summary[name]
        lines.append(
            f"{text}: {each['epochs']:g} epochs of {_show(each['seconds_per_epoch'])} s: "
            f"{_show(each['seconds'])} s"
        )
    lines.append(f"authors' loop / ours: {_show(summary['quotient'])}")
    lines.append(
        f"The time of the authors' loop is extended from {summary['steps']} steps in each round, "
        f"and ours from one epoch, of which {PARTS} parts are told apart. No time includes "
        "validation."
    )
    return "\n".join(lines)


def _spread(values: Sequence[float], others: Sequence[float] | None = None) -> dict[str, float]:
    found = spread(values, others or [1.0] * len(values))
    return {key: round(value, 4) for key, value in found._asdict().items()}


def _show(each: Mapping[str, float]) -> str:
    return f"{each['median']:.1f} ({each['least']:.1f} to {each['greatest']:.1f})"


if __name__ == "__main__":
    main()
