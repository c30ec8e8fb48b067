"""All probes -> metrics/probes.csv: means over seeds, and differences from the VAE."""

import pandas as pd

from sdmvae import params
from sdmvae.probes import comparison, targets
from sdmvae.report.variants import find_baselines
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, METRICS, TARGETS

TABLE = METRICS / "probes.csv"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        baselines = find_baselines(comparison.describe_cells(settings))
        tables = comparison.read_tables(settings, DATA)
        probed = comparison.compare(tables, baselines, settings.compare.error)
        chances = targets.find_chances(targets.read(TARGETS / "frames.csv"))
        with atomic_path(TABLE) as path:
            comparison.tabulate(probed, baselines, chances).round(6).to_csv(path, index=False)
        print_left_out()
    print_done(f"tabulate_probes: {len(probed)} probes of {len(tables)} codes", TABLE)


def print_left_out() -> None:
    """Print which targets are left out and why."""
    rows = pd.read_csv(TARGETS / "left_out.csv").itertuples(index=False, name=None)
    for target, reason in rows:
        print(f"tabulate_probes: {target} is left out: {reason}")


if __name__ == "__main__":
    main()
