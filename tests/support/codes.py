"""Codes that Hypothesis draws, with many zeros among them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

NUMBERS = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
CODES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(2, 70)),
    elements=NUMBERS,
    fill=st.just(0.0),
)
