"""The table of all cells beside the published figures, with its caption and its legend."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sdmvae.dsp.audio_file import SAMPLE_RATE
from sdmvae.evaluation.published import Published, published
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.scores.base import format_value

COLUMNS = [score for score in SCORES.values() if score.in_table]


class SplitSize(NamedTuple):
    """How many speakers and utterances one part of the corpus has."""

    speakers: int
    utterances: int


def split_sizes(manifest: pd.DataFrame) -> dict[str, SplitSize]:
    """Return the sizes of the parts train, validation and test, by name."""
    return {
        str(name): SplitSize(part["speaker"].nunique(), len(part))
        for name, part in manifest.groupby("split")
    }


def describe_narrow_speech(manifest: pd.DataFrame) -> str:
    """Return a sentence about test speech that was recorded at less than 16 kHz.

    Args:
        manifest: The manifest.

    Returns:
        The sentence; empty if there is no such speech.
    """
    rates = manifest.loc[manifest["split"] == "test", "recording_rate"]
    if (narrow := rates[rates < SAMPLE_RATE]).empty:
        return ""
    return (
        f"{len(narrow)} of {len(rates)} test utterances were recorded at "
        f"{', '.join(str(low) for low in sorted(set(narrow)))} Hz and have no energy above half of "
        f"that. Above it most bins of a frame are at the floor, so their scores cannot be compared "
        f"with those of speech recorded at {SAMPLE_RATE} Hz."
    )


def describe_seeds(seeds: Sequence[int]) -> str:
    """Return the seeds in words, and that scores are means over them if there are several."""
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    return f"seeds {', '.join(map(str, seeds))} (scores are means over the seeds)"


def table(
    cells: Iterable[Mapping[str, Any]], anchors: Mapping[str, Mapping[str, Any]] | None = None
) -> pd.DataFrame:
    """Return the table, with one row per cell and published figures beside ours.

    Args:
        cells: Cells with ``cell`` (the name), ``model``, ``arguments``, ``m`` and the keys of
            metrics/<cell>.json.
        anchors: The scores of speech that is rebuilt without a model, by the name of the anchor.

    Returns:
        First the cells that the published table has, in the order given, then the others, and then
        the anchors. A column is named by the label of its score.
    """
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for cell in cells:
        figures = published(cell["model"], cell["arguments"], cell["m"])
        rows[figures is not None].append(_row(cell["cell"], cell, figures))
    last = [_row(name, scores, None) for name, scores in (anchors or {}).items()]
    return pd.DataFrame([*rows[True], *rows[False], *last])


def _row(name: str, scores: Mapping[str, Any], figures: Published | None) -> dict[str, Any]:
    row: dict[str, Any] = {"cell": name}
    for score in COLUMNS:
        row[score.label] = scores.get(score.name)
        if score.published:
            row[f"{score.label} published"] = getattr(figures, score.published, None)
    row["scored"] = f"{format_count(scores['utterances_scored'])}/{scores['utterances']}"
    return row


def format_count(count: float) -> str:
    """Return a count as text; it is a mean over seeds if there are several."""
    return f"{count:.1f}".removesuffix(".0")


def markdown(frame: pd.DataFrame) -> str:
    """Return the table in Markdown, with a dash where there is no number."""
    digits = {score.label: score.digits for score in COLUMNS}
    text = pd.DataFrame(
        {
            title: [
                value if isinstance(value, str) else format_value(value, digits.get(str(title), 2))
                for value in column
            ]
            for title, column in frame.items()
        }
    )
    alignment = ["left", *["right"] * (frame.shape[1] - 1)]
    return str(text.to_markdown(index=False, disable_numparse=True, colalign=alignment))


def caption(
    *,
    corpus: str,
    synthesiser: str | None,
    sizes: Mapping[str, SplitSize],
    likelihood: str,
    representation: str,
    decode: str,
    settings: Sequence[str],
    caution: str = "",
) -> str:
    """Return the paragraph above the table, which says what the scores are of.

    Args:
        corpus: The name of the corpus.
        synthesiser: The name of what spoke the corpus; None for recordings of people.
        sizes: The sizes of the parts train, validation and test.
        likelihood: The name of the likelihood.
        representation: What of a frame the likelihood is of.
        decode: Whether speech is decoded from the "mean" or from a "sample" of the posterior.
        settings: Other settings to list, such as "learning rate 0.001".
        caution: A sentence to put before the sizes.
    """
    sentences = [f"Corpus `{corpus}`."]
    if synthesiser:
        sentences = [
            f"**Synthetic speech** (corpus `{corpus}`, spoken by {synthesiser}): the order of the "
            "cells may carry over to recordings of people, but the values of the scores do not."
        ]
    if likelihood == "gaussian":
        sentences.append(
            f"Gaussian likelihood of {representation}: speech is rebuilt from its mean, and the "
            "published figures are of another likelihood."
        )
    if decode == "sample":
        sentences.append("Speech is decoded from a sample of the posterior, not from its mean.")
    if caution:
        sentences.append(caution)
    counts = [
        f"{sizes[part].speakers} speakers with {sizes[part].utterances} utterances for {purpose}"
        for part, purpose in (
            ("train", "training"),
            ("validation", "validation"),
            ("test", "test"),
        )
    ]
    return " ".join([*sentences, f"{', '.join(counts)}.", f"Settings: {', '.join(settings)}."])


def legend(
    cells: Iterable[Mapping[str, Any]], importance_samples: int, anchors: Mapping[str, str]
) -> str:
    """Return the list below the table, which says what each column means.

    Args:
        cells: The cells of the table.
        importance_samples: K, how many samples of the posterior the log-likelihood uses.
        anchors: What each anchor is, by its name.
    """
    lines = [
        f"- {score.label}{f', {score.unit}' if score.unit else ''}: {score.description}"
        for score in COLUMNS
    ]
    return "\n".join(
        [
            *lines,
            f"- {SCORES['likelihood'].label}: {_describe_gain(cells, importance_samples)}",
            "- scored: This is the number of utterances that have both PESQ and STOI.",
            "- published: These are the figures of Sadeghi and Magron (Interspeech 2022) on "
            "TCD-TIMIT. Their STOI is probably the extended one.",
            *(f"- {name}: {description}" for name, description in anchors.items()),
        ]
    )


def _describe_gain(cells: Iterable[Mapping[str, Any]], importance_samples: int) -> str:
    """Return how the log-likelihood is estimated, and how much more samples add."""
    used = f"It is estimated with {importance_samples} samples of the posterior per frame"
    gains = [cell["likelihood_gain"] for cell in cells if cell["likelihood_gain"] is not None]
    fewer = importance_samples // 4
    if not gains or not fewer:
        return f"{used}. More samples raise it."
    low, high = (SCORES["likelihood_gain"].format(each) for each in (min(gains), max(gains)))
    return (
        f"{used}, which gave {low} to {high} nats more than {fewer} samples. More samples raise it "
        "further."
    )
