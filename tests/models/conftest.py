"""What the tests of every model share."""

import pytest
import torch

from sdmvae.nn.divergences import itakura_saito


@pytest.fixture
def normal():
    """Standard normal numbers in float64, of a shape and a seed."""

    def draw(*shape, seed=0, scale=1.0):
        generator = torch.Generator().manual_seed(seed)
        return scale * torch.randn(*shape, generator=generator, dtype=torch.float64)

    return draw


@pytest.fixture
def bound_of():
    """Minus the bound of a model of three latent variables, as a function of its heads alone."""

    def of(model, prior=None):
        generator = torch.Generator().manual_seed(9)
        decoder = torch.randn(3, 6, generator=generator, dtype=torch.float64)
        power = torch.rand(4, 6, generator=generator, dtype=torch.float64) + 0.1
        log_power = power.log()

        def bound(*heads):
            generator = torch.Generator().manual_seed(0)
            draw = model.sample(heads, generator)
            log_variance = torch.tanh(model.latent(draw)) @ decoder
            terms = itakura_saito(log_power, log_variance) + model.kl(heads, draw, prior)
            return terms.mean() + model.penalty(heads, draw, prior, generator)

        return bound

    return of


@pytest.fixture
def kl_by_draws():
    """Checks that `log_ratio` over exact draws has `kl` for its mean, frame by frame."""

    def check(model, heads, prior=None, count=60_000):
        model.eval()
        for index in range(len(heads[0])):
            one = tuple(each[index : index + 1].expand(count, -1) for each in heads)
            mine = prior(index, count) if prior else None
            with torch.no_grad():
                draws = model.sample(one, torch.Generator().manual_seed(index))
                ratio = model.log_ratio(one, draws, mine)
                kl = model.kl(one, draws, mine)
            error = 5 * float((ratio - kl).std()) / count**0.5
            assert abs(float((ratio - kl).mean())) <= max(error, 1e-9)

    return check
