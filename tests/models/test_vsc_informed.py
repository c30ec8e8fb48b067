import math

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from sdmvae.models.vsc_informed import PSEUDO_INPUTS, Informed, InformedVSC
from sdmvae.nn.divergences import SpikeAndSlab

BINS, M, BATCH = 5, 3, 4


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def built(alpha=0.2, seed=0):
    return InformedVSC(M, BINS, seeded(seed), alpha=alpha).double()


@pytest.fixture
def heads(normal):
    return tuple(normal(BATCH, M, seed=seed) for seed in range(3))


@pytest.fixture
def encode(normal):
    """A linear encoder."""
    matrix = normal(BINS, 3 * M, seed=7)
    return lambda features: (features @ matrix).split(M, dim=-1)


@pytest.fixture
def features(normal):
    return normal(BATCH, BINS, seed=5)


def chosen_by(model, features):
    return (model.classifier(features)).argmax(-1)


def test_three_heads_of_the_latent_dimension():
    assert built().heads == (M, M, M)


def test_pseudo_inputs_and_classifier_are_drawn_from_the_generator_alone():
    first = built().state_dict()
    torch.manual_seed(5)
    again, other = built().state_dict(), built(seed=1).state_dict()
    assert first["pseudo_inputs"].shape == (PSEUDO_INPUTS, BINS)
    for name, each in first.items():
        assert torch.equal(each, again[name])
        assert not torch.equal(each, other[name])


def test_the_prior_is_the_posterior_of_the_chosen_pseudo_input(features, encode):
    model = built()
    with torch.no_grad():
        prior = model.prior(features, encode)
        expected = encode(model.pseudo_inputs[chosen_by(model, features)])
    for one, other in zip(prior.chosen(), expected, strict=True):
        torch.testing.assert_close(one, other.clamp(-13.8155, 13.8155))
    assert torch.equal(prior.choice.round(), prior.choice.round().clamp(0, 1))
    assert (prior.choice.sum(-1) - 1).abs().max() < 1e-12


def test_frames_choose_differently(encode, normal):
    model = built()
    choices = chosen_by(model, normal(200, BINS, seed=11))
    assert len(choices.unique()) > 3


def test_kl_term_by_term(heads, features, encode):
    model = built()
    with torch.no_grad():
        prior = model.prior(features, encode)
        found = model.kl(heads, None, prior)
        mean, log_variance, log_odds = heads
        p = prior.chosen()
    on = torch.sigmoid(log_odds)
    slab = kl_divergence(
        Normal(mean, (log_variance / 2).exp()), Normal(p.mean, (p.log_variance / 2).exp())
    )
    spike = kl_divergence(Bernoulli(logits=log_odds), Bernoulli(logits=p.log_odds))
    torch.testing.assert_close(found, (on * slab + spike).sum(-1) + math.log(20))


def test_kl_of_a_frame_like_its_pseudo_input_is_the_price_of_the_choice(features, encode):
    model = built()
    with torch.no_grad():
        prior = model.prior(features, encode)
        found = model.kl(tuple(prior.chosen()), None, prior)
    torch.testing.assert_close(found, torch.full_like(found, math.log(20)))


def test_log_ratio_averages_to_the_kl(heads, features, encode, kl_by_draws):
    model = built()
    with torch.no_grad():
        prior = model.prior(features, encode)

    def of(index, count):
        return Informed(prior.components, prior.choice[index : index + 1].expand(count, -1))

    kl_by_draws(model, heads, of)


def test_penalty_brings_the_pseudo_inputs_to_alpha(heads, features, encode):
    model = built(alpha=0.2)
    with torch.no_grad():
        prior = model.prior(features, encode)
        found = float(model.penalty(heads, heads[0], prior, seeded()))
        on = torch.sigmoid(prior.chosen().log_odds).mean(-1)
    expected = M * kl_divergence(Bernoulli(probs=on), Bernoulli(probs=0.2)).mean()
    assert found == pytest.approx(float(expected), rel=1e-6)
    at_alpha = torch.full((PSEUDO_INPUTS, M), math.log(0.25), dtype=torch.float64)
    exact = Informed(SpikeAndSlab(at_alpha, at_alpha, at_alpha), prior.choice)
    assert float(model.penalty(heads, heads[0], exact, seeded())) == pytest.approx(0, abs=1e-12)


def test_gradients_of_the_bound_against_finite_differences(bound_of, heads, features, encode):
    model = built()
    model.slope.fill_(5.0)  # so shallow that finite differences see every gate
    with torch.no_grad():
        prior = model.prior(features, encode)
    given = [each.clone().requires_grad_() for each in heads]
    assert torch.autograd.gradcheck(bound_of(model, prior), given)


def test_gradient_in_the_pseudo_inputs_against_finite_differences(heads, features, encode):
    model = built()

    def loss(pseudo_inputs):
        fixed = torch.nn.functional.one_hot(chosen_by(model, features), PSEUDO_INPUTS).double()
        components = SpikeAndSlab(*encode(pseudo_inputs))
        prior = Informed(components, fixed)
        return model.kl(heads, None, prior).sum() + model.penalty(heads, heads[0], prior, seeded())

    start = model.pseudo_inputs.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(loss, start)


def test_the_classifier_learns_to_choose_the_nearer_prior(heads, features, encode):
    model = built()
    optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.1)
    for _ in range(100):
        optimizer.zero_grad()
        model.kl(heads, None, model.prior(features, encode)).sum().backward()
        optimizer.step()
    with torch.no_grad():
        found = model.kl(heads, None, model.prior(features, encode))
        components = model.prior(features, encode).components
        best = torch.stack(
            [
                model.kl(heads, None, Informed(components, torch.eye(20).double()[[u] * BATCH]))
                for u in range(PSEUDO_INPUTS)
            ]
        ).min(dim=0)
    assert (found - best.values).sum() < 0.1 * best.values.sum()


@pytest.mark.parametrize(("step", "warmth", "slope"), [(0, 0, 50), (50, 0.5, 125), (100, 1, 200)])
def test_warm_up_scales_the_draw(step, warmth, slope, normal):
    model = built()
    assert model.anneal(step, 400) is (step == 100)
    assert (model.progress, model.slope) == (warmth, slope)
    count = 50_000
    mean, log_variance = (torch.full((count, 1), each).double() for each in (2.0, -1.5))
    drawn = model.sample((mean, log_variance, torch.full_like(mean, 40.0)), seeded())
    assert float(drawn.median()) == pytest.approx(2 * warmth, abs=0.03)
    spread = float(drawn.quantile(0.8413) - drawn.median())
    assert spread == pytest.approx(math.exp(-0.75 * warmth), rel=0.03)


def test_outside_training_nothing_is_warmed_up():
    model = built().eval()
    model.anneal(0, 400)
    mean = torch.full((1000, 1), 2.0).double()
    drawn = model.sample((mean, torch.full_like(mean, -40.0), torch.zeros_like(mean)), seeded())
    assert set(drawn.round(decimals=3).unique().tolist()) == {0.0, 2.0}


def test_codes_are_as_those_of_the_fixed_prior(heads):
    model = built()
    mean, _, log_odds = heads
    torch.testing.assert_close(model.mean(heads), torch.sigmoid(log_odds) * mean)
    torch.testing.assert_close(model.hard_code(heads), (log_odds > 0) * mean)
    assert torch.equal(model.latent(mean), mean)
