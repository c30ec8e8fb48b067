"""Numbers that JSON can hold."""

import numpy as np
import pytest

from tools.results import findings


@pytest.mark.parametrize(
    ("value", "rounded"), [(1 / 3, 0.33333), (np.inf, None), (np.nan, None), (None, None)]
)
def test_numbers_are_rounded_and_infinite_ones_are_none(value, rounded):
    assert findings.rounded(value) == rounded
