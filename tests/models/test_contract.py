"""Every model keeps the contract of `sdmvae.models.base`; no list here names the models."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from sdmvae import models
from sdmvae.nn.linear import Linear
from tests.support import arguments, networks
from tests.support.model_contract import CHECKS, Case
from tests.support.plugin_files import add_file

CASES = [
    pytest.param(
        Case(name, values), id="-".join([name, *(f"{key}={values[key]}" for key in values)])
    )
    for name, values in arguments.all_models()
]

NEW_MODEL = '''
"""A model as a user may write it: its arguments are required, and its layers are those of torch."""

from typing import Annotated, Any, Literal

import torch
from pydantic import Field
from torch import nn

from sdmvae.models.base import GaussianModel, Posterior
from sdmvae.nn.divergences import gaussian_log_density, zero_mean_kl


class Scaled(GaussianModel):
    """A Gaussian prior whose deviation and mode are required, and a linear layer before z."""

    def __init__(
        self,
        m: int,
        *,
        deviation: Annotated[float, Field(gt=1, lt=100)],
        mode: Literal["magnitude", "dct"],
        offset: bool = False,
    ) -> None:
        super().__init__(m)
        self.log_variance = 2 * torch.log(torch.tensor(deviation)).item()
        self.layer = nn.Linear(m, m, bias=offset)
        nn.init.eye_(self.layer.weight)
        if offset:
            nn.init.zeros_(self.layer.bias)

    def kl(self, posterior: Posterior, sample: torch.Tensor, prior: Any) -> torch.Tensor:
        mean, log_variance = posterior
        return zero_mean_kl(mean, log_variance, torch.full_like(mean, self.log_variance))

    def log_prior(self, posterior: Posterior, sample: torch.Tensor) -> torch.Tensor:
        zero = torch.zeros_like(sample)
        return gaussian_log_density(sample, zero, zero + self.log_variance)

    def latent(self, code: torch.Tensor) -> torch.Tensor:
        return self.layer(code)
'''


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("case", CASES)
def test_every_model_keeps_the_contract(case, check):
    CHECKS[check](case)


@pytest.fixture
def scaled(tmp_path, monkeypatch):
    """The name of a model whose only trace is its file."""
    add_file(monkeypatch, tmp_path, models, "scaled", NEW_MODEL)
    return "scaled"


def test_arguments_of_a_new_model_are_found_without_any_list(scaled):
    assert scaled in models.names()
    assert arguments.model_variations(scaled) == [
        {"deviation": 2.0, "mode": "magnitude"},
        {"deviation": 2.0, "mode": "magnitude", "offset": True},
    ]


@pytest.mark.parametrize("check", CHECKS)
def test_a_new_model_is_checked_as_all_models_are(scaled, check):
    for values in arguments.model_variations(scaled):
        CHECKS[check](Case(scaled, values))


def test_a_model_that_breaks_the_contract_fails(tmp_path, monkeypatch):
    broken = NEW_MODEL.replace("class Scaled", "class Broken").replace(
        "zero + self.log_variance", "zero + self.log_variance + 0.1"
    )
    add_file(monkeypatch, tmp_path, models, "broken", broken)
    with pytest.raises(AssertionError):
        CHECKS["kl_is_the_mean_log_ratio"](Case("broken", arguments.model_variations("broken")[0]))


# Which models give the same bytes on every processor

# The models that promise it. A new model may do without the promise, and need not stand here.
SAME_BYTES = {
    *("intel", "laplace", "mixture", "sdm", "sdm-shared", "sdm-student"),
    *("vae", "vaease", "vsc", "vsc-informed", "vsc-thresholded"),
}

aten = torch.ops.aten
MATRIX_PRODUCTS = {
    *(aten.mm, aten.addmm, aten.bmm, aten.baddbmm, aten.addbmm, aten.mv, aten.addmv),
    *(aten.dot, aten.vdot, aten.addr, aten.linear, aten.convolution, aten._trilinear),
}


class MatrixProducts(TorchDispatchMode):
    """Notes the matrix products that PyTorch computes itself."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function.overloadpacket in MATRIX_PRODUCTS:
            self.names.add(function.overloadpacket.__name__)
        return function(*args, **(kwargs or {}))


def products_of_a_step(name, values):
    """Return the matrix products of an optimisation step that PyTorch computes itself."""
    autoencoder = networks.build(name, values)
    with MatrixProducts() as products:
        reconstruction, kl, penalty = autoencoder.bound(networks.log_power(), networks.seeded())
        ((reconstruction + kl).mean() + penalty).backward()
    return products.names


def plain_layers(model):
    """Return the names of the layers whose class is `torch.nn.Linear` itself."""
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and not isinstance(module, Linear)
    ]


@pytest.mark.parametrize("case", [case for case in CASES if case.values[0].name in SAME_BYTES])
def test_models_that_promise_it_give_the_same_bytes_on_every_processor(case):
    """PyTorch's own matrix products depend on the processor, those of sdmvae.nn.linear do not."""
    layers = plain_layers(case.build())
    assert not layers, (
        f"model {case.name}: layers {layers} are torch.nn.Linear, whose bits depend on the "
        "processor; take sdmvae.nn.linear.Linear"
    )
    products = products_of_a_step(case.name, case.arguments)
    assert not products, (
        f"model {case.name}: PyTorch computes {products}, whose bits depend on the processor; "
        "take sdmvae.nn.linear.matmul"
    )


def test_a_model_with_a_plain_layer_works_without_that_promise(scaled):
    (values, *_) = arguments.model_variations(scaled)
    assert plain_layers(Case(scaled, values).build()) == ["layer"]
    assert products_of_a_step(scaled, values) == {"mm"}
