import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.nn.sparsity import divide_by_deviation
from sdmvae.probes import inputs
from tests.support.codes import CODES


def test_the_largest_entries_after_division_by_the_deviation_are_kept():
    # The deviations are 1, 10 and 1/2.
    codes = np.array([[1.0, 10.0, 0.5], [-1.0, -10.0, -0.5]]) * [[1.0], [1.0]]
    codes = np.concatenate([codes, [[0.9, 10.1, -0.6], [-0.9, -10.1, 0.6]]])
    kept = inputs.keep_largest(codes, 1)
    assert kept[2:].tolist() == [[0, 0, -0.6], [0, 0, 0.6]]
    assert inputs.keep_largest(codes, 2)[2:].tolist() == [[0, 10.1, -0.6], [0, -10.1, 0.6]]


@settings(deadline=None, max_examples=50)
@given(CODES, st.integers(1, 8))
def test_entries_are_kept_as_they_are_and_none_that_is_left_out_is_larger(codes, count):
    kept = inputs.keep_largest(codes, count)
    is_kept = kept != 0
    assert (kept[is_kept] == codes[is_kept]).all()
    assert (is_kept.sum(axis=1) <= count).all()
    scaled = np.abs(divide_by_deviation(codes))
    for row, own in zip(scaled, is_kept, strict=True):
        if (row[~own] > 0).any():
            assert own.sum() == count
            assert row[own].min() >= row[~own].max()


def test_codes_are_given_with_few_entries_and_as_a_whole():
    codes = np.random.default_rng(0).standard_normal((20, 8)).astype(np.float32)
    given_ = inputs.list_inputs("code", codes)
    assert [each.kept for each in given_] == [1, 2, 4, None]
    assert (given_[-1].values == codes).all()
    for each in given_[:-1]:
        assert ((each.values != 0).sum(axis=1) == each.kept).all()


@pytest.mark.parametrize("dims", [1, 17, 64])
def test_no_number_of_entries_is_that_of_the_whole_code(dims):
    given_ = inputs.list_inputs("code", np.ones((3, dims)))
    assert all(each.kept is None or each.kept < dims for each in given_)
    assert [each.kept is None for each in given_].count(True) == 1
