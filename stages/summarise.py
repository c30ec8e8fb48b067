"""One cell, the scores of all its seeds -> metrics/<cell>.json, with means and deviations."""

import json

from sdmvae import params
from sdmvae.evaluation import over_seeds
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, METRICS, declared_cell


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        cell = declared_cell(settings).name
        target = METRICS / f"{cell}.json"
        summaries = [
            json.loads((DATA / "scores" / cell / str(seed) / "summary.json").read_text())
            for seed in settings.train.seeds
        ]
        with atomic_path(target) as path:
            path.write_text(json.dumps(over_seeds.summarise(summaries), indent=2) + "\n")
    seeds = ", ".join(map(str, settings.train.seeds))
    print_done(f"summarise {cell}: seeds {seeds}", target)


if __name__ == "__main__":
    main()
