import copy
import itertools

import numpy as np
import pytest
import safetensors.torch
import torch

from sdmvae.dataset import frames as frame_store
from sdmvae.nn.sparsity import hoyer_above_gaussian, hoyer_of_gaussian
from sdmvae.training import loop, optimiser, saved
from tests.support import networks
from tests.support.arguments import all_models
from tests.support.trainings import (
    BINS,
    MODELS,
    assert_same_training,
    build,
    flat_frames,
    frames,
    frames_of_speech,
    same,
    train,
)


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_falls(name):
    trained = train(build(name), epochs=25)
    first, last = trained.curve[0], trained.curve[-1]
    assert last.train_loss < first.train_loss - 5
    assert last.validation_loss < first.validation_loss - 5


@pytest.mark.parametrize(("name", "values"), all_models())
def test_every_model_learns(name, values):
    curve = train(networks.build(name, values), epochs=25).curve
    assert curve[-1].train_loss < curve[0].train_loss - 2
    assert curve[-1].reconstruction < curve[0].reconstruction - 2


def test_the_curve_has_one_row_per_epoch():
    rows = []
    trained = train(build(), after_epoch=lambda snapshot: rows.append(snapshot.curve[-1]))
    assert trained.curve == rows
    assert [row.epoch for row in rows] == [1, 2, 3]
    for row in rows:
        assert row.validation_loss == pytest.approx(row.reconstruction + row.kl + row.penalty)


@pytest.mark.parametrize("name", MODELS)
def test_every_epoch_has_the_sparsity_of_the_mean_codes_of_validation_frames(name):
    validation, autoencoder, expected = frames(40, seed=1), build(name), []

    def after_epoch(snapshot):
        autoencoder.eval()
        with torch.no_grad():
            scaled = autoencoder.encoder_input(torch.from_numpy(validation))
            codes = autoencoder.model.mean_code(autoencoder.encode(scaled)).double().numpy()
        autoencoder.train()
        codes /= codes.std(axis=0)
        root, norms = np.sqrt(codes.shape[1]), np.linalg.norm(codes, axis=1)
        hoyer = (root - np.abs(codes).sum(axis=1) / norms) / (root - 1)
        expected.append(hoyer.mean() - hoyer_of_gaussian(codes.shape[1]))

    curve = train(autoencoder, validation_frames=validation, after_epoch=after_epoch).curve
    assert [row.hoyer_above_gaussian for row in curve] == pytest.approx(expected, abs=1e-5)
    assert len(set(expected)) == 3


def test_the_codes_that_are_measured_change_no_weights():
    autoencoder = build("sdm")
    autoencoder.model.mean_code = lambda posterior: torch.ones(len(posterior[0]), 1)
    changed = train(autoencoder)
    assert all(np.isnan(row.hoyer_above_gaussian) for row in changed.curve)
    assert same(changed.weights, train(build("sdm")).weights)


def test_many_codes_are_measured_by_some_of_them(monkeypatch):
    codes = np.random.default_rng(0).laplace(size=(1001, 4))
    monkeypatch.setattr(loop, "SPARSITY_FRAMES", 100)
    assert loop.measure_sparsity(codes) == pytest.approx(hoyer_above_gaussian(codes[::11]).mean())


def test_codes_that_are_zero_do_not_count_and_codes_of_one_dimension_have_no_sparsity():
    codes = np.random.default_rng(0).laplace(size=(50, 4))
    expected = loop.measure_sparsity(codes * [[1.0]])
    codes[::5] = 0
    some = loop.measure_sparsity(codes)
    assert np.isfinite(some) and some != expected
    assert np.isnan(loop.measure_sparsity(codes[:, :1]))
    assert np.isnan(loop.measure_sparsity(np.zeros((5, 4))))


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(name):
    assert_same_training(train(build(name)), train(build(name)))


@pytest.mark.parametrize("change", [{"seed": 1}, {"name": "vae-m4"}])
def test_another_seed_or_another_name_gives_other_weights(change):
    assert not same(train(build()).weights, train(build(), **change).weights)


def test_the_global_random_generators_do_not_matter():
    first = train(build())
    torch.manual_seed(5)
    np.random.seed(5)
    assert same(first.weights, train(build()).weights)


