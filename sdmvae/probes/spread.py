"""A choice of items that are spread evenly over all of them."""

import numpy as np


def spread(count: int, most: int) -> np.ndarray:
    """Return at most `most` of the numbers from 0 to `count` - 1, in equal steps, sorted.

    Args:
        count: How many items there are.
        most: How many are chosen if there are more.
    """
    if count <= most:
        return np.arange(count)
    return np.arange(most) * count // most
