"""What the page says of runs that differ from a base run in one setting each."""

from collections.abc import Iterator, Mapping, Sequence

from tools.results.formatting import (
    is_told,
    join_words,
    label,
    plain,
    signed,
    table,
    told_difference,
)
from tools.results.json_file import Cell, File, Run
from tools.results.kept_quality import SPARSITY
from tools.results.run_texts import describe_changes, format_epochs

VAE, SDM = "vae", "sdm"
MODELS: Sequence[tuple[str, Mapping[str, str]]] = ((VAE, {}), (SDM, {"dictionary": "identity"}))
SHOWN = ("pesq", "hoyer")


def settings_table(file: File) -> str:
    """Return a table with one row per setting: its differences from the base run.

    The first row has the scores of the base run. The last columns are differences between two cells
    of the same run, if the base run has both.
    """
    runs = [file["base"], *file["others"]]
    columns = [(score, cell) for score in SHOWN for cell in find_references(file)]
    within = [(SPARSITY, SDM), ("pesq", VAE)]
    within = [(score, model) for score, model in within if find_within(file["base"], model)]
    header = [
        "setting",
        "best epoch",
        *(f"{label(score)}, `{cell}`" for score, cell in columns),
        *(_name_pair(file["base"], score, model) for score, model in within),
    ]
    rows = []
    for run in runs:
        is_base = run is file["base"]
        shown = (_show_mean if is_base else _show_difference)(run, columns)
        pairs = [(score, next(iter(find_within(run, model)), None)) for score, model in within]
        rows.append(
            [
                "the base run" if is_base else describe_changes(run),
                _describe_epochs(run),
                *shown,
                *(told_difference(each, score) if each else "–" for score, each in pairs),
            ]
        )
    return table(header, rows)


def describe_design(file: File) -> str:
    """Return a sentence on how the runs differ from the base run."""
    if any("split.train" in other["changes"] for other in file["others"]):
        return (
            "Each run differs from the base run in one setting; runs with fewer training speakers "
            "also have more epochs, so that they make about as many steps."
        )
    return "Each run differs from the base run in one setting."


def describe_strongest(file: File) -> str:
    """Return sentences on which setting moves the VAE most, and on the paper's conclusion."""
    sentences = []
    for cell in find_references(file)[:1]:
        for score in SHOWN:
            found = {
                describe_changes(other): other["differences"].get(cell, {}).get(score)
                for other in file["others"]
            }
            told = {name: each["value"] for name, each in found.items() if each and is_told(each)}
            if told:
                name = max(told, key=lambda key: abs(told[key]))
                moved = signed(told[name], score)
                sentences.append(f"The {label(score)} of `{cell}` moves most by {name}: {moved}.")
            else:
                sentences.append(f"No setting is shown to move the {label(score)} of `{cell}`.")
    return " ".join([*sentences, *_describe_conclusions(file)])


def describe_epochs(file: File) -> str:
    """Return a sentence on whether the best epoch or the last one is taken matters."""
    trainings = [
        cell["training"]
        for run in (file["base"], *file["others"])
        for cell in run["cells"].values()
    ]
    pairs = [pair for each in trainings for pair in zip(each["best"], each["epochs"], strict=True)]
    last = sum(best == epochs for best, epochs in pairs)
    return (
        f"Best or last epoch: the best one is the last one in {last} of the {len(pairs)} trainings "
        "of these runs."
    )


def describe_measures(file: File, agreement: Mapping[str, float]) -> str:
    """Return sentences on what the choice between two kinds of a score changes.

    Args:
        file: The comparison with the base run.
        agreement: What `compute.summarise` returns of the run with the cells of the paper.
    """
    stoi, estoi = (
        signed(agreement[f"{name}_mean_difference"], "estoi") for name in ("stoi", "estoi")
    )
    sentences = [
        f"STOI or ESTOI: over {agreement['stoi_cells']} cells, our STOI minus the published STOI "
        f"is {stoi} on average, and our ESTOI minus it is {estoi}; the authors' code computes "
        "ESTOI by default."
    ]
    for pair in find_within(file["base"], SDM):
        raw, above = (told_difference(pair, score) for score in ("hoyer", SPARSITY))
        sentences.append(
            f"Hoyer raw or normalised: `{pair['cell']}` minus `{pair['base']}` of the base run is "
            f"{raw} in Hoyer, and {above} after each dimension is divided by its standard "
            "deviation."
        )
    return " ".join(sentences)


def describe_growth(file: File, authors: Run | None = None) -> str:
    """Return sentences on what the PESQ of the VAE gains with a larger m: published, and by run.

    Args:
        file: A comparison of runs that have the VAE with two latent dimensions.
        authors: A run with the recipe of the authors, which may lack one of the two.
    """
    base = file["base"]
    pair = find_within(base, VAE)[0]
    figures = [base["cells"][pair[end]]["published"]["pesq"] for end in ("cell", "base")]
    found = []
    runs = [("the default recipe", base)]
    runs += [(describe_changes(run), run) for run in file["others"]]
    runs += [("the authors' recipe", authors)] if authors else []
    for recipe, run in runs:
        found += [f"{told_difference(own, 'pesq')} with {recipe}" for own in find_within(run, VAE)]
    return (
        f"The PESQ of `{pair['cell']}` minus that of `{pair['base']}` is "
        f"{signed(figures[0] - figures[1], 'pesq')} in the paper. Here it is {join_words(found)}."
    )


def find_references(file: File) -> list[str]:
    """Return the first VAE, and the first SDM-VAE with the identity, of the base run."""
    found = []
    for model, arguments in MODELS:
        names = [
            name
            for name, cell in file["base"]["cells"].items()
            if (cell["model"], cell["arguments"]) == (model, arguments)
        ]
        found += names[:1]
    return found


def find_within(run: Run, model: str) -> list[Cell]:
    """Return the differences between two cells of a run whose first cell has a model."""
    return [each for each in run["within"] if each["model"] == model]


def _describe_conclusions(file: File) -> Iterator[str]:
    """Yield a sentence on in how many comparisons SDM-VAE is sparser than the VAE."""
    pairs = [each for run in (file["base"], *file["others"]) for each in find_within(run, SDM)]
    for score in ("hoyer", SPARSITY):
        found = [each["differences"][score] for each in pairs if score in each["differences"]]
        higher = [each for each in found if each["verdict"] == "higher"]
        if found:
            yield (
                f"SDM-VAE is shown to be sparser than the VAE of the same run by {label(score)} in "
                f"{len(higher)} of {len(found)} comparisons."
            )


def _show_mean(run: Run, columns: Sequence[tuple[str, str]]) -> list[str]:
    return [plain(run["cells"][cell]["scores"][score]["mean"], score) for score, cell in columns]


def _show_difference(run: Run, columns: Sequence[tuple[str, str]]) -> list[str]:
    cells = {cell: {"differences": run["differences"].get(cell, {})} for _, cell in columns}
    return [told_difference(cells[cell], score) for score, cell in columns]


def _name_pair(base: Run, score: str, model: str) -> str:
    first = find_within(base, model)[0]
    return f"{label(score)}, `{first['cell']}` − `{first['base']}`"


def _describe_epochs(run: Run) -> str:
    """Return the best epochs of the first cell, and how many epochs it was trained."""
    training = next(iter(run["cells"].values()))["training"]
    return f"{format_epochs(training['best'])} of {format_epochs(training['epochs'])}"