def test_every_epoch_takes_all_frames_once_in_an_order_of_its_own():
    numbers = np.repeat(np.arange(1, 11, dtype=np.float32)[:, None], BINS, axis=1)
    autoencoder, batches = build(), []
    bound = autoencoder.bound

    def recording_bound(log_power, generator, posterior=None):
        if torch.is_grad_enabled():
            batches.append(log_power[:, 0].tolist())
        return bound(log_power, generator, posterior)

    autoencoder.bound = recording_bound
    train(autoencoder, numbers, batch_size=4)
    assert [len(batch) for batch in batches] == [4, 4, 2] * 3
    orders = [tuple(itertools.chain(*batches[start : start + 3])) for start in (0, 3, 6)]
    assert all(sorted(order) == list(range(1, 11)) for order in orders)
    assert len(set(orders)) == 3


@pytest.mark.parametrize("batch_size", [1, 4, 10, 1000])
def test_losses_are_means_over_frames_whatever_the_batch_size(batch_size):
    data = frames(10)
    trained = train(
        build("noiseless"), data, data, batch_size=batch_size, learning_rate=1e-30, epochs=1
    )
    expected = sum(build("noiseless").bound(torch.from_numpy(data), torch.Generator()))
    assert trained.curve[0].train_loss == pytest.approx(expected.mean().item(), rel=1e-5)
    assert trained.curve[0].validation_loss == pytest.approx(expected.mean().item(), rel=1e-5)


def test_validation_in_several_batches_is_validation_in_one(monkeypatch):
    data = frames(10)
    in_one = train(build("noiseless"), data, data)
    monkeypatch.setattr(loop, "VALIDATION_BATCH", 3)
    in_several = train(build("noiseless"), data, data)
    for row, other in zip(in_one.curve, in_several.curve, strict=True):
        assert row.validation_loss == pytest.approx(other.validation_loss, rel=1e-6)


def test_validation_has_the_same_noise_in_every_epoch():
    curve = train(build(), learning_rate=1e-30).curve
    assert len({row.validation_loss for row in curve}) == 1
    assert len({row.train_loss for row in curve}) == 3


def test_training_has_other_noise_in_every_epoch():
    autoencoder, seeds = build(), {True: [], False: []}
    bound = autoencoder.bound

    def recording_bound(log_power, generator, posterior=None):
        seeds[torch.is_grad_enabled()].append(generator.initial_seed())
        return bound(log_power, generator, posterior)

    autoencoder.bound = recording_bound
    train(autoencoder, batch_size=1000)
    assert len(set(seeds[True])) == len(seeds[True]) == 3
    assert len(set(seeds[False])) == 1
    assert set(seeds[True]).isdisjoint(seeds[False])


def test_validation_frames_do_not_change_the_weights():
    trained = train(build())
    other = train(build(), validation_frames=frames(7, seed=3))
    assert trained.best_epoch == other.best_epoch == 3
    assert same(trained.weights, other.weights)


def record_weights(autoencoder):
    """Return a list, and the callback that adds the weights to it after every epoch."""
    weights = []
    return weights, lambda snapshot: weights.append(copy.deepcopy(autoencoder.state_dict()))


def test_the_weights_are_those_of_the_best_epoch():
    # The variance grows from 1 towards 1000, and passes the 3 of the validation frames on the way.
    autoencoder = build()
    weights, callback = record_weights(autoencoder)
    trained = train(
        autoencoder, flat_frames(1000.0), flat_frames(3.0), epochs=20, after_epoch=callback
    )
    losses = [row.validation_loss for row in trained.curve]
    assert len(losses) == 20
    assert trained.best_epoch == 1 + int(np.argmin(losses))
    assert 1 < trained.best_epoch < 20
    assert same(trained.weights, weights[trained.best_epoch - 1])
    assert not same(trained.weights, weights[-1])


def test_the_weights_do_not_change_with_the_network():
    autoencoder = build()
    trained = train(autoencoder)
    before = copy.deepcopy(trained.weights)
    with torch.no_grad():
        for parameter in autoencoder.parameters():
            parameter.zero_()
    assert same(trained.weights, before)


def test_training_stops_when_patience_ends():
    trained = train(build(), flat_frames(1000.0), flat_frames(3.0), epochs=40, patience=4)
    assert trained.best_epoch > 1
    assert len(trained.curve) == trained.best_epoch + 4 < 40


def test_patience_starts_again_with_a_better_epoch():
    trained = train(build(), epochs=8, patience=1, learning_rate=1e-4)
    assert trained.best_epoch == len(trained.curve) == 8


