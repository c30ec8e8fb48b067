import torch
from scipy import stats

from sdmvae.models.vae import VAE
from sdmvae.models.vaease import VAEase
from tests.support import networks
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded


def posterior():
    return normal(4, 3), -normal(4, 3, seed=1).abs()


def wider_posterior():
    """Return a posterior of which some deviations are over 1."""
    mean, log_variance = posterior()
    return mean, torch.where(log_variance < -0.5, log_variance, 0.3)


def test_prior_and_kl_are_those_of_the_vae():
    model, sample = VAEase(3), normal(4, 3, seed=2)
    assert torch.equal(model.kl(posterior(), None, None), VAE(3).kl(posterior(), None, None))
    expected = torch.from_numpy(stats.norm.logpdf(sample.numpy()).sum(axis=1))
    torch.testing.assert_close(model.log_prior(posterior(), sample), expected)


def test_z_is_the_sample_times_one_less_the_deviation():
    model, sample = VAEase(3), normal(4, 3, seed=2)
    mean, log_variance = posterior()
    kept = 1 - log_variance.exp() ** 0.5
    torch.testing.assert_close(model.latent(model.code(sample, posterior())), kept * sample)
    torch.testing.assert_close(model.mean_code(posterior()), kept * mean)


def test_a_deviation_over_1_counts_as_1_everywhere():
    model, wider = VAEase(3), wider_posterior()
    limited = wider[0], wider[1].clamp(max=0)
    assert 0 < int((wider[1] > 0).sum()) < 12
    sample = model.sample(wider, seeded())
    assert torch.equal(sample, model.sample(limited, seeded()))
    assert torch.equal(model.kl(wider, None, None), model.kl(limited, None, None))
    ratios = (model.log_ratio(each, sample, None) for each in (wider, limited))
    assert torch.equal(*ratios)
    for code in (model.code(sample, wider), model.mean_code(wider)):
        assert torch.equal(code == 0, wider[1] > 0)


def test_a_dimension_with_the_deviation_of_the_prior_is_off_and_adds_no_noise():
    model = VAEase(2)
    mean = torch.zeros(1000, 2)
    log_variance = torch.tensor([0.0, -4.0]).expand(1000, 2)
    code = model.code(model.sample((mean, log_variance), seeded()), (mean, log_variance))
    assert (code[:, 0] == 0).all() and (code[:, 1] != 0).all()
    assert float(model.kl((mean[:1, :1], log_variance[:1, :1]), None, None)) == 0


def test_the_factor_is_exact_near_the_prior():
    log_variance = torch.tensor([[-1e-6, -1e-3]])
    code = VAEase(2).code(torch.ones(1, 2), (torch.zeros(1, 2), log_variance))
    torch.testing.assert_close(code, -0.5 * log_variance, rtol=1e-3, atol=0)


def test_the_decoder_is_given_the_factor_in_every_bound():
    """The network of a VAE whose decoder sees (1 - sigma) a is the same as VAEase."""
    autoencoder = networks.build("vaease").double().eval()
    frames = networks.log_power().double()
    mean, log_variance = autoencoder.encode(autoencoder.encoder_input(frames))
    log_variance = torch.minimum(log_variance, torch.zeros_like(log_variance))
    noise = torch.empty_like(mean).normal_(generator=seeded(3))
    a = mean + (log_variance / 2).exp() * noise
    output = autoencoder.decoder((1 - (log_variance / 2).exp()) * a)
    loss = autoencoder.likelihood.negative_log_likelihood(frames, output)
    torch.testing.assert_close(autoencoder.bound(frames, seeded(3)).reconstruction, loss)
    log_q = -0.5 * (noise**2 + log_variance).sum(-1)
    expected = -loss - (log_q + 0.5 * (a**2).sum(-1))
    ((weights,),) = autoencoder.importance_weights(frames, 1, seeded(3))
    torch.testing.assert_close(weights, expected)


def test_gradients_of_the_loss_agree_with_finite_differences():
    inputs = [tensor.requires_grad_() for tensor in posterior()]
    assert torch.autograd.gradcheck(Loss(VAEase(3), None), inputs)
