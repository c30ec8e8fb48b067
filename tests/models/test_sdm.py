import math

import pytest
import torch

from sdmvae import dictionaries
from sdmvae.divergences import zero_mean_kl
from sdmvae.models.sdm import SDM

DICTIONARIES = {
    "identity": {"dictionary": "identity"},
    "as many atoms": {"dictionary": "dct"},
    "more atoms": {"dictionary": "dct", "atoms": 7},
    "fewer atoms": {"dictionary": "dct", "atoms": 2},
}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def heads(k, batch=4, seed=0):
    generator = seeded(seed)
    return tuple(torch.randn(batch, k, generator=generator, dtype=torch.float64) for _ in range(2))


@pytest.fixture(params=DICTIONARIES.values(), ids=DICTIONARIES)
def model(request):
    return SDM(3, **request.param).double()


def test_two_heads_of_the_number_of_atoms():
    assert SDM(3, dictionary="dct", atoms=7).heads == (7, 7)
    assert SDM(3, dictionary="dct").heads == (3, 3)


def test_step_1_is_equation_9(model):
    mean, log_variance = heads(model.heads[0])
    gamma = model.prior_variance((mean, log_variance)).exp()
    torch.testing.assert_close(gamma, mean**2 + log_variance.exp())


def test_gamma_is_held(model):
    given = tuple(each.requires_grad_() for each in heads(model.heads[0]))
    assert not model.prior_variance(given).requires_grad


def test_no_other_gamma_has_a_smaller_kl(model):
    mean, log_variance = given = heads(model.heads[0])
    least = model.kl(given, code=None)
    torch.testing.assert_close(least, 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum(-1))
    for seed in range(50):
        noise = torch.randn(mean.shape, generator=seeded(seed), dtype=torch.float64)
        for scale in (0.01, 1.0):
            other = model.prior_variance(given) + scale * noise
            assert (zero_mean_kl(mean, log_variance, other) > least).all()


def test_gradient_of_the_kl_with_gamma_held_is_that_with_gamma_put_in(model):
    given = tuple(each.requires_grad_() for each in heads(model.heads[0]))
    held = torch.autograd.grad(model.kl(given, code=None).sum(), given)
    mean, log_variance = given
    substituted = 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum()
    for one, other in zip(held, torch.autograd.grad(substituted, given), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)


def test_gradients_of_the_bound_against_finite_differences(model, bound_of):
    assert torch.autograd.gradcheck(
        bound_of(model), [e.requires_grad_() for e in heads(model.heads[0])]
    )


def test_what_is_decoded_is_the_dictionary_times_the_code(model):
    k = model.heads[0]
    code, _ = heads(k)
    latent = model.latent(code)
    assert latent.shape == (4, 3)
    for a, z in zip(code, latent, strict=True):
        expected = sum(a[j] * model.dictionary[:, j] for j in range(k))
        torch.testing.assert_close(z, expected)


def test_the_code_is_the_mean_of_a(model):
    given = heads(model.heads[0])
    assert torch.equal(model.code(given), given[0])


def test_a_sample_is_a_draw_of_a(model):
    mean, log_variance = (each[:1].expand(50_000, -1) for each in heads(model.heads[0]))
    drawn = model.sample((mean, log_variance), seeded())
    deviation = (log_variance[0] / 2).exp()
    assert ((drawn.mean(0) - mean[0]).abs() < 5 * deviation / math.sqrt(50_000)).all()
    torch.testing.assert_close(drawn.std(0), deviation, rtol=0.02, atol=0)


def test_kl_of_tiny_means_is_not_lost_in_float32():
    model = SDM(3, dictionary="identity")
    mean, log_variance = torch.full((1, 3), 1e-5), torch.full((1, 3), -2.0)
    expected = 1.5 * math.log1p(1e-10 * math.exp(2))
    assert float(model.kl((mean, log_variance), code=None)) == pytest.approx(expected, rel=1e-4)


def test_the_dictionary_is_kept_but_not_trained():
    model = SDM(3, dictionary="dct", atoms=7)
    assert torch.equal(model.state_dict()["dictionary"], dictionaries.dct(3, 7))
    assert not list(model.parameters())
    assert torch.equal(SDM(3, dictionary="identity").dictionary, torch.eye(3))


def test_nothing_is_annealed(model):
    assert model.warm_up(0, 1000) is True


def test_the_identity_with_other_atoms_is_refused():
    with pytest.raises(ValueError, match="as many atoms as dimensions"):
        SDM(3, dictionary="identity", atoms=4)
