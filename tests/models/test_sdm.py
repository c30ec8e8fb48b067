import math

import pytest
import torch

from sdmvae.models.sdm import SDM
from sdmvae.nn import dictionaries
from sdmvae.nn.divergences import zero_mean_kl

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
    return SDM(3, seeded(), **request.param).double()


def test_two_heads_of_the_number_of_atoms():
    assert SDM(3, seeded(), dictionary="dct", atoms=7).heads == (7, 7)
    assert SDM(3, seeded(), dictionary="dct").heads == (3, 3)


def test_step_1_is_equation_9(model):
    mean, log_variance = heads(model.posterior_widths[0])
    gamma = model.log_prior_variance((mean, log_variance)).exp()
    torch.testing.assert_close(gamma, mean**2 + log_variance.exp())


def test_gamma_is_held(model):
    given = tuple(each.requires_grad_() for each in heads(model.posterior_widths[0]))
    assert not model.log_prior_variance(given).requires_grad


def test_no_other_gamma_has_a_smaller_kl(model):
    mean, log_variance = given = heads(model.posterior_widths[0])
    least = model.kl(given, draw=None, prior=None)
    torch.testing.assert_close(least, 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum(-1))
    for seed in range(50):
        noise = torch.randn(mean.shape, generator=seeded(seed), dtype=torch.float64)
        for scale in (0.01, 1.0):
            other = model.log_prior_variance(given) + scale * noise
            assert (zero_mean_kl(mean, log_variance, other) > least).all()


def test_gradient_of_the_kl_with_gamma_held_is_that_with_gamma_put_in(model):
    given = tuple(each.requires_grad_() for each in heads(model.posterior_widths[0]))
    held = torch.autograd.grad(model.kl(given, draw=None, prior=None).sum(), given)
    mean, log_variance = given
    substituted = 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum()
    for one, other in zip(held, torch.autograd.grad(substituted, given), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)


def test_gradients_of_the_bound_against_finite_differences(model, bound_of):
    assert torch.autograd.gradcheck(
        bound_of(model), [e.requires_grad_() for e in heads(model.posterior_widths[0])]
    )


def test_what_is_decoded_is_the_dictionary_times_the_code(model):
    k = model.posterior_widths[0]
    code, _ = heads(k)
    latent = model.latent(code)
    assert latent.shape == (4, 3)
    for a, z in zip(code, latent, strict=True):
        expected = sum(a[j] * model.dictionary[:, j] for j in range(k))
        torch.testing.assert_close(z, expected)


def test_the_code_is_the_mean_of_a(model):
    given = heads(model.posterior_widths[0])
    assert torch.equal(model.mean(given), given[0])


def test_a_sample_is_a_draw_of_a(model):
    mean, log_variance = (each[:1].expand(50_000, -1) for each in heads(model.posterior_widths[0]))
    drawn = model.sample((mean, log_variance), seeded())
    deviation = (log_variance[0] / 2).exp()
    assert ((drawn.mean(0) - mean[0]).abs() < 5 * deviation / math.sqrt(50_000)).all()
    torch.testing.assert_close(drawn.std(0), deviation, rtol=0.02, atol=0)


def test_kl_of_tiny_means_is_not_lost_in_float32():
    model = SDM(3, seeded(), dictionary="identity")
    mean, log_variance = torch.full((1, 3), 1e-5), torch.full((1, 3), -2.0)
    expected = 1.5 * math.log1p(1e-10 * math.exp(2))
    assert float(model.kl((mean, log_variance), draw=None, prior=None)) == pytest.approx(
        expected, rel=1e-4
    )


def test_the_dictionary_is_kept_but_not_trained():
    model = SDM(3, seeded(), dictionary="dct", atoms=7)
    assert torch.equal(model.state_dict()["dictionary"], dictionaries.dct(3, 7, seeded()))
    assert not list(model.parameters())
    assert torch.equal(SDM(3, seeded(), dictionary="identity").dictionary, torch.eye(3))


def test_nothing_is_annealed(model):
    assert model.anneal(0, 1000) is True


def test_the_identity_with_other_atoms_is_refused():
    with pytest.raises(ValueError, match="as many atoms as dimensions"):
        SDM(3, seeded(), dictionary="identity", atoms=4)


@pytest.mark.parametrize("dictionary", ["dct", "random"])
def test_a_learned_dictionary_starts_from_the_one_named(dictionary):
    fixed = SDM(3, seeded(), dictionary=dictionary, atoms=7)
    learned = SDM(3, seeded(), dictionary=dictionary, atoms=7, learned=True)
    assert torch.equal(learned.dictionary, fixed.dictionary)
    assert [name for name, _ in learned.named_parameters()] == ["dictionary"]


def test_constraining_brings_atoms_back_to_unit_norm_and_no_further():
    model = SDM(3, seeded(), dictionary="random", atoms=7, learned=True)
    before = model.dictionary.detach().clone()
    with torch.no_grad():
        model.dictionary *= torch.linspace(0.1, 9, 7)
    model.constrain()
    torch.testing.assert_close(model.dictionary.detach(), before, rtol=1e-6, atol=1e-7)
    fixed = SDM(3, seeded(), dictionary="random", atoms=7)
    fixed.constrain()
    assert torch.equal(fixed.dictionary, before)


def test_gradient_in_the_dictionary_against_finite_differences(bound_of):
    model = SDM(3, seeded(), dictionary="random", atoms=5, learned=True).double()
    given, start = heads(5), model.dictionary.detach().clone()
    bound = bound_of(model)

    def of_dictionary(dictionary):
        del model.dictionary
        model.dictionary = dictionary
        return bound(*given)

    assert torch.autograd.gradcheck(of_dictionary, start.requires_grad_())


def test_log_ratio_averages_to_the_kl(model, kl_by_draws):
    kl_by_draws(model, heads(model.posterior_widths[0]))
