import math

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from sdmvae.models.vsc_informed import PSEUDO_INPUTS, InformedPrior, InformedVSC
from sdmvae.nn.divergences import SpikeAndSlab
from tests.support.model_contract import Loss
from tests.support.networks import normal, seeded

BINS, M, BATCH = 5, 3, 4


def build(alpha=0.2, seed=0):
    return InformedVSC(M, BINS, seeded(seed), alpha=alpha).double()


@pytest.fixture
def posterior():
    return tuple(normal(BATCH, M, seed=seed) for seed in range(3))


@pytest.fixture
def encode():
    """Return a linear encoder."""
    matrix = normal(BINS, 3 * M, seed=7)
    return lambda encoder_input: (encoder_input @ matrix).split(M, dim=-1)


@pytest.fixture
def encoder_input():
    return normal(BATCH, BINS, seed=5)


def choose(model, encoder_input):
    """Return the number of the pseudo-input that each frame takes."""
    return model.classifier(encoder_input).argmax(-1)


def test_the_posterior_has_three_parameters_of_the_latent_dimension():
    assert build().posterior_widths == (M, M, M)


def test_pseudo_inputs_and_classifier_come_from_the_generator_alone():
    first = build().state_dict()
    torch.manual_seed(5)
    again, other = build().state_dict(), build(seed=1).state_dict()
    assert first["pseudo_inputs"].shape == (PSEUDO_INPUTS, BINS)
    for name, tensor in first.items():
        assert torch.equal(tensor, again[name])
        assert not torch.equal(tensor, other[name])


def test_the_prior_is_the_posterior_of_the_chosen_pseudo_input(encoder_input, encode):
    model = build()
    with torch.no_grad():
        prior = model.prior(encoder_input, encode)
        expected = encode(model.pseudo_inputs[choose(model, encoder_input)])
    for tensor, of_pseudo_input in zip(prior.chosen(), expected, strict=True):
        torch.testing.assert_close(tensor, of_pseudo_input.clamp(-13.8155, 13.8155))
    assert torch.equal(prior.choice.round(), prior.choice.round().clamp(0, 1))
    assert (prior.choice.sum(-1) - 1).abs().max() < 1e-12


def test_frames_choose_different_pseudo_inputs():
    model = build()
    choices = choose(model, normal(200, BINS, seed=11))
    assert len(choices.unique()) > 3


def test_the_kl_is_its_formula_term_by_term(posterior, encoder_input, encode):
    model = build()
    with torch.no_grad():
        prior = model.prior(encoder_input, encode)
        kl = model.kl(posterior, None, prior)
        mean, log_variance, log_odds = posterior
        p = prior.chosen()
    on = torch.sigmoid(log_odds)
    slab = kl_divergence(
        Normal(mean, (log_variance / 2).exp()), Normal(p.mean, (p.log_variance / 2).exp())
    )
    spike = kl_divergence(Bernoulli(logits=log_odds), Bernoulli(logits=p.log_odds))
    torch.testing.assert_close(kl, (on * slab + spike).sum(-1) + math.log(20))


def test_the_kl_of_a_frame_like_its_pseudo_input_is_log_20(encoder_input, encode):
    model = build()
    with torch.no_grad():
        prior = model.prior(encoder_input, encode)
        kl = model.kl(tuple(prior.chosen()), None, prior)
    torch.testing.assert_close(kl, torch.full_like(kl, math.log(20)))


def test_the_penalty_is_smallest_if_pseudo_inputs_have_sparsity_alpha(
    posterior, encoder_input, encode
):
    model = build(alpha=0.2)
    with torch.no_grad():
        prior = model.prior(encoder_input, encode)
        penalty = float(model.penalty(posterior, posterior[0], prior, seeded()))
        on = torch.sigmoid(prior.chosen().log_odds).mean(-1)
    expected = M * kl_divergence(Bernoulli(probs=on), Bernoulli(probs=0.2)).mean()
    assert penalty == pytest.approx(float(expected), rel=1e-6)
    at_alpha = torch.full((PSEUDO_INPUTS, M), math.log(0.25), dtype=torch.float64)
    exact = InformedPrior(SpikeAndSlab(at_alpha, at_alpha, at_alpha), prior.choice)
    assert float(model.penalty(posterior, posterior[0], exact, seeded())) == pytest.approx(
        0, abs=1e-12
    )


def test_gradients_of_the_loss_agree_with_finite_differences(posterior, encoder_input, encode):
    model = build()
    model.slope.fill_(5.0)  # gates are so shallow that finite differences see every one of them
    with torch.no_grad():
        prior = model.prior(encoder_input, encode)
    inputs = [tensor.clone().requires_grad_() for tensor in posterior]
    assert torch.autograd.gradcheck(Loss(model, prior), inputs)


def test_the_gradient_in_the_pseudo_inputs_agrees_with_finite_differences(
    posterior, encoder_input, encode
):
    model = build()

    def loss(pseudo_inputs):
        fixed = torch.nn.functional.one_hot(choose(model, encoder_input), PSEUDO_INPUTS).double()
        components = SpikeAndSlab(*encode(pseudo_inputs))
        prior = InformedPrior(components, fixed)
        return model.kl(posterior, None, prior).sum() + model.penalty(
            posterior, posterior[0], prior, seeded()
        )

    start = model.pseudo_inputs.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(loss, start)


def test_the_classifier_learns_to_choose_the_nearer_prior(posterior, encoder_input, encode):
    model = build()
    optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.1)
    for _ in range(100):
        optimizer.zero_grad()
        model.kl(posterior, None, model.prior(encoder_input, encode)).sum().backward()
        optimizer.step()
    with torch.no_grad():
        kl = model.kl(posterior, None, model.prior(encoder_input, encode))
        components = model.prior(encoder_input, encode).components
        smallest = torch.stack(
            [
                model.kl(
                    posterior, None, InformedPrior(components, torch.eye(20).double()[[u] * BATCH])
                )
                for u in range(PSEUDO_INPUTS)
            ]
        ).min(dim=0)
    assert (kl - smallest.values).sum() < 0.1 * smallest.values.sum()


@pytest.mark.parametrize(("step", "progress", "slope"), [(0, 0, 50), (50, 0.5, 125), (100, 1, 200)])
def test_annealing_scales_the_sample(step, progress, slope):
    model = build()
    assert model.anneal(step, 400) is (step == 100)
    assert (model.progress, model.slope) == (progress, slope)
    count = 50_000
    mean, log_variance = (torch.full((count, 1), number).double() for number in (2.0, -1.5))
    samples = model.sample((mean, log_variance, torch.full_like(mean, 40.0)), seeded())
    assert float(samples.median()) == pytest.approx(2 * progress, abs=0.03)
    spread = float(samples.quantile(0.8413) - samples.median())
    assert spread == pytest.approx(math.exp(-0.75 * progress), rel=0.03)


def test_nothing_is_annealed_outside_training():
    model = build().eval()
    model.anneal(0, 400)
    mean = torch.full((1000, 1), 2.0).double()
    samples = model.sample((mean, torch.full_like(mean, -40.0), torch.zeros_like(mean)), seeded())
    assert set(samples.round(decimals=3).unique().tolist()) == {0.0, 2.0}


def test_codes_are_those_of_the_fixed_prior(posterior):
    model = build()
    mean, _, log_odds = posterior
    torch.testing.assert_close(model.mean_code(posterior), torch.sigmoid(log_odds) * mean)
    torch.testing.assert_close(model.hard_code(posterior, seeded()), (log_odds > 0) * mean)
    assert torch.equal(model.latent(mean), mean)
