"""What every model of the latent variables promises, as checks that take any model.

`CHECKS` holds all of them. A check takes a `Case`, which builds one model as often as it is needed.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from sdmvae import models
from sdmvae.autoencoder import Autoencoder, importance_weighted_bound
from sdmvae.models.base import LatentModel, Posterior
from sdmvae.nn.divergences import itakura_saito
from tests.support import networks
from tests.support.networks import log_power, normal, seeded

M, BINS, FRAMES = 3, 9, 4
SAMPLES = 60_000


@dataclass(frozen=True)
class Case:
    """A model by its name and its arguments."""

    name: str
    arguments: dict[str, Any]

    def build(self, seed: int = 0) -> LatentModel:
        """Return the model, in training mode."""
        return models.build(self.name, self.arguments, m=M, bins=BINS, generator=seeded(seed))


def posterior_of(model: LatentModel, frames: int = FRAMES) -> Posterior:
    """Return random parameters of q(. | s), float64."""
    return tuple(
        normal(frames, width, seed=seed) for seed, width in enumerate(model.posterior_widths)
    )


def encoder_inputs(frames: int = FRAMES) -> torch.Tensor:
    """Return what an encoder is given of random frames, float64."""
    return normal(frames, BINS, seed=5)


def prior_of(model: LatentModel, encoder_input: torch.Tensor | None = None) -> Any:
    """Return the prior of frames under a linear encoder, without its gradient.

    Args:
        model: The model.
        encoder_input: What the encoder is given of the frames; random numbers by default.
    """
    encoder_input = encoder_inputs() if encoder_input is None else encoder_input
    widths = list(model.posterior_widths)
    matrix = normal(BINS, sum(widths), seed=7, scale=0.5).to(encoder_input.dtype)
    with torch.no_grad():
        return model.prior(
            encoder_input, lambda inputs: torch.split(inputs @ matrix, widths, dim=-1)
        )


class Loss(torch.nn.Module):
    """The training loss of a model as a function of the posterior's parameters alone."""

    def __init__(self, model: LatentModel, prior: Any, bins: int = 6) -> None:
        """Take the model, and what its `prior` returned for the frames."""
        super().__init__()
        self.model, self.prior = model, prior
        m = model.latent(model.mean_code(posterior_of(model))).shape[-1]
        self.decoder = normal(m, bins, seed=9)
        self.log_power = log_power(FRAMES, bins).double()

    def forward(self, *posterior: torch.Tensor) -> torch.Tensor:
        """Return the loss under the same noise at every call."""
        generator = seeded()
        sample = self.model.sample(posterior, generator)
        z = self.model.latent(self.model.code(sample, posterior))
        log_variance = torch.tanh(z) @ self.decoder
        bound = itakura_saito(self.log_power, log_variance)
        bound = bound + self.model.kl(posterior, sample, self.prior)
        return bound.mean() + self.model.penalty(posterior, sample, self.prior, generator)


def assert_kl_is_the_mean_log_ratio(
    model: LatentModel,
    posterior: Posterior,
    prior_of_frame: Callable[[int, int], Any] = lambda frame, count: None,
    count: int = SAMPLES,
) -> None:
    """Check that the mean of `log_ratio` over exact samples is `kl`, for each frame.

    Args:
        model: The model, float64.
        posterior: The parameters of q(. | s), tensors of shape (B, width).
        prior_of_frame: It returns the prior of a frame, repeated `count` times.
        count: The number of samples per frame.
    """
    model.eval()
    for frame in range(len(posterior[0])):
        repeated = tuple(tensor[frame : frame + 1].expand(count, -1) for tensor in posterior)
        prior = prior_of_frame(frame, count)
        with torch.no_grad():
            sample = model.sample(repeated, seeded(frame))
            difference = model.log_ratio(repeated, sample, prior) - model.kl(
                repeated, sample, prior
            )
        error = float(difference.std()) / count**0.5
        assert abs(float(difference.mean())) <= max(5 * error, 1e-9)


