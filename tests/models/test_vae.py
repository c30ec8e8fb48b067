import math

import torch
from torch.distributions import Normal, kl_divergence

from sdmvae.models.vae import VAE
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def posterior():
    return normal(4, 3), normal(4, 3, seed=1)


def test_the_posterior_has_two_parameters_of_the_latent_dimension():
    assert VAE(7).posterior_widths == (7, 7)


def test_a_sample_has_the_mean_and_the_variance_of_the_posterior():
    mean, log_variance = (tensor[:1].expand(50_000, 3) for tensor in posterior())
    samples = VAE(3).sample((mean, log_variance), seeded())
    deviation = (log_variance[0] / 2).exp()
    assert ((samples.mean(0) - mean[0]).abs() < 5 * deviation / math.sqrt(50_000)).all()
    torch.testing.assert_close(samples.std(0), deviation, rtol=0.02, atol=0)


def test_the_kl_is_that_of_torch():
    mean, log_variance = posterior()
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    kl = VAE(3).kl((mean, log_variance), sample=torch.zeros(4, 3), prior=None)
    torch.testing.assert_close(kl, expected)


def test_the_code_is_the_mean_and_the_mean_is_decoded():
    model, (mean, log_variance) = VAE(3), posterior()
    assert torch.equal(model.mean_code((mean, log_variance)), mean)
    assert torch.equal(model.code(mean, (mean, log_variance)), mean)
    assert torch.equal(model.latent(mean), mean)


def test_nothing_is_annealed_or_trained():
    model = VAE(3)
    assert model.anneal(0, 1000) is True
    assert not model.state_dict()


def test_gradients_of_the_loss_agree_with_finite_differences():
    inputs = [tensor.requires_grad_() for tensor in posterior()]
    assert torch.autograd.gradcheck(Loss(VAE(3), None), inputs)
