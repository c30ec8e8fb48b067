"""Short texts about a run beside a base run: the parameters that differ, and epochs."""

from collections.abc import Sequence
from typing import Any

from tools.results.formatting import join_words
from tools.results.json_file import Run


def describe_changes(other: Run) -> str:
    """Return the parameters in which a run differs from the base run, with old and new value."""
    changed = (
        f"`{key}` {_format(old)} → {_format(new)}" for key, (old, new) in other["changes"].items()
    )
    return ", ".join(changed) or "nothing"


def format_epochs(values: Sequence[int | None]) -> str:
    """Return the least and the greatest of the epochs of all seeds; a dash if one is None."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return "–"
    return f"{min(known)}" if min(known) == max(known) else f"{min(known)} to {max(known)}"


def _format(value: Any) -> str:
    """Return the value of a parameter as params.yaml writes it."""
    if isinstance(value, list):
        return join_words([_format(each) for each in value]) if value else "none"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
