"""What the tests of every model share."""

import pytest
import torch

from sdmvae.divergences import itakura_saito


@pytest.fixture
def bound_of():
    """Minus the bound of a model of three latent variables, as a function of its heads alone."""

    def of(model):
        generator = torch.Generator().manual_seed(9)
        decoder = torch.randn(3, 6, generator=generator, dtype=torch.float64)
        power = torch.rand(4, 6, generator=generator, dtype=torch.float64) + 0.1

        def bound(*heads):
            code = model.sample(heads, torch.Generator().manual_seed(0))
            log_variance = torch.tanh(model.latent(code)) @ decoder
            return (itakura_saito(power, log_variance) + model.kl(heads, code)).mean()

        return bound

    return of
