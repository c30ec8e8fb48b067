"""What the page says of a run with more epochs: whether training had settled before."""

from statistics import fmean

from tools.results.formatting import label, signed, table, told_difference
from tools.results.json_file import File
from tools.results.recipes_section import WITHIN, within_table
from tools.results.run_texts import format_epochs


def longer_table(file: File) -> str:
    """Return a table with one row per cell: what more epochs change.

    Args:
        file: A comparison of runs. The first other run has more epochs than the base, and the same
            frames.
    """
    base, other = file["base"], file["others"][0]
    header = ["cell", "best epochs", "best validation loss, nats per frame", *map(label, WITHIN)]
    rows = []
    for name, cell in other["cells"].items():
        losses = [fmean(run["cells"][name]["training"]["loss"]) for run in (base, other)]
        own = {"differences": other["differences"][name]}
        rows.append(
            [
                f"`{name}`",
                f"{format_epochs(cell['training']['best'])} of "
                f"{format_epochs(cell['training']['epochs'])}",
                signed(losses[1] - losses[0], "likelihood"),
                *(told_difference(own, score) for score in WITHIN),
            ]
        )
    return table(header, rows)


def conclusions_table(file: File) -> str:
    """Return a table of what differs between SDM-VAE and the VAE after either number of epochs.

    Args:
        file: A comparison of runs, as in `longer_table`.
    """
    epochs = file["others"][0]["changes"]["train.epochs"]
    return within_table(file, [*map(str, epochs)], "epochs")
