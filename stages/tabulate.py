"""Set all cells beside the published table: write metrics/table.md and table.csv, and print it."""

import pandas as pd

from sdmvae import params
from sdmvae.evaluation import anchors, results, tables
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, LEFT_OUT, MANIFEST, METRICS


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        cells = results.read_cells(settings, DATA)
        table = tables.table(cells, results.read_anchors(DATA))
        legend = tables.legend(cells, settings.resynthesize.importance_samples, anchors.ANCHORS)
        text = "\n\n".join([_caption(settings), tables.markdown(table), legend]) + "\n"
        with atomic_path(METRICS / "table.md") as path:
            path.write_text(text)
        with atomic_path(METRICS / "table.csv") as path:
            table.to_csv(path, index=False)
        print(text)
        _print_remarks({cell.name for cell in settings.cells})
    print_done(f"tabulate: {len(cells)} cells", METRICS / "table.md", METRICS / "table.csv")


def _caption(settings: params.Params) -> str:
    train, stft = settings.train, settings.stft
    return tables.caption(
        corpus=settings.corpus.name,
        sizes=tables.split_sizes(pd.read_csv(MANIFEST)),
        likelihood=train.likelihood,
        representation=train.representation,
        decode=settings.resynthesize.decode,
        settings=[
            f"encoder input {train.encoder_input}, learning rate {train.learning_rate:g}",
            f"batch size {train.batch_size}, at most {train.epochs} epochs",
            f"patience {train.patience}, seed {train.seed}",
            f"window {stft.window}, hop {stft.hop}, floor {stft.floor:g}",
        ],
    )


def _print_remarks(cells: set[str]) -> None:
    left_out = pd.read_csv(LEFT_OUT, keep_default_na=False)
    if count := int((left_out["recording"] != "").sum()):
        print(f"{count} recordings of the corpus were left out; {LEFT_OUT} says why")
    if unknown := sorted({path.stem for path in METRICS.glob("*.json")} - cells):
        print(f"metrics/ still has cells that params.yaml does not declare: {', '.join(unknown)}")


if __name__ == "__main__":
    main()
