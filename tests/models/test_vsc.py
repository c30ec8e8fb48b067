import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.models.vsc import VSC
from sdmvae.nn.divergences import SpikeAndSlab, spike_and_slab_kl
from tests.support.model_contract import Loss, assert_kl_is_the_mean_log_ratio
from tests.support.networks import normal, seeded

COUNT = 100_000


def random_posterior():
    return tuple(normal(4, 3, seed=seed) for seed in range(3))


def fixed_prior(alpha):
    values = (0.0, 0.0, math.log(alpha / (1 - alpha)))
    return SpikeAndSlab(*(torch.tensor(number, dtype=torch.float64) for number in values))


def sample_gates(model, on):
    """Return samples of the gate alone, because the slab is 1 without variance."""
    mean = torch.ones(COUNT, 1, dtype=torch.float64)
    log_odds = torch.full_like(mean, math.log(on / (1 - on)))
    return model.sample((mean, torch.full_like(mean, -1e4), log_odds), seeded())


def test_the_posterior_has_three_parameters_of_the_latent_dimension():
    assert VSC(7, alpha=0.5).posterior_widths == (7, 7, 7)


@pytest.mark.parametrize("on", [0.02, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("step", [0, 10**6])
def test_a_gate_is_open_with_probability_g(on, step):
    model = VSC(1, alpha=0.5)
    model.anneal(step, 10**6)
    share = float((sample_gates(model, on) > 0.5).double().mean())
    assert abs(share - on) < 5 * math.sqrt(on * (1 - on) / COUNT)


@pytest.mark.parametrize(("step", "slope"), [(0, 50), (10_000, 125), (20_000, 200)])
def test_a_gate_is_as_steep_as_the_slope(step, slope):
    model = VSC(1, alpha=0.5)
    model.anneal(step, 10**6)
    middle = float(torch.logit(sample_gates(model, 0.6)).median())
    assert middle == pytest.approx(slope * (0.6 - 0.5), abs=slope * 0.01)


def test_an_open_dimension_is_a_sample_of_the_slab():
    mean, log_variance = (
        torch.full((COUNT, 1), number, dtype=torch.float64) for number in (2, -1.5)
    )
    samples = VSC(1, alpha=0.5).sample((mean, log_variance, torch.full_like(mean, 40)), seeded())
    deviation = math.exp(-0.75)
    assert abs(float(samples.median()) - 2) < 0.02
    # A gate at 1 - 1e-6 is half open now and then. So quantiles are compared, not moments.
    assert float(samples.quantile(0.8413) - 2) == pytest.approx(deviation, rel=0.03)


@pytest.mark.parametrize(
    ("step", "planned", "slope", "settled"),
    [
        (0, 10**6, 50, False),
        (5_000, 10**6, 87.5, False),
        (10_000, 10**6, 125, False),
        (19_999, 10**6, 199.9925, False),
        (20_000, 10**6, 200, True),
        (900_000, 10**6, 200, True),
        (10_000, 80_000, 125, False),
        (50, 400, 125, False),
        (99, 400, 198.5, False),
        (100, 400, 200, True),
        (0, 3, 200, True),
    ],
)
def test_the_slope_rises_with_the_steps(step, planned, slope, settled):
    model = VSC(3, alpha=0.5)
    assert model.anneal(step, planned) is settled
    assert model.slope == pytest.approx(slope)


def test_a_new_model_has_the_last_slope():
    assert VSC(3, alpha=0.5).slope == 200


@pytest.mark.parametrize("alpha", [0.05, 0.5, 0.9])
def test_the_kl_is_that_from_the_prior_of_alpha(alpha):
    posterior = random_posterior()
    value = VSC(3, alpha=alpha).kl(posterior, sample=None, prior=None)
    expected = spike_and_slab_kl(SpikeAndSlab(*posterior), fixed_prior(alpha))
    torch.testing.assert_close(value, expected)
    mean, log_variance, log_odds = posterior
    on = torch.sigmoid(log_odds)
    slab = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance)
    expected = on * slab + (1 - on) * ((1 - on) / (1 - alpha)).log() + on * (on / alpha).log()
    torch.testing.assert_close(value, expected.sum(-1))


@settings(deadline=None, max_examples=60)
@given(st.floats(-20, 20), st.floats(-20, 10), st.floats(-1e4, 1e4), st.floats(0.001, 0.999))
def test_the_kl_is_finite_and_not_negative(mean, log_variance, log_odds, alpha):
    numbers = (mean, log_variance, log_odds)
    posterior = tuple(torch.tensor([[number]], dtype=torch.float64) for number in numbers)
    value = float(VSC(1, alpha=alpha).kl(posterior, sample=None, prior=None))
    assert -1e-12 <= value < math.inf


def test_g_is_kept_away_from_0_and_1():
    mean = torch.ones(1, 2, dtype=torch.float64)
    log_odds = torch.tensor([[-1e4, 1e4]], dtype=torch.float64)
    posterior = (mean, torch.zeros_like(mean), log_odds)
    model = VSC(2, alpha=0.5)
    expected = torch.tensor([[1e-6, 1 - 1e-6]], dtype=torch.float64)
    torch.testing.assert_close(model.mean_code(posterior), expected, rtol=1e-9, atol=0)
    log_bound = torch.logit(expected)
    torch.testing.assert_close(
        model.kl(posterior, sample=None, prior=None),
        spike_and_slab_kl(SpikeAndSlab(*posterior[:2], log_bound), fixed_prior(0.5)),
    )
    assert model.sample(tuple(tensor.float() for tensor in posterior), seeded()).isfinite().all()


def test_the_code_is_g_times_the_mean_and_the_code_is_decoded():
    model, posterior = VSC(3, alpha=0.2), random_posterior()
    code = model.mean_code(posterior)
    torch.testing.assert_close(code, posterior[0] / (1 + torch.exp(-posterior[2])))
    assert torch.equal(model.latent(code), code)


def test_gradients_of_the_loss_agree_with_finite_differences():
    model = VSC(3, alpha=0.2)
    model.slope.fill_(5.0)  # gates are so shallow that finite differences see every one of them
    inputs = [tensor.requires_grad_() for tensor in random_posterior()]
    assert torch.autograd.gradcheck(Loss(model, None), inputs)


def test_samples_come_from_the_generator_alone():
    model, posterior = VSC(3, alpha=0.5), random_posterior()
    first = model.sample(posterior, seeded())
    torch.manual_seed(5)
    assert torch.equal(model.sample(posterior, seeded()), first)
    assert not torch.equal(model.sample(posterior, seeded(1)), first)


def test_the_mean_log_ratio_is_the_kl():
    assert_kl_is_the_mean_log_ratio(VSC(3, alpha=0.2), random_posterior())


def test_a_gate_is_open_or_closed_outside_training():
    model = VSC(1, alpha=0.5).eval()
    assert set(sample_gates(model, 0.3).unique().tolist()) == {0.0, 1.0}
    assert abs(float(sample_gates(model, 0.3).mean()) - 0.3) < 5 * math.sqrt(0.21 / COUNT)


def test_the_hard_code_is_the_mean_where_g_is_over_a_half():
    posterior = random_posterior()
    expected = torch.where(torch.sigmoid(posterior[2]) > 0.5, posterior[0], 0.0)
    assert torch.equal(VSC(3, alpha=0.2).hard_code(posterior, seeded()), expected)