def check_shapes(case: Case) -> None:
    """Check the shape of everything that a model returns."""
    model = case.build().double()
    posterior, prior = posterior_of(model), prior_of(model)
    for training in (True, False):
        model.train(training)
        sample, mean_code = model.sample(posterior, seeded()), model.mean_code(posterior)
        assert sample.shape == (FRAMES, sample.shape[1])
        assert mean_code.shape == (FRAMES, mean_code.shape[1])
        assert model.code(sample, posterior).shape == mean_code.shape
        assert model.latent(mean_code).shape == (FRAMES, M)
        assert model.kl(posterior, sample, prior).shape == (FRAMES,)
        assert model.log_ratio(posterior, sample, prior).shape == (FRAMES,)
        assert model.penalty(posterior, sample, prior, seeded()).shape == ()
        hard_code = model.hard_code(posterior, seeded())
        assert hard_code is None or hard_code.shape == mean_code.shape


def check_dictionary(case: Case) -> None:
    """Check that the dictionary, if the model has one, has atoms of unit norm and gives z = D a."""
    model = case.build()
    if model.dictionary is not None:
        code = model.mean_code(posterior_of(model)).float()
        assert model.dictionary.shape == (M, code.shape[1])
        norms = model.dictionary.detach().norm(dim=0)
        torch.testing.assert_close(norms, torch.ones_like(norms))
        torch.testing.assert_close(model.latent(code), code @ model.dictionary.T)


def has_one_prior(model: LatentModel) -> bool:
    """Return whether `kl` and `log_ratio` are of the same prior.

    That of `kl` may be fitted to each frame, where `log_ratio` is of one that is not.
    """
    return not (model.prior_is_fitted_to_each_frame and model.has_likelihood)


def check_kl_is_the_mean_log_ratio(case: Case) -> None:
    """Check the KL divergence against exact samples, under the prior of each frame."""
    model = case.build().double()
    if not has_one_prior(model):
        return

    def prior_of_frame(frame: int, count: int) -> Any:
        return prior_of(model, encoder_inputs()[frame : frame + 1].expand(count, -1))

    assert_kl_is_the_mean_log_ratio(model, posterior_of(model), prior_of_frame)


@torch.no_grad()
def check_kl_by_dimension_sums_to_the_kl(case: Case) -> None:
    """Check that the terms sum to the KL up to one constant, and that each is its own dimension's.

    The terms must not change when the other dimensions of the posterior do.
    """
    model = case.build().double().eval()
    posterior, prior = posterior_of(model), prior_of(model)
    sample = model.sample(posterior, seeded())
    terms = model.kl_by_dimension(posterior, sample, prior)
    if terms is None:
        return
    assert terms.shape == posterior[0].shape
    constants = model.kl(posterior, sample, prior) - terms.sum(-1)
    torch.testing.assert_close(constants, constants[:1].expand_as(constants))
    others = tuple(tensor.clone() for tensor in posterior)
    for tensor in others:
        tensor[:, 1:] += 0.5
    changed = model.kl_by_dimension(others, sample, prior)
    assert changed is not None
    torch.testing.assert_close(changed[:, 0], terms[:, 0])
    assert (changed[:, 1:] != terms[:, 1:]).any()


@torch.no_grad()
def check_log_posterior_is_a_density(case: Case) -> None:
    """Check that the difference of `log_posterior` and `log_ratio` is the log-density of a prior.

    A prior that is fixed knows nothing of the posterior, so another one of the same shape, under
    the same prior of each frame, gives the same difference.
    """
    model = case.build().double().eval()
    posterior, prior = posterior_of(model), prior_of(model)
    sample = model.sample(posterior, seeded())
    density = model.log_posterior(posterior, sample)
    if density is None or not model.has_likelihood:
        return
    assert density.shape == (FRAMES,)
    log_prior = density - model.log_ratio(posterior, sample, prior)
    others = tuple(tensor + 0.3 for tensor in posterior)
    other_density = model.log_posterior(others, sample)
    assert other_density is not None and (other_density != density).all()
    other_log_prior = other_density - model.log_ratio(others, sample, prior)
    torch.testing.assert_close(other_log_prior, log_prior)


