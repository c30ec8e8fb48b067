"""Made-up targets of test frames, and made-up values of probes, on disk as the pipeline does it."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae.params import Params
from sdmvae.probes import inputs, labels, targets
from sdmvae.probes.comparison import LOG_POWER
from sdmvae.probes.measure import Measured

FRAMES = 60  # of each utterance
NOISE = 0.001  # the standard deviation of a value, besides its effect


def write_probes(
    data: Path,
    settings: Params,
    utterances: Sequence[tuple[str, str, str]],
    *,
    effects: Mapping[str, float] | None = None,
    phones: Sequence[str] = (),
) -> None:
    """Write the targets, the values of all probes and the stability of a run.

    Args:
        data: The folder of all outputs.
        settings: The checked parameters.
        utterances: The path, the speaker and the name of each test utterance.
        effects: By cell, how much its values are above those of others, which are 0.5.
        phones: The phones, one after the other in each utterance.
    """
    random = np.random.default_rng(0)
    table = make_targets(utterances, phones)
    folder = data / "targets"
    folder.mkdir()
    targets.write(table, folder / "frames.csv")
    reasons = pd.DataFrame(
        list(targets.explain_left_out(table).items()), columns=["target", "reason"]
    )
    reasons.to_csv(folder / "left_out.csv", index=False)
    names, speakers = list(targets.find_chances(table)), sorted(set(table["speaker"]))

    def write(path: Path, given: Mapping[str, Sequence[int | None]], effect: float) -> None:
        rows = [
            (name, kept, target, speaker, 0.5 + effect + NOISE * random.standard_normal())
            for name, counts in given.items()
            for kept in counts
            for target in names
            for speaker in speakers
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = ["input", "k", "target", "speaker", "value"]
        values = pd.DataFrame(rows, columns=columns).astype({"k": "Int64"})
        values.to_csv(path, index=False)

    for training in settings.trainings:
        dims = settings.variants[training.cell.variant].arguments.get("atoms", training.cell.m)
        kept = [*(count for count in inputs.KEPT if count < dims), None]
        write(
            data / "probes" / f"{training.folder}.csv",
            {inputs.CODE: kept, inputs.SIGNAL_TO_NOISE: [None]},
            (effects or {}).get(training.cell.name, 0.0),
        )
    for m in {cell.m for cell in settings.cells}:
        kept = [*(count for count in inputs.KEPT if count < m), None]
        write(data / "references" / f"{inputs.name_pca(m)}.csv", {inputs.PCA: kept}, 0.01)
    write(data / "references" / f"{LOG_POWER}.csv", {inputs.LOG_POWER: [None]}, 0.2)
    pairs = combinations(settings.train.seeds, 2)
    rows = [(cell.name, "codes", *pair, 0.8, 0.4) for pair in pairs for cell in settings.cells]
    columns = ["cell", "of", "first", "second", "matched", "control"]
    pd.DataFrame(rows, columns=columns).to_csv(data / "stability.csv", index=False)


def make_targets(
    utterances: Sequence[tuple[str, str, str]], phones: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the targets of utterances with `FRAMES` frames each.

    Args:
        utterances: The path, the speaker and the name of each utterance.
        phones: The phones, one after the other in each utterance.
    """
    random = np.random.default_rng(0)
    table = pd.DataFrame(utterances, columns=["path", "speaker", "utterance"])
    measured = [
        Measured(random.choice([0.0, 100.0, 200.0], FRAMES), random.standard_normal(FRAMES))
        for _ in utterances
    ]
    starts = np.arange(len(phones)) * FRAMES / max(1, len(phones))
    spoken = pd.concat(
        [
            pd.DataFrame({"path": path, "start": starts, "phone": list(phones)})
            for path in table["path"]
        ]
    )
    sexes = {speaker: "female" for speaker in table["speaker"]}
    return labels.tabulate(table, measured, spoken, sexes, seconds_per_frame=1.0)
