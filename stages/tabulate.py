"""All cells -> metrics/table.md and .csv, beside the published table; prints it."""

from pathlib import Path

import pandas as pd

from sdmvae import params
from sdmvae.evaluation import tables
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import scored_cell

MANIFEST, LEFT_OUT = Path("data/manifest.csv"), Path("data/left_out.csv")
METRICS = Path("metrics")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        table = tables.table([scored_cell(settings, cell) for cell in settings.cells])
        text = "\n\n".join([_caption(settings), tables.markdown(table), _legend(settings)]) + "\n"
        with atomic_path(METRICS / "table.md") as path:
            path.write_text(text)
        with atomic_path(METRICS / "table.csv") as path:
            table.to_csv(path, index=False)
    print(text)
    _report(settings)
    print_done(f"tabulate: {len(table)} cells", METRICS / "table.md", METRICS / "table.csv")


def _caption(settings: params.Params) -> str:
    manifest = pd.read_csv(MANIFEST)
    parts = manifest.groupby("split")
    speakers, utterances = parts["speaker"].nunique(), parts.size()
    counts = ", ".join(
        f"{speakers[part]} speakers with {utterances[part]} utterances for {use}"
        for part, use in (("train", "training"), ("validation", "validation"), ("test", "test"))
    )
    corpus = settings.corpus.name
    what = (
        "**Synthetic speech** (corpus `synthetic`, eSpeak NG): orderings may carry over to real "
        "speech, absolute scores do not."
        if corpus == "synthetic"
        else f"Corpus `{corpus}`."
    )
    train, stft = settings.train, settings.stft
    if train.likelihood == "gaussian":
        what += (
            f" Gaussian likelihood of {train.representation}: speech is rebuilt from its mean, and "
            "the published figures are of another likelihood."
        )
    if settings.resynthesize.decode == "sample":
        what += " Speech is decoded from a sample of the posterior, not from its mean."
    return (
        f"{what} {counts}. Encoder input {train.encoder_input}, learning rate "
        f"{train.learning_rate:g}, batch {train.batch_size}, at most {train.epochs} epochs, "
        f"patience {train.patience}, seed {train.seed}; window {stft.window}, hop {stft.hop}, "
        f"floor {stft.floor:g}."
    )


def _legend(settings: params.Params) -> str:
    return (
        "PESQ is raw P.862, Hoyer the mean over frames of the mean code's; published figures are "
        "those of Sadeghi and Magron (Interspeech 2022) on TCD-TIMIT, whose STOI is probably the "
        "extended one. Hoyer normalised divides each dimension by its standard deviation; active "
        "counts dimensions with over 1 % of the largest variance; IWAE is the importance-weighted "
        f"bound of {settings.resynthesize.importance_samples} samples, nats a frame; scored counts "
        "utterances."
    )


def _report(settings: params.Params) -> None:
    left_out = pd.read_csv(LEFT_OUT, keep_default_na=False)
    files = left_out[left_out["recording"] != ""]
    if len(files):
        print(f"{len(files)} files of the corpus were left out; {LEFT_OUT} says why")
    names = {cell.name for cell in settings.cells}
    if stale := sorted(each.stem for each in METRICS.glob("*.json") if each.stem not in names):
        print(f"metrics/ still holds cells that params.yaml no longer names: {', '.join(stale)}")


if __name__ == "__main__":
    main()
