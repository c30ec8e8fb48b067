import math

import pytest
import torch

from sdmvae.models.sdm import SDM
from sdmvae.nn import dictionaries
from sdmvae.nn.divergences import zero_mean_kl
from tests.support.model_contract import Loss, assert_kl_is_the_mean_log_ratio
from tests.support.networks import normal, seeded

DICTIONARIES = {
    "identity": {"dictionary": "identity"},
    "as many atoms": {"dictionary": "dct"},
    "more atoms": {"dictionary": "dct", "atoms": 7},
    "fewer atoms": {"dictionary": "dct", "atoms": 2},
}


@pytest.fixture(params=DICTIONARIES.values(), ids=DICTIONARIES)
def model(request):
    return SDM(3, seeded(), **request.param).double()


def random_posterior(model):
    return tuple(normal(4, width, seed=seed) for seed, width in enumerate(model.posterior_widths))


def with_gradients(posterior):
    return tuple(tensor.requires_grad_() for tensor in posterior)


def test_the_posterior_has_two_parameters_of_the_number_of_atoms():
    assert SDM(3, seeded(), dictionary="dct", atoms=7).posterior_widths == (7, 7)
    assert SDM(3, seeded(), dictionary="dct").posterior_widths == (3, 3)


def test_step_1_is_equation_9(model):
    mean, log_variance = random_posterior(model)
    gamma = model.log_prior_variance((mean, log_variance)).exp()
    torch.testing.assert_close(gamma, mean**2 + log_variance.exp())


def test_no_gradient_passes_through_gamma(model):
    assert not model.log_prior_variance(with_gradients(random_posterior(model))).requires_grad


def test_no_other_gamma_has_a_smaller_kl(model):
    mean, log_variance = posterior = random_posterior(model)
    smallest = model.kl(posterior, sample=None, prior=None)
    torch.testing.assert_close(smallest, 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum(-1))
    for seed in range(50):
        noise = normal(*mean.shape, seed=seed)
        for scale in (0.01, 1.0):
            other = model.log_prior_variance(posterior) + scale * noise
            assert (zero_mean_kl(mean, log_variance, other) > smallest).all()


def test_the_gradient_of_the_kl_with_gamma_held_is_that_of_its_closed_form(model):
    posterior = mean, log_variance = with_gradients(random_posterior(model))
    kl = model.kl(posterior, sample=None, prior=None).sum()
    closed_form = 0.5 * torch.log1p(mean**2 / log_variance.exp()).sum()
    gradients = torch.autograd.grad(kl, posterior)
    for gradient, expected in zip(
        gradients, torch.autograd.grad(closed_form, posterior), strict=True
    ):
        torch.testing.assert_close(gradient, expected, rtol=1e-12, atol=1e-14)


def test_gradients_of_the_loss_agree_with_finite_differences(model):
    posterior = with_gradients(random_posterior(model))
    assert torch.autograd.gradcheck(Loss(model, None), posterior)


def test_z_is_the_dictionary_times_the_code(model):
    code, _ = random_posterior(model)
    latent = model.latent(code)
    assert latent.shape == (4, 3)
    for a, z in zip(code, latent, strict=True):
        expected = sum(a[j] * model.dictionary[:, j] for j in range(len(a)))
        torch.testing.assert_close(z, expected)


def test_the_code_is_the_mean_of_a(model):
    posterior = random_posterior(model)
    assert torch.equal(model.mean_code(posterior), posterior[0])


def test_a_sample_has_the_mean_and_the_variance_of_the_posterior(model):
    mean, log_variance = (tensor[:1].expand(50_000, -1) for tensor in random_posterior(model))
    samples = model.sample((mean, log_variance), seeded())
    deviation = (log_variance[0] / 2).exp()
    assert ((samples.mean(0) - mean[0]).abs() < 5 * deviation / math.sqrt(50_000)).all()
    torch.testing.assert_close(samples.std(0), deviation, rtol=0.02, atol=0)


def test_the_kl_of_tiny_means_is_exact_in_float32():
    model = SDM(3, seeded(), dictionary="identity")
    mean, log_variance = torch.full((1, 3), 1e-5), torch.full((1, 3), -2.0)
    kl = float(model.kl((mean, log_variance), sample=None, prior=None))
    assert kl == pytest.approx(1.5 * math.log1p(1e-10 * math.exp(2)), rel=1e-4)


def test_a_fixed_dictionary_is_saved_but_not_trained():
    model = SDM(3, seeded(), dictionary="dct", atoms=7)
    expected = dictionaries.build("dct", 3, 7, seeded())
    assert torch.equal(model.state_dict()["dictionary"], expected)
    assert not list(model.parameters())
    assert torch.equal(SDM(3, seeded(), dictionary="identity").dictionary, torch.eye(3))


def test_nothing_is_annealed(model):
    assert model.anneal(0, 1000) is True


def test_the_identity_with_another_number_of_atoms_is_refused():
    with pytest.raises(ValueError, match="as many atoms as dimensions"):
        SDM(3, seeded(), dictionary="identity", atoms=4)


@pytest.mark.parametrize("dictionary", ["dct", "random"])
def test_a_learned_dictionary_starts_from_the_named_one(dictionary):
    fixed = SDM(3, seeded(), dictionary=dictionary, atoms=7)
    learned = SDM(3, seeded(), dictionary=dictionary, atoms=7, learned=True)
    assert torch.equal(learned.dictionary, fixed.dictionary)
    assert [name for name, _ in learned.named_parameters()] == ["dictionary"]


def test_constrain_gives_learned_atoms_unit_norm_and_leaves_fixed_atoms():
    model = SDM(3, seeded(), dictionary="random", atoms=7, learned=True)
    before = model.dictionary.detach().clone()
    with torch.no_grad():
        model.dictionary *= torch.linspace(0.1, 9, 7)
    model.constrain()
    torch.testing.assert_close(model.dictionary.detach(), before, rtol=1e-6, atol=1e-7)
    fixed = SDM(3, seeded(), dictionary="random", atoms=7)
    fixed.constrain()
    assert torch.equal(fixed.dictionary, before)


def test_the_gradient_in_the_dictionary_agrees_with_finite_differences():
    model = SDM(3, seeded(), dictionary="random", atoms=5, learned=True).double()
    posterior, start = random_posterior(model), model.dictionary.detach().clone()
    loss = Loss(model, None)

    def of_dictionary(dictionary):
        return torch.func.functional_call(loss, {"model.dictionary": dictionary}, posterior)

    assert torch.autograd.gradcheck(of_dictionary, start.requires_grad_())


def test_the_mean_log_ratio_is_the_kl(model):
    assert_kl_is_the_mean_log_ratio(model, random_posterior(model))
