import numpy as np
import pytest

from sdmvae.probes.spread import spread


@pytest.mark.parametrize(("count", "most"), [(0, 5), (3, 5), (5, 5)])
def test_all_are_chosen_if_there_are_few(count, most):
    assert spread(count, most).tolist() == list(range(count))


@pytest.mark.parametrize(("count", "most"), [(6, 5), (100, 7), (11712, 6000), (10**9, 50_000)])
def test_steps_differ_by_one_at_most(count, most):
    chosen = spread(count, most)
    assert len(chosen) == most and chosen[0] == 0 and chosen[-1] < count
    steps = np.diff([*chosen, count])
    assert set(steps) <= {count // most, count // most + 1}
