"""What the pages say of runs with more epochs: whether training had settled before."""

from collections.abc import Iterator
from statistics import fmean

from tools.results.formatting import join_words, label, signed, table, told_difference
from tools.results.json_file import Cell, File, Run
from tools.results.kept_quality import SPARSITY
from tools.results.recipes_section import WITHIN
from tools.results.run_texts import format_epochs
from tools.results.settings_section import SDM, find_within


def longer_table(file: File) -> str:
    """Return a table with one row per run and cell: what more epochs change.

    Args:
        file: A comparison of runs. Each other run has more epochs than the base, and the same
            frames.
    """
    header = ["epochs", "cell", "best epochs", "best validation loss, nats per frame"]
    rows = []
    for other in file["others"]:
        for name, cell in other["cells"].items():
            losses = [
                fmean(run["cells"][name]["training"]["loss"]) for run in (file["base"], other)
            ]
            rows.append(
                [
                    str(_count_epochs(other)),
                    f"`{name}`",
                    format_epochs(cell["training"]["best"]),
                    signed(losses[1] - losses[0], "likelihood"),
                    *(told_difference(_find_cell(other, name), score) for score in WITHIN),
                ]
            )
    return table([*header, *map(label, WITHIN)], rows, texts=2)


def conclusions_table(file: File) -> str:
    """Return a table of what differs between SDM-VAE and the VAE after each number of epochs.

    Args:
        file: A comparison of runs, as in `longer_table`.
    """
    rows = [
        [
            f"`{pair['cell']}` − `{pair['base']}`",
            str(epochs),
            *(told_difference(pair, score) for score in WITHIN),
        ]
        for pairs in _find_conclusions(file)
        for epochs, pair in pairs
    ]
    return table(["difference", "epochs", *map(label, WITHIN)], rows, texts=2)


def describe_gains(file: File) -> str:
    """Return a sentence on how the PESQ of each cell differs with more epochs."""
    found = []
    for other in file["others"]:
        cells = [
            f"{told_difference(_find_cell(other, name), 'pesq')} for `{name}`"
            for name in other["cells"]
        ]
        found.append(f"with {_count_epochs(other)} epochs by {join_words(cells)}")
    return f"The PESQ differs from that with {list_epochs(file)[0]} epochs: {'; '.join(found)}."


def describe_conclusions(file: File) -> str:
    """Return sentences on how SDM-VAE differs from the VAE after each number of epochs."""
    sentences = []
    for score in ("pesq", SPARSITY):
        found = []
        for pairs in _find_conclusions(file):
            numbers = [f"{told_difference(pair, score)} with {epochs}" for epochs, pair in pairs]
            first = pairs[0][1]
            found.append(f"`{first['cell']}` − `{first['base']}` is {join_words(numbers)} epochs")
        sentences.append(f"In {label(score)}, {'; '.join(found)}.")
    return " ".join(sentences)


def list_epochs(file: File) -> list[int]:
    """Return the number of epochs of the base run, and of each other run."""
    before = file["others"][0]["changes"]["train.epochs"][0]
    return [before, *map(_count_epochs, file["others"])]


def list_cells(file: File) -> set[str]:
    """Return the names of the cells that were trained longer."""
    return {name for other in file["others"] for name in other["cells"]}


def _find_conclusions(file: File) -> Iterator[list[tuple[int, Cell]]]:
    """Yield SDM-VAE minus the VAE with each number of epochs, for pairs that have more than one."""
    runs = [*zip(list_epochs(file), (file["base"], *file["others"]), strict=True)]
    for name in (pair["cell"] for pair in find_within(file["base"], SDM)):
        pairs = [
            (epochs, pair)
            for epochs, run in runs
            for pair in find_within(run, SDM)
            if pair["cell"] == name
        ]
        if len(pairs) > 1:
            yield pairs


def _count_epochs(other: Run) -> int:
    return int(other["changes"]["train.epochs"][1])


def _find_cell(other: Run, name: str) -> Cell:
    return {"cell": name, "differences": other["differences"][name]}
