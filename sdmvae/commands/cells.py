"""The command that lists the trained cells with their scores."""

import argparse

from sdmvae.codes import about, finding

HELP = "list the trained cells with their mean scores over test speech"
EXAMPLE = "sdmvae cells"
NAMES = ("pesq", "stoi", "estoi", "hoyer", "hoyer_above_gaussian", "likelihood")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def check(arguments: argparse.Namespace) -> None:
    """Refuse a working directory without trained cells."""
    if not finding.list_cells():
        raise finding.CellError(f"{finding.MODELS}: holds no trained cell: run the pipeline first")


def run(arguments: argparse.Namespace) -> None:
    """Print one row per cell and seed, and what the training speech was."""
    import tabulate

    from sdmvae.evaluation.scores import SCORES

    known = [about.read(files) for files in finding.list_cells()]
    scores = [SCORES[name] for name in NAMES]
    headers = [f"{score.label} ({score.unit})" if score.unit else score.label for score in scores]
    rows = [
        [each.name, each.seed, *(score.format(each.scores.get(score.name)) for score in scores)]
        for each in known
    ]
    align = ["left", *("right" for _ in range(1 + len(scores)))]
    headers = ["cell", "seed", *headers]
    print(tabulate.tabulate(rows, headers, "plain", disable_numparse=True, colalign=align))
    for corpus, synthesiser in dict.fromkeys((each.corpus, each.synthesiser) for each in known):
        speech = f"synthetic speech, spoken by {synthesiser}" if synthesiser else "recordings"
        print(f"trained and tested on the corpus {corpus or 'that is not known'}: {speech}")