def test_patience_starts_when_annealing_is_over():
    # 20 epochs of 2 steps: the slope is at its last from step 10, in epoch 6.
    autoencoder = build("vsc")
    weights, callback = record_weights(autoencoder)
    trained = train(
        autoencoder,
        flat_frames(1000.0),
        flat_frames(0.5),
        batch_size=16,
        epochs=20,
        patience=2,
        after_epoch=callback,
    )
    losses = [row.validation_loss for row in trained.curve]
    assert int(np.argmin(losses)) == 0
    assert trained.best_epoch == 6
    assert len(losses) == 8
    assert same(trained.weights, weights[5])


def test_the_last_epoch_is_taken_if_annealing_never_ends():
    autoencoder = build()
    autoencoder.model.anneal = lambda step, planned: False
    weights, callback = record_weights(autoencoder)
    trained = train(
        autoencoder, flat_frames(1000.0), flat_frames(0.5), patience=1, after_epoch=callback
    )
    assert trained.best_epoch == len(trained.curve) == 3
    assert same(trained.weights, weights[-1])


def test_the_model_anneals_before_every_planned_step():
    autoencoder, steps = build(), []
    autoencoder.model.anneal = lambda *step: steps.append(step) or True
    train(autoencoder, frames(10), batch_size=4, epochs=2)
    assert steps == [(step, 6) for step in range(6)]


@pytest.mark.parametrize("part", ["train_frames", "validation_frames"])
def test_a_loss_that_is_not_finite_ends_training(part):
    broken, snapshots = frames(40), []
    broken[7, 2] = np.nan
    with pytest.raises(loop.TrainingError, match="epoch 1 is not finite") as caught:
        train(build(), **{part: broken}, after_epoch=snapshots.append)
    assert "\n" not in str(caught.value)
    assert not snapshots


def test_a_learning_rate_that_is_too_high_ends_training():
    with pytest.raises(loop.TrainingError, match=r"lower train\.learning_rate"):
        train(build(), learning_rate=1e6)


@pytest.mark.parametrize("part", ["train_frames", "validation_frames"])
def test_training_without_frames_is_refused(part):
    with pytest.raises(loop.TrainingError, match="there are no frames"):
        train(build(), **{part: frames(0)})


@pytest.mark.parametrize("in_memory", [0, frame_store.KEPT])
def test_frames_in_a_file_give_the_same_as_an_array(tmp_path, monkeypatch, in_memory):
    monkeypatch.setattr(frame_store, "KEPT", in_memory)
    arrays = {"train_frames": frames(), "validation_frames": frames(40, seed=1)}
    for name, array in arrays.items():
        frame_store.write(tmp_path / f"{name}.npy", [array], BINS)
    stores = {name: frame_store.Frames(tmp_path / f"{name}.npy") for name in arrays}
    assert_same_training(train(build(), **arrays), train(build(), **stores))


@pytest.mark.parametrize("in_memory", [0, frame_store.KEPT])
@pytest.mark.parametrize("name", MODELS)
def test_waveforms_give_the_same_weights_and_curves_as_stored_frames(
    tmp_path, monkeypatch, name, in_memory
):
    monkeypatch.setattr(frame_store, "KEPT", in_memory)
    stored, made = frames_of_speech(tmp_path).values()
    trained, other = train(build(name), **stored), train(build(name), **made)
    assert_same_training(trained, other)
    assert safetensors.torch.save(trained.weights) == safetensors.torch.save(other.weights)
    # They do learn from these frames.
    assert trained.curve[-1].train_loss < trained.curve[0].train_loss


@pytest.mark.parametrize("name", MODELS)
def test_recorded_steps_give_the_same_as_direct_steps(monkeypatch, name):
    launched = []

    def graph(generator):
        def record(function, batch):
            result = torch.empty(())

            def launch():
                launched.append(len(batch))
                result.copy_(function(batch))

            return result, launch

        return record

    monkeypatch.setattr(optimiser, "graph", graph)
    changes = {"train_frames": frames(40), "batch_size": 16, "epochs": 3}
    direct = train(build(name), **changes)
    # The device "cpu:0" is a processor, but the loop treats it as it treats a GPU.
    monkeypatch.setattr(torch.optim, "Adam", adam_that_is_not_capturable)
    recorded = train(build(name), **changes, device="cpu:0")
    assert_same_training(direct, recorded)
    assert launched == [16] + [16, 16, 8] * 2


