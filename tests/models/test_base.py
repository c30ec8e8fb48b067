import math

import pytest
import torch

from sdmvae.models.base import LatentModel, sample_gaussian
from tests.support.networks import seeded


def test_a_gaussian_sample_has_the_mean_and_the_variance():
    mean, log_variance = torch.tensor([-2.0, 0.0, 5.0]), torch.tensor([-4.0, 0.0, 2.0])
    count = 100_000
    samples = sample_gaussian(mean.expand(count, 3), log_variance.expand(count, 3), seeded())
    deviation = (log_variance / 2).exp()
    assert ((samples.mean(dim=0) - mean).abs() < 5 * deviation / math.sqrt(count)).all()
    torch.testing.assert_close(samples.std(dim=0), deviation, rtol=0.015, atol=0)
    off_diagonal = torch.corrcoef(samples.T) - torch.eye(3)
    assert off_diagonal.abs().max() < 5 / math.sqrt(count)


def test_a_gaussian_sample_is_reparametrised():
    mean = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    log_variance = torch.full((4, 3), -1.0, dtype=torch.float64, requires_grad=True)
    sample = sample_gaussian(mean, log_variance, seeded())
    by_mean, by_log_variance = torch.autograd.grad(sample.sum(), (mean, log_variance))
    torch.testing.assert_close(by_mean, torch.ones_like(mean))
    torch.testing.assert_close(by_log_variance, (sample - mean).detach() / 2)


def test_a_gaussian_sample_comes_from_the_generator_alone():
    mean, log_variance = torch.zeros(4, 3), torch.zeros(4, 3)
    first = sample_gaussian(mean, log_variance, seeded())
    torch.manual_seed(5)
    assert torch.equal(sample_gaussian(mean, log_variance, seeded()), first)
    assert not torch.equal(sample_gaussian(mean, log_variance, seeded(1)), first)


def test_a_model_has_to_define_every_abstract_method():
    with pytest.raises(TypeError, match="abstract"):
        LatentModel()
