import math

import pytest
import torch

from sdmvae.models.base import LatentModel, gaussian


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_draw_has_the_mean_and_the_variance():
    mean, log_variance = torch.tensor([-2.0, 0.0, 5.0]), torch.tensor([-4.0, 0.0, 2.0])
    count = 100_000
    drawn = gaussian(mean.expand(count, 3), log_variance.expand(count, 3), seeded())
    deviation = (log_variance / 2).exp()
    assert ((drawn.mean(dim=0) - mean).abs() < 5 * deviation / math.sqrt(count)).all()
    torch.testing.assert_close(drawn.std(dim=0), deviation, rtol=0.015, atol=0)
    off_diagonal = torch.corrcoef(drawn.T) - torch.eye(3)
    assert off_diagonal.abs().max() < 5 / math.sqrt(count)


def test_a_draw_is_reparametrised():
    mean = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    log_variance = torch.full((4, 3), -1.0, dtype=torch.float64, requires_grad=True)
    drawn = gaussian(mean, log_variance, seeded())
    by_mean, by_log_variance = torch.autograd.grad(drawn.sum(), (mean, log_variance))
    torch.testing.assert_close(by_mean, torch.ones_like(mean))
    torch.testing.assert_close(by_log_variance, (drawn - mean).detach() / 2)


def test_a_draw_comes_from_the_generator_alone():
    mean, log_variance = torch.zeros(4, 3), torch.zeros(4, 3)
    first = gaussian(mean, log_variance, seeded())
    torch.manual_seed(5)
    assert torch.equal(gaussian(mean, log_variance, seeded()), first)
    assert not torch.equal(gaussian(mean, log_variance, seeded(1)), first)


def test_a_model_needs_every_method():
    with pytest.raises(TypeError, match="abstract"):
        LatentModel()
