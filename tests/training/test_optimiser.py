"""The optimiser is Adam as torch defines it, for every parameter of every model.

The gradient of a layer's weights may be a transposed matrix. An optimiser that reads memory in its
order would permute it, and training would still seem to work.
"""

import numpy as np
import pytest
import torch

from sdmvae.nn import dictionaries
from sdmvae.runtime.seeds import seed_for
from tests.support import networks
from tests.support.arguments import all_models
from tests.support.plugin_files import TRANSPOSED, add_file
from tests.support.trainings import build, frames, settings, train

CASES = [
    pytest.param(name, values, id="-".join([name, *(f"{key}={values[key]}" for key in values)]))
    for name, values in all_models()
]
LEARNED = ("sdm", {"dictionary": "random", "atoms": 5, "learned": True})


def train_plainly(autoencoder, data, options):
    """Return the weights after all epochs of a loop as anybody would write it with torch."""
    adam = torch.optim.Adam(
        autoencoder.parameters(),
        lr=options.learning_rate,
        betas=(0.9, options.beta2),
        fused=False,
        foreach=False,
    )
    size = options.batch_size
    batches = -(-len(data) // size)
    planned = batches * options.epochs
    constant = planned * (1 - options.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda step: 1.0 if step <= constant else (planned - step) / (planned - constant)
    )
    for epoch in range(1, options.epochs + 1):
        order_seed = seed_for(options.seed, options.name, "order", epoch)
        order = np.random.default_rng(order_seed).permutation(len(data))
        noise = networks.seeded(seed_for(options.seed, options.name, "noise", epoch))
        for number in range(batches):
            batch = torch.from_numpy(data[order[number * size : (number + 1) * size]])
            autoencoder.model.anneal((epoch - 1) * batches + number, batches * options.epochs)
            bound = autoencoder.bound(batch, noise)
            loss = (bound.reconstruction + bound.kl).mean() + bound.penalty
            adam.zero_grad()
            loss.backward()
            adam.step()
            schedule.step()
            autoencoder.model.constrain()
    return autoencoder.state_dict()


@pytest.mark.parametrize("batch_size", [40, 16])
@pytest.mark.parametrize("epochs", [1, 4])
@pytest.mark.parametrize(("name", "values"), CASES)
def test_weights_are_those_of_a_plain_loop(name, values, epochs, batch_size):
    changes = {"epochs": epochs, "batch_size": batch_size}
    trained, data = networks.build(name, values), frames(40)
    before = {name: tensor.clone() for name, tensor in trained.state_dict().items()}
    train(trained, data, **changes)
    expected = train_plainly(networks.build(name, values), data, settings(**changes))
    weights = trained.state_dict()
    for key, tensor in expected.items():
        torch.testing.assert_close(weights[key], tensor, rtol=1e-4, atol=1e-6, msg=key)
    for key, _ in trained.named_parameters():
        assert not torch.equal(weights[key], before[key]), key


@pytest.mark.parametrize("changes", [{"decay": 0.4}, {"decay": 1.0}, {"beta2": 0.9}])
def test_the_learning_rate_falls_as_a_scheduler_of_torch_lets_it_fall(changes):
    changes = {"epochs": 5, "batch_size": 16, **changes}
    case, data = ("sdm", {"dictionary": "identity"}), frames(40)
    trained, constant = networks.build(*case), networks.build(*case)
    train(trained, data, **changes)
    train(constant, data, epochs=5, batch_size=16)
    expected = train_plainly(networks.build(*case), data, settings(**changes))
    for key, tensor in trained.state_dict().items():
        torch.testing.assert_close(tensor, expected[key], rtol=1e-4, atol=1e-6, msg=key)
    weights = dict(constant.named_parameters())
    assert all(not torch.equal(tensor, weights[key]) for key, tensor in trained.named_parameters())


def test_some_gradients_are_transposed_matrices():
    """Without them, the test above would not show whether they are read in the right order."""
    autoencoder, contiguous = networks.build(*LEARNED), {}
    for name, parameter in autoencoder.named_parameters():
        parameter.register_hook(
            lambda gradient, name=name: contiguous.update({name: gradient.is_contiguous()})
        )
    bound = autoencoder.bound(networks.log_power(), networks.seeded())
    (bound.reconstruction + bound.kl).mean().backward()
    assert contiguous["model.dictionary"] is False


def test_twelve_steps_on_one_batch_are_those_of_torch():
    plain, batch = build("noiseless"), frames(32)
    adam = torch.optim.Adam(plain.parameters(), lr=3e-3)
    for _ in range(12):
        adam.zero_grad()
        sum(plain.bound(torch.from_numpy(batch), torch.Generator())).mean().backward()
        adam.step()
    trained = train(build("noiseless"), batch, batch, epochs=12)
    assert trained.best_epoch == 12
    for name, tensor in plain.state_dict().items():
        torch.testing.assert_close(trained.weights[name], tensor, rtol=1e-4, atol=1e-6)


def test_a_learned_dictionary_that_was_transposed_is_trained_as_any_other(tmp_path, monkeypatch):
    add_file(monkeypatch, tmp_path, dictionaries, "transposed", TRANSPOSED)
    case = ("sdm", {"dictionary": "transposed", "atoms": 5, "learned": True})
    trained, data = networks.build(*case), frames(40)
    train(trained, data)
    expected = train_plainly(networks.build(*case), data, settings())
    for key, tensor in expected.items():
        torch.testing.assert_close(trained.state_dict()[key], tensor, rtol=1e-4, atol=1e-6)