def _own_bound(
    autoencoder: Autoencoder, frames: torch.Tensor, samples: int, seed: int = 0
) -> torch.Tensor:
    """Return the importance-weighted bound of frames under the model's own prior."""
    (weights,) = autoencoder.importance_weights(frames, samples, seeded(seed))
    return importance_weighted_bound(weights)


@torch.no_grad()
def check_one_importance_sample_is_the_sampled_elbo(case: Case) -> None:
    """Check the importance-weighted bound at K = 1 against log p(s | z) - log_ratio."""
    autoencoder = networks.build(case.name, case.arguments, m=M, bins=BINS).double().eval()
    frames, model = log_power(bins=BINS).double(), autoencoder.model
    encoder_input = autoencoder.encoder_input(frames)
    posterior = autoencoder.encode(encoder_input)
    prior = model.prior(encoder_input, autoencoder.encode)
    sample = model.sample(posterior, seeded(3))
    output = autoencoder.decode(model.code(sample, posterior))
    elbo = -autoencoder.likelihood.negative_log_likelihood(frames, output)
    elbo -= model.log_ratio(posterior, sample, prior)
    ((weights,),) = autoencoder.importance_weights(frames, 1, seeded(3))
    torch.testing.assert_close(weights, elbo)


@torch.no_grad()
def check_importance_weighted_bound_is_above_the_elbo(case: Case) -> None:
    """Check that K = 1 gives the ELBO on average, and that K = 4 and K = 16 give more and more."""
    autoencoder = networks.build(case.name, case.arguments, m=M, bins=BINS).double().eval()
    frame = log_power(bins=BINS).double()[:1]
    many, fewer = frame.expand(40_000, -1), frame.expand(4_000, -1)
    means = [float(_own_bound(autoencoder, fewer, samples).mean()) for samples in (1, 4, 16)]
    assert means[0] < means[1] < means[2]
    if has_one_prior(autoencoder.model):
        reconstruction, kl, _ = autoencoder.bound(many, seeded(1))
        elbo = -(reconstruction + kl)
        at_one = _own_bound(autoencoder, many, 1, seed=2)
        error = float(((elbo.var() + at_one.var()) / len(many)).sqrt())
        assert abs(float(elbo.mean() - at_one.mean())) < 5 * error
        assert float(elbo.mean()) < means[2]


def check_gradients(case: Case) -> None:
    """Check gradients in the posterior and in the model's parameters by finite differences.

    The prior of each frame is held, because the choice of a prior is not differentiable. A model
    whose gradients in training pass a step is checked in eval mode, where they do not. The fast
    mode compares the gradients along one random direction.
    """
    model = case.build().double()
    model.train(not model.is_straight_through)
    model.anneal(10, 80)
    loss = Loss(model, prior_of(model))
    names = [name for name, _ in loss.named_parameters()]
    parameters = [parameter.detach().clone() for parameter in loss.parameters()]
    posterior = posterior_of(model)

    def of_everything(*tensors: torch.Tensor) -> torch.Tensor:
        own = dict(zip(names, tensors[len(posterior) :], strict=True))
        value: torch.Tensor = torch.func.functional_call(loss, own, tensors[: len(posterior)])
        return value

    inputs = [tensor.requires_grad_() for tensor in (*posterior, *parameters)]
    assert torch.autograd.gradcheck(of_everything, inputs, fast_mode=True)


