import math

import torch
from torch.distributions import Normal, kl_divergence

from sdmvae.models.vae import VAE


def heads(batch=5, m=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(batch, m, generator=generator, dtype=torch.float64) for _ in range(2))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_two_heads_of_the_latent_dimension():
    assert VAE(7).heads == (7, 7)


def test_a_sample_is_a_draw_of_the_posterior():
    mean, log_variance = (each[:1].expand(50_000, 3) for each in heads())
    drawn = VAE(3).sample((mean, log_variance), seeded())
    deviation = (log_variance[0] / 2).exp()
    assert ((drawn.mean(0) - mean[0]).abs() < 5 * deviation / math.sqrt(50_000)).all()
    torch.testing.assert_close(drawn.std(0), deviation, rtol=0.02, atol=0)


def test_kl_from_the_standard_normal():
    mean, log_variance = heads()
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    value = VAE(3).kl((mean, log_variance), draw=torch.zeros(5, 3), prior=None)
    torch.testing.assert_close(value, expected)


def test_the_code_is_the_mean_and_is_what_is_decoded():
    model, (mean, log_variance) = VAE(3), heads()
    assert torch.equal(model.mean((mean, log_variance)), mean)
    assert torch.equal(model.code(mean), mean)
    assert torch.equal(model.latent(mean), mean)


def test_nothing_is_annealed_or_trained():
    model = VAE(3)
    assert model.anneal(0, 1000) is True
    assert not model.state_dict()


def test_gradients_against_finite_differences():
    model = VAE(3)

    def bound(*heads):
        draw = model.sample(heads, seeded())
        return (torch.tanh(model.latent(draw)) ** 2).sum() + model.kl(heads, draw, None).sum()

    assert torch.autograd.gradcheck(bound, [each.requires_grad_() for each in heads()])


def test_log_ratio_averages_to_the_kl(kl_by_draws):
    kl_by_draws(VAE(3), heads())
