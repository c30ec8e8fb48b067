import numpy as np
import pandas as pd
import pytest

from sdmvae.probes import excitation

TABLE = pd.DataFrame(
    {
        "voicing": ["voiced", "unvoiced"] * 50,
        "speaker": ["ann"] * 60 + ["bob"] * 40,
        "phone": [""] * 10 + ["a", "s"] * 45,
    }
)
LOG_POWER = np.random.default_rng(0).standard_normal((100, 5))


def test_the_frames_with_the_largest_entries_of_a_sign_are_found():
    entries = np.random.default_rng(1).standard_normal(100)
    for sign in (1, -1):
        found = excitation.excite(entries, TABLE, LOG_POWER, sign, most=7)
        expected = sorted(range(100), key=lambda row: -sign * entries[row])[:7]
        assert found.rows.tolist() == expected
        assert found.spectrum == pytest.approx(LOG_POWER[expected].mean(axis=0))


def test_only_entries_of_the_sign_count():
    entries = np.zeros(100)
    entries[[3, 5]] = 1.0, 2.0
    assert excitation.excite(entries, TABLE, LOG_POWER, 1).rows.tolist() == [5, 3]
    assert excitation.excite(entries, TABLE, LOG_POWER, -1) is None


def test_what_frames_have_in_common_is_counted():
    entries = np.zeros(100)
    entries[[0, 2, 11, 70]] = 4.0, 3.0, 2.0, 1.0
    found = excitation.excite(entries, TABLE, LOG_POWER, 1)
    assert found.voiced == pytest.approx(3 / 4)
    assert found.speakers == {"ann": 3 / 4, "bob": 1 / 4}
    assert found.phones == {"a": 1 / 2, "s": 1 / 2}


def test_the_most_used_dimensions_have_the_largest_divergence():
    codes = np.random.default_rng(0).standard_normal((40, 4)) * [1, 9, 3, 5]
    assert excitation.find_most_used(codes, None, 3) == [1, 3, 2]
    divergence = np.ones((40, 4)) * [5, 1, 7, 2]
    assert excitation.find_most_used(codes, divergence, 3) == [2, 0, 3]
    # The divergence of another number of dimensions does not belong to the code.
    assert excitation.find_most_used(codes, divergence[:, :3], 2) == [1, 3]
