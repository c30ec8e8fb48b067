"""The codes of all seeds -> how much of the dimensions of each cell recurs with another seed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae import params
from sdmvae.probes import stability
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from stages._common import DATA

STABILITY = DATA / "stability.csv"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        cells, seeds = settings.cells, settings.train.seeds
        rows = [
            {"cell": cell.name, **match._asdict()}
            for cell in progress(cells, "stability", len(cells), "cell")
            for match in match_cell(cell, seeds)
        ]
        with atomic_path(STABILITY) as path:
            table = pd.DataFrame(rows, columns=["cell", *stability.Match._fields])
            table.round(6).to_csv(path, index=False)
    print_done(f"stability: {len(cells)} cells with {len(seeds)} seeds", STABILITY)


def match_cell(cell: params.Cell, seeds: list[int]) -> Iterator[stability.Match]:
    """Yield the matches of each pair of seeds of a cell; none if there is one seed."""
    folders = {seed: DATA / "resynthesis" / cell.name / str(seed) for seed in seeds}
    if len(seeds) > 1:
        yield from stability.match_seeds(
            cell.name,
            {seed: np.load(folder / "codes.npy") for seed, folder in folders.items()},
            {
                seed: np.load(path)
                for seed, folder in folders.items()
                if (path := Path(folder, "dictionary.npy")).exists()
            },
        )


if __name__ == "__main__":
    main()
