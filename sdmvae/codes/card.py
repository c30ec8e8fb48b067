"""The model card of an exported cell, in Markdown."""

from collections.abc import Mapping
from typing import Any

from sdmvae.codes.about import About
from sdmvae.evaluation.scores import SCORES
from sdmvae.params import CellConfiguration

LISTED = (
    *("pesq", "stoi", "estoi", "log_spectral_distance", "hoyer", "hoyer_above_gaussian"),
    *("effective_dims", "likelihood", "energy_distance_fitted"),
)

TEXT = """\
# {name}

This is a variational autoencoder of speech spectra, trained by `sdmvae`, a workbench for sparse
variational autoencoders of speech. It turns each frame of speech into a code of {dims} numbers, and
codes back into power spectra.

- model: `{model}` with {arguments}
- latent dimension: {m}; hidden layers: {hidden}
- speech: one channel at {rate} Hz; a frame of {window} samples every {hop} samples ({period:g} ms)
- trained with the seed {seed} on {training}

## Scores over test speech

{scores}

Test speech is from the same corpus, of speakers who are not in training. ± is the standard
deviation over seeds, where the cell was trained with several.

## How to load it

```python
import sdmvae

cell = sdmvae.load("path/of/this/folder")
codes = cell.encode("speech.wav")  # codes.values has the shape (frames, {dims})
speech = cell.decode(codes)  # samples at {rate} Hz, with the phase of the original
```

No file is a pickle. `export.json` has the SHA-256 of every file, and `sdmvae.load` refuses a folder
in which a file differs.

## Limits

{caution}
It was made to compare models. It was not tested with noisy or reverberant speech, with music, or
for the recognition of speakers.

## Licence

MIT, as the program that trained it. The licence of the training speech is that of its corpus.
"""


def write(
    about: About,
    configuration: CellConfiguration,
    dims: int,
    deviations: Mapping[str, Any],
) -> str:
    """Return the text of the card.

    Args:
        about: Where the cell comes from.
        configuration: Its configuration, with a transform.
        dims: How many numbers a code has.
        deviations: By the name of a score, its standard deviation over seeds; empty for one seed.
    """
    transform = configuration.transform
    assert transform is not None
    training = f"the corpus {about.corpus}" if about.corpus else "a corpus that is not known"
    if about.synthesiser:
        training += f", which is synthetic speech, spoken by {about.synthesiser}"
    arguments = ", ".join(f"{key} = {value}" for key, value in configuration.arguments.items())
    return TEXT.format(
        name=about.name,
        dims=dims,
        model=configuration.model,
        arguments=arguments or "no arguments",
        m=configuration.m,
        hidden=", ".join(map(str, configuration.hidden)),
        rate=transform.rate,
        window=transform.window,
        hop=transform.hop,
        period=1000 * transform.hop / transform.rate,
        seed=about.seed,
        training=training,
        scores=_scores(about, deviations),
        caution=(
            "It has heard synthetic speech only, and recordings of people may come out worse."
            if about.synthesiser
            else "It has heard the speech of one corpus only."
        ),
    )


def _scores(about: About, deviations: Mapping[str, Any]) -> str:
    rows = []
    for score in (SCORES[name] for name in LISTED):
        if about.scores.get(score.name) is not None:
            spread = deviations.get(score.name)
            shown = score.format(about.scores[score.name])
            shown += f" ± {score.format(spread)}" if spread is not None else ""
            better = f", {score.better} is better" if score.better else ""
            rows.append(f"- {score.label}: {' '.join([shown, score.unit]).strip()}{better}")
    return "\n".join(rows) or "None were computed."
