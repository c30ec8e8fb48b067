"""Set all cells beside the published table: write metrics/table.md and table.csv, and print it."""

import pandas as pd

from sdmvae import corpora, params
from sdmvae.evaluation import anchors, results, tables
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from stages._common import DATA, LEFT_OUT, MANIFEST, METRICS


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, PluginError):
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
    train, stft, manifest = settings.train, settings.stft, pd.read_csv(MANIFEST)
    return tables.caption(
        corpus=settings.corpus.name,
        synthesiser=corpora.load(settings.corpus.name).synthesiser,
        sizes=tables.split_sizes(manifest),
        likelihood=train.likelihood,
        representation=train.representation,
        decode=settings.resynthesize.decode,
        settings=[
            f"encoder input {train.encoder_input}, learning rate {train.learning_rate:g}, "
            f"falling to zero in the last {train.decay:.0%} of the epochs, beta2 {train.beta2:g}",
            f"batch size {train.batch_size}, at most {train.epochs} epochs, "
            f"patience {train.patience}, {tables.describe_seeds(train.seeds)}",
            f"window {stft.window}, hop {stft.hop}, floor {stft.floor:g}",
        ],
        caution=tables.describe_narrow_speech(manifest),
    )


def _print_remarks(cells: set[str]) -> None:
    if count := int(pd.read_csv(LEFT_OUT)["recording"].notna().sum()):
        print(f"{count} recordings or parts of them were left out; {LEFT_OUT} says why")
    # The stage agreement writes the only JSON file in metrics/ that is of no cell.
    if unknown := sorted({path.stem for path in METRICS.glob("*.json")} - {*cells, "agreement"}):
        print(f"metrics/ still has cells that params.yaml does not declare: {', '.join(unknown)}")


if __name__ == "__main__":
    main()
