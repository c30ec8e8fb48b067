"""Part of the page: how large each cell is and how long it was trained, in units of no machine."""

from collections.abc import Mapping
from typing import Any

from sdmvae.evaluation.results import Results

PARTS = {"encoder": "encoder", "model": "latent model", "decoder": "decoder"}


def build_section(results: Results) -> dict[str, Any]:
    """Return what sizes.html shows: the names of the parts, and a row for each cell.

    The epochs are all that were trained with the first seed, also those after the best one.

    Args:
        results: The outputs of the run.

    Raises:
        saved.WeightsError: The weights of a cell cannot be read.
    """
    counts = {cell["cell"]: count_parameters(results, cell) for cell in results.cells}
    train = results.manifest[results.manifest["split"] == "train"]
    return {
        "parts": list(PARTS.values()),
        "minutes": f"{train['seconds'].sum() / 60:.1f}",
        "rows": [
            {
                "cell": name,
                "counts": list(parts.values()),
                "total": sum(parts.values()),
                "epochs": len(results.curves[name]),
            }
            for name, parts in counts.items()
        ],
    }


def count_parameters(results: Results, cell: Mapping[str, Any]) -> dict[str, int]:
    """Return how many trained parameters each of `PARTS` of a cell has.

    A fixed dictionary and the statistics of a model are not trained, so they do not count.
    """
    # Only processes that read weights load torch.
    from sdmvae.training import saved

    autoencoder = saved.load(results.weights(cell["cell"]))
    return {
        part: sum(
            weights.numel()
            for weights in getattr(autoencoder, part).parameters()
            if weights.requires_grad
        )
        for part in PARTS
    }
