import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft

from sdmvae.nn import dictionaries
from sdmvae.runtime.plugins import PluginError
from tests.support.arguments import dictionary_shape
from tests.support.networks import build, log_power, seeded
from tests.support.plugin_files import add_file

NEW_DICTIONARY = '''
import torch

from sdmvae.nn.dictionaries.base import Dictionary, normalise_atoms


class Doubled(Dictionary):
    """The identity and its negative, which exist only for k = 2 m."""

    def atoms(self, m: int, k: int, generator: torch.Generator) -> torch.Tensor:
        if k != 2 * m:
            raise ValueError(f"atoms: {k}: take {2 * m}, twice the latent dimension")
        return normalise_atoms(torch.cat([torch.eye(m), -torch.eye(m)]).T)
'''


def check_atoms(name):
    """Check shape, type and norm, and that the generator is the only source of randomness."""
    m, k = dictionary_shape(name)
    dictionary = dictionaries.build(name, m, k, seeded(1))
    assert dictionary.shape == (m, k)
    assert dictionary.dtype == torch.float32
    torch.testing.assert_close(dictionary.norm(dim=0), torch.ones(k), rtol=0, atol=1e-6)
    torch.manual_seed(5)
    assert torch.equal(dictionaries.build(name, m, k, seeded(1)), dictionary)


def check_model(name):
    """Check that a model with the dictionary takes it, fixed or learned, and has gradients."""
    m, k = dictionary_shape(name)
    for learned in (False, True):
        arguments = {"dictionary": name, "atoms": k, "learned": learned}
        autoencoder = build("sdm", arguments, m=m)
        bound = autoencoder.bound(log_power(), seeded())
        (bound.reconstruction + bound.kl).mean().backward()
        assert autoencoder.model.dictionary.shape == (m, k)
        assert autoencoder.model.dictionary.requires_grad is learned
        assert all(parameter.grad.isfinite().all() for parameter in autoencoder.parameters())


CHECKS = (check_atoms, check_model)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", dictionaries.names())
def test_every_dictionary_keeps_the_contract(name, check):
    check(name)


@pytest.mark.parametrize("check", CHECKS)
def test_a_new_file_is_a_new_dictionary_even_of_one_shape_only(tmp_path, monkeypatch, check):
    add_file(monkeypatch, tmp_path, dictionaries, "doubled", NEW_DICTIONARY)
    assert "doubled" in dictionaries.names()
    assert dictionary_shape("doubled") == (6, 12)
    check("doubled")
    with pytest.raises(PluginError, match="atoms: 3: take 6"):
        build("sdm", {"dictionary": "doubled"})


def dct(m, k):
    return dictionaries.build("dct", m, k, seeded())


def coherence(dictionary):
    """Return the largest absolute inner product of two different atoms."""
    products = np.abs(dictionary.double().numpy().T @ dictionary.double().numpy())
    np.fill_diagonal(products, 0)
    return products.max()


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 70), st.integers(1, 140))
def test_atoms_of_the_dct_have_unit_norm(m, k):
    dictionary = dct(m, k)
    assert dictionary.shape == (m, k)
    assert dictionary.dtype == torch.float32
    torch.testing.assert_close(dictionary.norm(dim=0), torch.ones(k))


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 70), st.integers(2, 140))
def test_all_atoms_of_the_dct_but_the_first_have_mean_zero(m, k):
    dictionary = dct(m, k)
    torch.testing.assert_close(dictionary[:, 0], torch.full((m,), m**-0.5))
    means = dictionary[:, 1:].mean(dim=0)
    torch.testing.assert_close(means, torch.zeros(k - 1), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("m", "k", "expected"), [(64, 32, 0), (64, 64, 0.031), (32, 64, 0.978), (64, 128, 0.976)]
)
def test_the_dct_has_this_mutual_coherence(m, k, expected):
    assert coherence(dct(m, k)) == pytest.approx(expected, abs=5e-4)


def test_fewer_atoms_than_dimensions_are_orthonormal():
    dictionary = dct(64, 32)
    torch.testing.assert_close(dictionary.T @ dictionary, torch.eye(32), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("m", "k"), [(4, 4), (3, 7), (7, 3), (5, 1)])
def test_the_dct_is_its_formula_term_by_term(m, k):
    dictionary = dct(m, k)
    for j in range(k):
        atom = [math.cos(math.pi * i * j / k) for i in range(m)]
        if j > 0:
            mean = sum(atom) / m
            atom = [value - mean for value in atom]
        norm = math.sqrt(sum(value**2 for value in atom))
        expected = torch.tensor([value / norm for value in atom])
        torch.testing.assert_close(dictionary[:, j], expected, rtol=1e-6, atol=1e-7)


def test_the_square_dct_is_that_of_scipy():
    # DCT-I of k + 1 points: unit vector i maps to 2 cos(pi i j / k), and to 1 for i = 0.
    k = 16
    cosines = torch.from_numpy(fft.dct(torch.eye(k + 1, dtype=torch.float64).numpy(), type=1))
    cosines = cosines[:k, :k] / torch.tensor([1.0] + [2.0] * (k - 1))[:, None]
    cosines[:, 1:] -= cosines[:, 1:].mean(dim=0)
    expected = (cosines / cosines.norm(dim=0)).float()
    torch.testing.assert_close(dct(k, k), expected, rtol=0, atol=1e-6)


def test_a_dct_with_an_empty_atom_is_refused():
    with pytest.raises(ValueError, match="has an empty atom in 1 dimensions"):
        dct(1, 2)


def test_the_identity_is_the_identity():
    identity = dictionaries.build("identity", 5, 5, seeded())
    assert torch.equal(identity, torch.eye(5))
    assert coherence(identity) == 0


@pytest.mark.parametrize("k", [3, 5, 1])
def test_an_identity_with_another_number_of_atoms_is_refused(k):
    with pytest.raises(ValueError, match=f"as many atoms as dimensions: 4 of them, not {k}"):
        dictionaries.build("identity", 4, k, seeded())


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 70), st.integers(1, 140), st.integers(0, 100))
def test_random_atoms_have_unit_norm(m, k, seed):
    dictionary = dictionaries.build("random", m, k, seeded(seed))
    assert dictionary.shape == (m, k)
    torch.testing.assert_close(dictionary.norm(dim=0), torch.ones(k), rtol=0, atol=1e-6)


def test_random_atoms_are_uniform_on_the_sphere():
    # Every coordinate has mean 0 and variance 1 / m.
    m, k = 8, 40_000
    dictionary = dictionaries.build("random", m, k, seeded()).double()
    assert (dictionary.mean(dim=1).abs() < 5 / math.sqrt(m * k)).all()
    covariance = dictionary @ dictionary.T / k
    assert (covariance - torch.eye(m) / m).abs().max() < 5 / (m * math.sqrt(k))


def test_random_atoms_depend_on_the_seed():
    first, other = (dictionaries.build("random", 4, 9, seeded(seed)) for seed in (0, 1))
    assert not torch.equal(first, other)


@pytest.mark.parametrize("name", ["fourier", "base"])
def test_an_unknown_dictionary_is_refused(name):
    names = ", ".join(dictionaries.names())
    with pytest.raises(PluginError, match=f"dictionary: '{name}': there are {names}"):
        dictionaries.build(name, 4, 4, seeded())


def test_normalising_keeps_the_directions():
    given = torch.tensor([[3.0, 0.0], [4.0, -0.5]])
    expected = torch.tensor([[0.6, 0.0], [0.8, -1.0]])
    torch.testing.assert_close(dictionaries.normalise_atoms(given), expected)
