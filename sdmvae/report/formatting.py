"""Numbers as text, as charts, tables and sentences of the report show them."""

import math


def format_number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """Return a number with a typographic minus sign, or a dash if it is not finite.

    Args:
        value: The number.
        digits: How many decimals it has.
        signed: Whether a positive number has a plus sign.
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def format_figure(mean: float, half: float, digits: int = 2, *, signed: bool = False) -> str:
    """Return a figure with its interval, as in "1.23 ± 0.10".

    Args:
        mean: The figure. If it is not finite, the text is a dash.
        half: Half the width of its interval. If it is not finite, the interval is left out.
        digits: How many decimals both have.
        signed: Whether a positive figure has a plus sign.
    """
    text = format_number(mean, digits, signed=signed)
    if math.isfinite(mean) and math.isfinite(half):
        text += f" ± {half:.{digits}f}"
    return text
