"""The scores of a cell, over all the seeds that it was trained with."""

from collections.abc import Sequence
from statistics import fmean, stdev

Number = float | int | None
Summary = dict[str, Number]

# These count speech and frames, and say nothing about training.
COUNTS = ("utterances", "utterances_scored", "frames", "frames_all_zero")


def summarise(summaries: Sequence[Summary]) -> Summary:
    """Return the mean of each number over seeds, and its standard deviation with R - 1 under it.

    Args:
        summaries: What the score stage writes of each of the R seeds: the same names in all.

    Returns:
        The means by name, and the standard deviations by ``<name>_sd``, except of the counts. With
        one seed there are no standard deviations. A number that one seed lacks is None. ``seeds``
        is R.
    """
    result: Summary = {}
    for name in summaries[0]:
        values = [value for summary in summaries if (value := summary[name]) is not None]
        is_complete = len(values) == len(summaries)
        result[name] = _shorten(fmean(values)) if is_complete else None
        if len(summaries) > 1 and name not in COUNTS:
            result[f"{name}_sd"] = round(stdev(values), 6) if is_complete else None
    return {**result, "seeds": len(summaries)}


def _shorten(value: float) -> float | int:
    """Return a number with six decimals; a whole number without any."""
    return int(value) if value.is_integer() else round(value, 6)
