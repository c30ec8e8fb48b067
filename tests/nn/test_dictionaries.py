import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft

from sdmvae.evaluation.scores import codes
from sdmvae.nn import dictionaries

GENERATOR = torch.Generator()


def coherence(dictionary):
    return codes.coherence(dictionary.numpy())


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 70), st.integers(1, 140))
def test_atoms_of_the_dct_have_unit_norm(m, atoms):
    dictionary = dictionaries.dct(m, atoms, GENERATOR)
    assert dictionary.shape == (m, atoms)
    assert dictionary.dtype == torch.float32
    torch.testing.assert_close(dictionary.norm(dim=0), torch.ones(atoms))


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 70), st.integers(2, 140))
def test_atoms_but_the_first_have_no_mean(m, atoms):
    dictionary = dictionaries.dct(m, atoms, GENERATOR)
    torch.testing.assert_close(dictionary[:, 0], torch.full((m,), m**-0.5))
    means = dictionary[:, 1:].mean(dim=0)
    torch.testing.assert_close(means, torch.zeros(atoms - 1), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("m", "atoms", "expected"), [(64, 32, 0), (64, 64, 0.031), (32, 64, 0.978), (64, 128, 0.976)]
)
def test_mutual_coherence_of_the_dct(m, atoms, expected):
    found = coherence(dictionaries.dct(m, atoms, GENERATOR))
    assert found == pytest.approx(expected, abs=5e-4)


def test_fewer_atoms_than_dimensions_are_orthonormal():
    dictionary = dictionaries.dct(64, 32, GENERATOR)
    torch.testing.assert_close(dictionary.T @ dictionary, torch.eye(32), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("m", "atoms"), [(4, 4), (3, 7), (7, 3), (5, 1)])
def test_dct_term_by_term(m, atoms):
    dictionary = dictionaries.dct(m, atoms, GENERATOR)
    for j in range(atoms):
        atom = [math.cos(math.pi * i * j / atoms) for i in range(m)]
        if j > 0:
            mean = sum(atom) / m
            atom = [each - mean for each in atom]
        norm = math.sqrt(sum(each**2 for each in atom))
        expected = torch.tensor([each / norm for each in atom])
        torch.testing.assert_close(dictionary[:, j], expected, rtol=1e-6, atol=1e-7)


def test_dct_as_scipy_where_there_are_as_many_atoms_as_dimensions():
    # DCT-I of k + 1 points: unit vector i maps to 2 cos(pi i j / k), and to 1 for i = 0.
    k = 16
    cosines = torch.from_numpy(fft.dct(torch.eye(k + 1, dtype=torch.float64).numpy(), type=1))
    cosines = cosines[:k, :k] / torch.tensor([1.0] + [2.0] * (k - 1))[:, None]
    cosines[:, 1:] -= cosines[:, 1:].mean(dim=0)
    expected = (cosines / cosines.norm(dim=0)).float()
    torch.testing.assert_close(dictionaries.dct(k, k, GENERATOR), expected, rtol=0, atol=1e-6)


def test_an_atom_without_anything_in_it_is_refused():
    with pytest.raises(ValueError, match="has an empty atom in 1 dimensions"):
        dictionaries.dct(1, 2, GENERATOR)


def test_identity():
    assert torch.equal(dictionaries.identity(5, 5, GENERATOR), torch.eye(5))
    assert coherence(dictionaries.identity(5, 5, GENERATOR)) == 0


@pytest.mark.parametrize("atoms", [3, 5, 1])
def test_identity_of_another_number_of_atoms_is_refused(atoms):
    with pytest.raises(ValueError, match=f"as many atoms as dimensions: 4 of them, not {atoms}"):
        dictionaries.identity(4, atoms, GENERATOR)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 70), st.integers(1, 140), st.integers(0, 100))
def test_random_atoms_have_unit_norm(m, atoms, seed):
    dictionary = dictionaries.random(m, atoms, torch.Generator().manual_seed(seed))
    assert dictionary.shape == (m, atoms)
    torch.testing.assert_close(dictionary.norm(dim=0), torch.ones(atoms), rtol=0, atol=1e-6)


def test_random_atoms_point_everywhere_alike():
    # Of vectors uniform on the sphere every coordinate has mean 0 and variance 1 / m.
    m, atoms = 8, 40_000
    dictionary = dictionaries.random(m, atoms, torch.Generator().manual_seed(0)).double()
    assert (dictionary.mean(dim=1).abs() < 5 / math.sqrt(m * atoms)).all()
    covariance = dictionary @ dictionary.T / atoms
    assert (covariance - torch.eye(m) / m).abs().max() < 5 / (m * math.sqrt(atoms))


def test_random_atoms_come_from_the_generator_alone():
    first, again, other = (
        dictionaries.random(4, 9, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("name", dictionaries.DICTIONARIES)
def test_a_dictionary_is_built_by_its_name(name):
    built = dictionaries.build(name, 6, 6, torch.Generator().manual_seed(0))
    expected = getattr(dictionaries, name)(6, 6, torch.Generator().manual_seed(0))
    assert torch.equal(built, expected)


def test_a_dictionary_there_is_not():
    with pytest.raises(ValueError, match="'fourier': there are identity, dct"):
        dictionaries.build("fourier", 4, 4, GENERATOR)


def test_normalising_leaves_directions():
    given = torch.tensor([[3.0, 0.0], [4.0, -0.5]])
    expected = torch.tensor([[0.6, 0.0], [0.8, -1.0]])
    torch.testing.assert_close(dictionaries.normalised(given), expected)
