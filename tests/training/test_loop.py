import copy
import itertools

import numpy as np
import pytest
import torch

from sdmvae import models
from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset import frames
from sdmvae.models.vae import VAE
from sdmvae.nn.likelihoods import ItakuraSaito
from sdmvae.training import checkpoint, loop, saved

BINS, M = 9, 3
MODELS = {
    "vae": ("vae", {}),
    "vsc": ("vsc", {"alpha": 0.5}),
    "sdm": ("sdm", {"dictionary": "dct", "atoms": 5}),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Threads only wait for each other where matrices are this small and cores are busy."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Certain(VAE):
    """A VAE that decodes the mean: its bound has no noise."""

    def sample(self, heads, generator):
        """mu."""
        return heads[0]


def built(name="vae"):
    generator = torch.Generator().manual_seed(0)
    if name == "certain":
        model = Certain(M)
    else:
        model, arguments = MODELS[name]
        model = models.build(model, arguments, m=M, bins=BINS, generator=generator)
    return Autoencoder(BINS, M, model, ItakuraSaito(), "log-power", generator)


def speech(count=96, seed=0):
    """Log-power of two kinds of frames, low and high, at several levels."""
    random = np.random.default_rng(seed)
    low = np.where(np.arange(BINS) < BINS // 2, 20.0, 0.01)
    kinds = np.stack([low, low[::-1]])[random.integers(0, 2, count)]
    level = 10.0 ** random.integers(-1, 2, (count, 1))
    power = kinds * level * random.exponential(size=(count, BINS)) + 1e-6
    return np.log(power).astype(np.float32)


def flat(level, count=32):
    return np.full((count, BINS), np.log(level), dtype=np.float32)


def train(autoencoder, train_frames=None, validation_frames=None, **settings):
    return loop.train(
        autoencoder,
        speech() if train_frames is None else train_frames,
        speech(40, seed=1) if validation_frames is None else validation_frames,
        **{
            "learning_rate": 3e-3,
            "batch_size": 32,
            "epochs": 3,
            "patience": 20,
            "seed": 0,
            "cell": "vae-m3",
            "device": "cpu",
            **settings,
        },
    )


def same(one, other):
    assert one.keys() == other.keys()
    return all(torch.equal(each, other[name]) for name, each in one.items())


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_falls(name):
    trained = train(built(name), epochs=25)
    first, last = trained.curve[0], trained.curve[-1]
    assert last.train_loss < first.train_loss - 5
    assert last.validation_loss < first.validation_loss - 5


def test_rows_of_the_curve():
    rows = []
    trained = train(built(), after_epoch=lambda snapshot: rows.append(snapshot.curve[-1]))
    assert trained.curve == rows
    assert [row.epoch for row in rows] == [1, 2, 3]
    for row in rows:
        assert row.validation_loss == pytest.approx(row.reconstruction + row.kl + row.penalty)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(name):
    first, second = train(built(name)), train(built(name))
    assert same(first.weights, second.weights)
    assert first.curve == second.curve


@pytest.mark.parametrize("other", [{"seed": 1}, {"cell": "vae-m4"}])
def test_another_seed_or_cell_gives_other_weights(other):
    assert not same(train(built()).weights, train(built(), **other).weights)


def test_the_global_generator_has_no_part():
    first = train(built())
    torch.manual_seed(5)
    np.random.seed(5)
    assert same(first.weights, train(built()).weights)


def test_every_epoch_goes_once_through_all_frames_in_an_order_of_its_own():
    train_frames = np.repeat(np.arange(1, 11, dtype=np.float32)[:, None], BINS, axis=1)
    autoencoder, seen = built(), []
    bound = autoencoder.bound

    def noting(log_power, generator):
        if torch.is_grad_enabled():
            seen.append(log_power[:, 0].tolist())
        return bound(log_power, generator)

    autoencoder.bound = noting
    train(autoencoder, train_frames, batch_size=4)
    assert [len(batch) for batch in seen] == [4, 4, 2] * 3
    orders = [tuple(itertools.chain(*seen[start : start + 3])) for start in (0, 3, 6)]
    assert all(sorted(order) == list(range(1, 11)) for order in orders)
    assert len(set(orders)) == 3


def test_losses_are_means_over_frames_however_they_are_batched():
    data = speech(10)
    for batch_size in (1, 4, 10, 1000):
        trained = train(
            built("certain"), data, data, batch_size=batch_size, learning_rate=1e-30, epochs=1
        )
        expected = sum(built("certain").bound(torch.from_numpy(data), torch.Generator()))
        assert trained.curve[0].train_loss == pytest.approx(expected.mean().item(), rel=1e-5)
        assert trained.curve[0].validation_loss == pytest.approx(expected.mean().item(), rel=1e-5)


def test_validation_in_blocks_is_validation_in_one(monkeypatch):
    data = speech(10)
    whole = train(built("certain"), data, data)
    monkeypatch.setattr(loop, "EVALUATION_BATCH", 3)
    split = train(built("certain"), data, data)
    for one, other in zip(whole.curve, split.curve, strict=True):
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-6)


def test_the_validation_loss_has_the_same_noise_in_every_epoch():
    curve = train(built(), learning_rate=1e-30).curve
    assert len({row.validation_loss for row in curve}) == 1
    assert len({row.train_loss for row in curve}) == 3


def test_every_epoch_has_noise_of_its_own():
    autoencoder, seeds = built(), {True: [], False: []}
    bound = autoencoder.bound

    def noting(log_power, generator):
        seeds[torch.is_grad_enabled()].append(generator.initial_seed())
        return bound(log_power, generator)

    autoencoder.bound = noting
    train(autoencoder, batch_size=1000)
    assert len(set(seeds[True])) == len(seeds[True]) == 3
    assert len(set(seeds[False])) == 1
    assert set(seeds[True]).isdisjoint(seeds[False])


def test_validation_leaves_no_trace_in_the_weights():
    trained = train(built())
    other = train(built(), validation_frames=speech(7, seed=3))
    assert trained.best_epoch == other.best_epoch == 3
    assert same(trained.weights, other.weights)


def noted_weights(autoencoder):
    """Weights after every epoch, and the callback that notes them."""
    noted = []
    return noted, lambda snapshot: noted.append(copy.deepcopy(autoencoder.state_dict()))


def test_the_weights_are_those_of_the_best_epoch():
    # Variance grows from 1 towards 1000 and passes the 3 of the validation frames on the way.
    autoencoder = built()
    noted, note = noted_weights(autoencoder)
    trained = train(autoencoder, flat(1000.0), flat(3.0), epochs=20, after_epoch=note)
    losses = [row.validation_loss for row in trained.curve]
    assert len(losses) == 20
    assert trained.best_epoch == 1 + int(np.argmin(losses))
    assert 1 < trained.best_epoch < 20
    assert same(trained.weights, noted[trained.best_epoch - 1])
    assert not same(trained.weights, noted[-1])


def test_the_weights_are_no_reference_to_the_model():
    autoencoder = built()
    trained = train(autoencoder)
    before = copy.deepcopy(trained.weights)
    with torch.no_grad():
        for parameter in autoencoder.parameters():
            parameter.zero_()
    assert same(trained.weights, before)


def test_patience_stops():
    trained = train(built(), flat(1000.0), flat(3.0), epochs=40, patience=4)
    assert trained.best_epoch > 1
    assert len(trained.curve) == trained.best_epoch + 4 < 40


def test_patience_starts_again_with_a_better_epoch():
    trained = train(built(), epochs=8, patience=1, learning_rate=1e-4)
    assert trained.best_epoch == len(trained.curve) == 8


def test_patience_counts_once_annealing_is_over():
    # 20 epochs of 2 steps: the slope is at its last from step 10, in epoch 6.
    autoencoder = built("vsc")
    noted, note = noted_weights(autoencoder)
    trained = train(
        autoencoder,
        flat(1000.0),
        flat(0.5),
        batch_size=16,
        epochs=20,
        patience=2,
        after_epoch=note,
    )
    losses = [row.validation_loss for row in trained.curve]
    assert int(np.argmin(losses)) == 0
    assert trained.best_epoch == 6
    assert len(losses) == 8
    assert same(trained.weights, noted[5])


def test_annealing_that_never_ends_leaves_the_last_epoch():
    autoencoder = built()
    autoencoder.model.anneal = lambda step, planned: False
    noted, note = noted_weights(autoencoder)
    trained = train(autoencoder, flat(1000.0), flat(0.5), patience=1, after_epoch=note)
    assert trained.best_epoch == len(trained.curve) == 3
    assert same(trained.weights, noted[-1])


def test_annealing_is_told_every_step_of_the_plan():
    autoencoder, told = built(), []
    autoencoder.model.anneal = lambda *steps: told.append(steps) or True
    train(autoencoder, speech(10), batch_size=4, epochs=2)
    assert told == [(step, 6) for step in range(6)]


@pytest.mark.parametrize("part", ["train_frames", "validation_frames"])
def test_a_loss_that_is_no_number_ends_training(part):
    broken, rows = speech(40), []
    broken[7, 2] = np.nan
    with pytest.raises(loop.TrainingError, match="epoch 1 is not finite") as caught:
        train(built(), **{part: broken}, after_epoch=rows.append)
    assert "\n" not in str(caught.value)
    assert not rows


def test_a_learning_rate_that_is_too_high_ends_training():
    with pytest.raises(loop.TrainingError, match=r"lower train\.learning_rate"):
        train(built(), learning_rate=1e6)


@pytest.mark.parametrize("kept", [0, frames.KEPT])
def test_frames_of_a_file_are_as_good_as_arrays(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(frames, "KEPT", kept)
    parts = {"train_frames": speech(), "validation_frames": speech(40, seed=1)}
    for name, each in parts.items():
        frames.write(tmp_path / f"{name}.npy", [each], BINS)
    stored = {name: frames.Frames(tmp_path / f"{name}.npy") for name in parts}
    first, second = train(built(), **parts), train(built(), **stored)
    assert same(first.weights, second.weights)
    assert first.curve == second.curve


def test_frames_on_a_device_are_as_good_as_arrays():
    parts = {"train_frames": speech(), "validation_frames": speech(40, seed=1)}
    on_device = {name: torch.from_numpy(each) for name, each in parts.items()}
    first, second = train(built(), **parts), train(built(), **on_device)
    assert same(first.weights, second.weights)
    assert first.curve == second.curve


@pytest.mark.parametrize("name", MODELS)
def test_steps_that_are_replayed_are_those_that_are_run(monkeypatch, name):
    launched = []

    def graph(generator):
        def record(function, batch):
            result = torch.empty(())

            def launch():
                launched.append(len(batch))
                result.copy_(function(batch))

            return result, launch

        return record

    monkeypatch.setattr(loop, "graph", graph)
    settings = {"train_frames": speech(40), "batch_size": 16, "epochs": 3}
    direct = train(built(name), **settings)
    replayed = train(built(name), **settings, device="cpu:0")
    assert same(direct.weights, replayed.weights)
    assert direct.curve == replayed.curve
    assert launched == [16] + [16, 16, 8] * 2


def test_steps_are_those_of_the_optimizer_of_torch():
    by_hand = built("certain")
    optimizer = torch.optim.Adam(by_hand.parameters(), lr=3e-3)
    batch = speech(32)
    for _ in range(12):
        optimizer.zero_grad()
        sum(by_hand.bound(torch.from_numpy(batch), torch.Generator())).mean().backward()
        optimizer.step()
    trained = train(built("certain"), batch, batch, epochs=12)
    assert trained.best_epoch == 12
    for name, each in by_hand.state_dict().items():
        torch.testing.assert_close(trained.weights[name], each, rtol=1e-4, atol=1e-6)


def test_a_batch_of_more_frames_than_there_are_is_all_of_them():
    first, second = (train(built(), batch_size=size) for size in (96, 10_000))
    assert same(first.weights, second.weights)
    assert first.curve == second.curve


def test_a_learned_dictionary_has_unit_norm_after_every_step_and_when_it_is_loaded(tmp_path):
    configuration = {
        "model": "sdm",
        "arguments": {"dictionary": "dct", "atoms": 5, "learned": True},
        "m": M,
        "bins": BINS,
        "encoder_input": "log-power",
        "likelihood": "itakura-saito",
        "representation": "power",
    }
    autoencoder = autoencoder.build(configuration, torch.Generator().manual_seed(0))
    start, norms = autoencoder.model.dictionary.detach().clone(), []

    def noting(step, planned):
        norms.append(autoencoder.model.dictionary.detach().double().norm(dim=0))
        return True

    autoencoder.model.anneal = noting
    trained = train(autoencoder, epochs=20, learning_rate=1e-2)
    saved.save(tmp_path, configuration, trained.weights)
    loaded = saved.load(tmp_path).model.dictionary.detach()
    assert len(norms) == 60
    for each in (*norms, loaded.double().norm(dim=0)):
        torch.testing.assert_close(each, torch.ones_like(each), rtol=0, atol=1e-6)
    assert (loaded - start).abs().max() > 0.05


def test_the_penalty_is_part_of_the_loss_and_of_the_curve():
    plain = train(built("certain"), epochs=1, learning_rate=1e-30)
    autoencoder = built("certain")
    autoencoder.model.penalty = lambda heads, draw, prior, generator: draw.new_tensor(7.0)
    penalised = train(autoencoder, epochs=1, learning_rate=1e-30)
    (one,), (other,) = plain.curve, penalised.curve
    assert (one.penalty, other.penalty) == (0, 7)
    assert other.train_loss - one.train_loss == pytest.approx(7, abs=1e-3)
    assert other.validation_loss - one.validation_loss == pytest.approx(7, abs=1e-3)
    assert (one.reconstruction, one.kl) == (other.reconstruction, other.kl)


def test_draws_are_exact_where_they_validate_and_relaxed_where_they_train():
    autoencoder, modes = built("vsc"), {True: set(), False: set()}
    sample = autoencoder.model.sample

    def noting(heads, generator):
        modes[torch.is_grad_enabled()].add(autoencoder.model.training)
        return sample(heads, generator)

    autoencoder.model.sample = noting
    train(autoencoder)
    assert modes == {True: {True}, False: {False}}


# Going on after an interruption


def interrupted(name, after, path=None, **settings):
    """Training cut off after an epoch, and gone on from what was known of it then."""
    taken = []

    def cut(snapshot):
        if len(snapshot.curve) == after:
            taken.append(copy.deepcopy(snapshot))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(built(name), after_epoch=cut, **settings)
    (start,) = taken
    if path is not None:
        checkpoint.save(path, "a key", start)
        start = checkpoint.load(path, "a key")
    return train(built(name), start=start, **settings)


@pytest.mark.parametrize("after", [1, 5, 8, 11, 12])
@pytest.mark.parametrize("name", MODELS)
def test_interrupted_training_ends_bit_for_bit_as_if_it_had_not_been(tmp_path, name, after):
    settings = {"epochs": 12, "patience": 3, "batch_size": 16}
    whole = train(built(name), **settings)
    if after > len(whole.curve):
        pytest.skip("it had ended by then")
    resumed = interrupted(name, after, tmp_path / "point.safetensors", **settings)
    assert same(whole.weights, resumed.weights)
    assert (whole.curve, whole.best_epoch) == (resumed.curve, resumed.best_epoch)


def test_training_that_was_over_when_it_was_interrupted_does_not_go_on():
    settings = {"train_frames": flat(1000.0), "validation_frames": flat(3.0), "epochs": 40}
    whole = train(built(), patience=4, **settings)
    resumed = interrupted("vae", len(whole.curve), patience=4, **settings)
    assert resumed.curve == whole.curve
    assert same(whole.weights, resumed.weights)