def check_extremes_are_finite(case: Case) -> None:
    """Check that values and gradients are finite in float32, far away from ordinary posteriors.

    The first parameter of the posterior goes from -10,000 to 10,000 as a mean does. Every other one
    goes from -60 to 20 as the logarithm of a variance, a scale or of odds does.
    """
    model = case.build()
    means = (-1e4, -1.0, -1e-30, 0.0, 1e-4, 1.0, 1e4)
    logarithms = (-60.0, -20.0, -1.0, 0.0, 20.0)
    count = len(model.posterior_widths)
    grid = torch.tensor(list(itertools.product(means, *[logarithms] * (count - 1))))
    prior = prior_of(model, encoder_inputs(len(grid)).float())
    for training, step in ((True, 0), (True, 10), (True, 80), (False, 80)):
        model.train(training)
        model.anneal(step, 80)
        posterior = tuple(
            grid[:, [number]].repeat(1, width).requires_grad_()
            for number, width in enumerate(model.posterior_widths)
        )
        if training and step:
            model.observe(posterior)
        sample = model.sample(posterior, seeded())
        code, mean_code = model.code(sample, posterior), model.mean_code(posterior)
        terms = {
            "sample": sample,
            "code": code,
            "latent": model.latent(code),
            "mean_code": mean_code,
            "mean_latent": model.latent(mean_code),
            "kl": model.kl(posterior, sample, prior),
            "penalty": model.penalty(posterior, sample, prior, seeded()),
        }
        if not training:
            terms["log_ratio"] = model.log_ratio(posterior, sample, prior)
        for name, value in terms.items():
            assert value.isfinite().all(), name
        (terms["kl"].sum() + terms["penalty"] + terms["latent"].sum()).backward()
        for tensor in (*posterior, *model.parameters()):
            assert tensor.grad is None or tensor.grad.isfinite().all()
        model.zero_grad()


def check_annealed_state_stays_in_place(case: Case) -> None:
    """Check that what a model anneals lies in tensors that stay where they are.

    A step that was recorded as a CUDA graph takes every other attribute for a constant.
    """
    model = case.build().train()
    posterior = tuple(torch.ones(2, width) for width in model.posterior_widths)

    def state() -> tuple[str, dict[str, int]]:
        attributes = {key: value for key, value in vars(model).items() if not key.startswith("_")}
        tensors = itertools.chain(model.named_parameters(), model.named_buffers())
        return repr(attributes), {key: tensor.data_ptr() for key, tensor in tensors}

    states = []
    for step in (0, 7, 40):
        model.anneal(step, 80)
        model.observe(posterior)
        model.sample(posterior, seeded())
        model.constrain()
        states.append(state())
    assert states[0] == states[1] == states[2]


def check_annealing_ends(case: Case) -> None:
    """Check that annealing, once it is over, stays over."""
    model = case.build().train()
    settled = [model.anneal(step, 100) for step in range(100)]
    assert settled == sorted(settled)


def check_samples_come_from_the_generator_alone(case: Case) -> None:
    """Check that the same seed gives the same sample, penalty and initial weights."""
    model = case.build().double()
    posterior, prior = posterior_of(model), prior_of(model)
    for training in (True, False):
        model.train(training)
        model.anneal(40, 80)
        first = model.sample(posterior, seeded(1))
        penalty = model.penalty(posterior, first, prior, seeded(1))
        torch.manual_seed(5)
        again = model.sample(posterior, seeded(1))
        assert torch.equal(first, again)
        assert not torch.equal(first, model.sample(posterior, seeded(2)))
        assert torch.equal(penalty, model.penalty(posterior, again, prior, seeded(1)))
    weights = case.build(seed=1).state_dict()
    torch.manual_seed(6)
    for name, tensor in case.build(seed=1).state_dict().items():
        assert torch.equal(weights[name], tensor)


CHECKS: dict[str, Callable[[Case], None]] = {
    name.removeprefix("check_"): function
    for name, function in list(globals().items())
    if name.startswith("check_")
}