Adam = torch.optim.Adam


def adam_that_is_not_capturable(parameters, *, capturable, lr, **arguments):
    """Return the optimiser without `capturable`, which torch accepts on a GPU only.

    There the learning rate is a tensor in single precision; here it is the number before rounding.
    """
    assert capturable
    return Adam(parameters, lr=round(float(lr), 9), **arguments)


def test_a_batch_size_over_the_number_of_frames_takes_all_of_them():
    assert_same_training(train(build(), batch_size=96), train(build(), batch_size=10_000))


def test_a_learned_dictionary_has_unit_norm_after_every_step_and_when_it_is_loaded(tmp_path):
    arguments = {"dictionary": "dct", "atoms": 5, "learned": True}
    autoencoder = networks.build("sdm", arguments)
    start, norms = autoencoder.model.dictionary.detach().clone(), []

    def anneal(step, planned):
        norms.append(autoencoder.model.dictionary.detach().double().norm(dim=0))
        return True

    autoencoder.model.anneal = anneal
    trained = train(autoencoder, epochs=20, learning_rate=1e-2)
    saved.save(tmp_path, networks.configuration("sdm", arguments), trained.weights)
    loaded = saved.load(tmp_path).model.dictionary.detach()
    assert len(norms) == 60
    for norm in (*norms, loaded.double().norm(dim=0)):
        torch.testing.assert_close(norm, torch.ones_like(norm), rtol=0, atol=1e-6)
    assert (loaded - start).abs().max() > 0.05


def test_the_penalty_is_part_of_the_loss_and_of_the_curve():
    plain = train(build("noiseless"), epochs=1, learning_rate=1e-30)
    autoencoder = build("noiseless")
    autoencoder.model.penalty = lambda posterior, sample, prior, generator: sample.new_tensor(7.0)
    penalised = train(autoencoder, epochs=1, learning_rate=1e-30)
    (row,), (penalised_row,) = plain.curve, penalised.curve
    assert (row.penalty, penalised_row.penalty) == (0, 7)
    assert penalised_row.train_loss - row.train_loss == pytest.approx(7, abs=1e-3)
    assert penalised_row.validation_loss - row.validation_loss == pytest.approx(7, abs=1e-3)
    assert (row.reconstruction, row.kl) == (penalised_row.reconstruction, penalised_row.kl)


@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0])
def test_beta_is_a_factor_of_the_kl_in_both_losses_and_in_no_other_column(beta):
    (plain,) = train(build("noiseless"), epochs=1, learning_rate=1e-30).curve
    (row,) = train(build("noiseless"), epochs=1, learning_rate=1e-30, beta=beta).curve
    assert (row.reconstruction, row.kl, row.penalty) == plain[3:6]
    assert row.validation_loss == plain.reconstruction + beta * plain.kl + plain.penalty
    of_training = train(build("noiseless"), frames(), frames(), epochs=1, learning_rate=1e-30)
    extra = (beta - 1) * of_training.curve[0].kl
    assert row.train_loss - plain.train_loss == pytest.approx(extra, abs=1e-3)


def test_a_larger_beta_trains_to_a_smaller_kl():
    kl = [train(build(), epochs=30, beta=beta).curve[-1].kl for beta in (0.1, 1.0, 10.0)]
    assert kl[0] > 1.2 * kl[1] and kl[1] > 1.2 * kl[2]


def test_the_best_epoch_is_the_one_with_the_lowest_loss_with_beta():
    changes = {"epochs": 40, "patience": 100, "learning_rate": 1e-2, "beta": 20.0}
    trained = train(build(), flat_frames(1000.0), flat_frames(3.0), **changes)
    losses = [row.reconstruction + 20 * row.kl for row in trained.curve]
    bounds = [row.reconstruction + row.kl for row in trained.curve]
    assert trained.best_epoch == 1 + int(np.argmin(losses)) != 1 + int(np.argmin(bounds))


def test_samples_are_exact_in_validation_and_relaxed_in_training():
    autoencoder, modes = build("vsc"), {True: set(), False: set()}
    sample = autoencoder.model.sample

    def recording_sample(posterior, generator):
        modes[torch.is_grad_enabled()].add(autoencoder.model.training)
        return sample(posterior, generator)

    autoencoder.model.sample = recording_sample
    train(autoencoder)
    assert modes == {True: {True}, False: {False}}
