"""One cell and seed -> what its codes tell of each target, as one value for each speaker."""

import pandas as pd

from sdmvae import params
from sdmvae.evaluation.outputs import read_outputs
from sdmvae.probes import inputs, probe, targets
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, TARGETS, declared_training


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        training = declared_training(params.read())
        resynthesis = DATA / "resynthesis" / training.folder
        outputs = read_outputs(resynthesis, pd.read_csv(resynthesis / "bounds.csv"))
        table = targets.read(TARGETS / "frames.csv")
        rows = probe.find_rows(table, outputs.utterances)
        given = inputs.list_inputs(inputs.CODE, outputs.codes[rows])
        if (ratios := outputs.signal_to_noise) is not None:
            given.append(inputs.Input(inputs.SIGNAL_TO_NOISE, None, ratios[rows].astype(float)))
        values = probe.probe(given, table)
        target = DATA / "probes" / f"{training.folder}.csv"
        with atomic_path(target) as path:
            values.round(6).to_csv(path, index=False)
    print_done(f"probe {training.name}: {len(given)} inputs, {len(table)} frames", target)


if __name__ == "__main__":
    main()
