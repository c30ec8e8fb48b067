import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from sdmvae.models.sdm_shared import RATE, SharedSDM
from sdmvae.nn.divergences import zero_mean_kl
from sdmvae.training import loop, saved
from tests.support import networks
from tests.support.networks import normal, seeded


def build(**arguments):
    return SharedSDM(3, seeded(), **{"dictionary": "identity", **arguments}).double()


def posterior(seed=0, frames=4):
    return normal(frames, 3, seed=seed), normal(frames, 3, seed=seed + 1)


def second_moment(posterior):
    """Return the mean of a^2 over the frames of a batch, computed with NumPy."""
    mean, log_variance = (tensor.numpy() for tensor in posterior)
    return (mean**2 + np.exp(log_variance)).mean(axis=0)


def test_a_new_model_has_the_prior_of_the_vae():
    model = build()
    assert torch.equal(model.gamma, torch.ones(3, dtype=torch.float64))
    kl = model.kl(posterior(), None, None)
    torch.testing.assert_close(kl, zero_mean_kl(*posterior(), torch.zeros(3)))


@pytest.mark.parametrize("gamma", [0.3, 1.0, 7.0])
@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (0.4, 0.2), (-3.0, 0.5), (1e-3, 2.0)])
def test_the_kl_is_that_of_quadrature(mean, deviation, gamma):
    q, p = stats.norm(mean, deviation), stats.norm(0, math.sqrt(gamma))
    ends = (mean - 10 * deviation, mean + 10 * deviation)
    expected, _ = integrate.quad(lambda a: q.pdf(a) * (q.logpdf(a) - p.logpdf(a)), *ends)
    model = SharedSDM(1, seeded(), dictionary="identity").double()
    model.gamma.fill_(gamma)
    values = (torch.tensor([[v]], dtype=torch.float64) for v in (mean, 2 * math.log(deviation)))
    assert float(model.kl(tuple(values), None, None)) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_first_batches_count_alike():
    model, seen = build(), []
    for seed in range(10):
        seen.append(second_moment(posterior(seed)))
        model.observe(posterior(seed))
        np.testing.assert_allclose(model.gamma, np.mean(seen, axis=0), rtol=1e-12)


def test_later_batches_count_by_the_rate():
    model = build()
    for _ in range(int(1 / RATE)):
        model.observe(posterior())
    np.testing.assert_allclose(model.gamma, second_moment(posterior()), rtol=1e-12)
    other = posterior(5)
    model.observe(other)
    expected = (1 - RATE) * second_moment(posterior()) + RATE * second_moment(other)
    np.testing.assert_allclose(model.gamma, expected, rtol=1e-12)


def test_no_other_gamma_has_a_smaller_kl_over_the_batch():
    model, batch = build(), posterior(frames=50)
    model.observe(batch)
    smallest = model.kl(batch, None, None).mean()
    for seed in range(50):
        for scale in (0.01, 1.0):
            other = model.gamma.log() + scale * normal(3, seed=seed)
            assert zero_mean_kl(*batch, other).mean() > smallest


def test_an_atom_that_no_frame_needs_costs_nothing():
    model = build()
    mean, log_variance = posterior()
    mean[:, 1], log_variance[:, 1] = 0, -9.0
    model.observe((mean, log_variance))
    with_it = model.kl((mean, log_variance), None, None)
    mean, log_variance, model.gamma = mean[:, ::2], log_variance[:, ::2], model.gamma[::2]
    torch.testing.assert_close(model.kl((mean, log_variance), None, None), with_it)


def test_gamma_is_held_while_the_network_moves():
    model = build()
    inputs = [tensor.requires_grad_() for tensor in posterior()]
    model.observe(tuple(inputs))
    assert not model.gamma.requires_grad
    gradients = torch.autograd.grad(model.kl(tuple(inputs), None, None).sum(), inputs)
    mean, log_variance = (tensor.detach() for tensor in inputs)
    expected = (mean / model.gamma, 0.5 * (log_variance.exp() / model.gamma - 1))
    for gradient, value in zip(gradients, expected, strict=True):
        torch.testing.assert_close(gradient, value)


def test_training_alternates_and_validation_does_not(tmp_path):
    arguments = {"dictionary": "dct", "atoms": 5}
    autoencoder, frames = networks.build("sdm-shared", arguments), networks.log_power(96)
    how = loop.Settings(
        learning_rate=3e-3, batch_size=32, epochs=15, patience=20, seed=0, name="a", device="cpu"
    )
    loop.train(autoencoder, frames.numpy(), frames.numpy(), how)
    model = autoencoder.eval().model
    assert int(model.batches) == 15 * 3
    with torch.no_grad():
        batch = autoencoder.encode(autoencoder.encoder_input(frames))
        autoencoder.bound(frames, seeded())
    assert int(model.batches) == 15 * 3
    # The running mean lags behind the weights, which go on moving.
    np.testing.assert_allclose(model.gamma, second_moment(batch), rtol=0.5)
    saved.save(tmp_path, networks.configuration("sdm-shared", arguments), autoencoder.state_dict())
    assert torch.equal(saved.load(tmp_path).model.gamma, model.gamma)
