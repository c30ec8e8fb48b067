"""An encoder or a decoder of one's own is trained, saved, loaded and used as the default one is."""

import numpy as np
import pytest
import torch
from torch import nn

from sdmvae import autoencoder as autoencoders
from sdmvae.autoencoder import Decoder, Encoder
from sdmvae.dataset import frames as frame_store
from sdmvae.dsp import audio_file
from sdmvae.evaluation import resynthesis
from sdmvae.training import saved
from tests.support import trainings
from tests.support.networks import configuration, seeded
from tests.support.trainings import assert_same_training, train

BINS, M = 9, 3
LENGTHS = [5, 12, 1, 20, 9, 14]


class GRUEncoder(Encoder):
    """A recurrent encoder, which takes an utterance as one sequence."""

    takes_utterances = True

    def __init__(self, widths, bins=BINS):
        super().__init__()
        self.widths = list(widths)
        self.recurrent = nn.GRU(bins, 8)
        self.output = nn.Linear(8, sum(widths))

    def forward(self, encoder_input):
        states, _ = self.recurrent(encoder_input)
        return torch.split(self.output(states), self.widths, dim=-1)


class ConvolutionalEncoder(Encoder):
    """A convolution over the frames of an utterance, with the bins as channels."""

    takes_utterances = True

    def __init__(self, widths, bins=BINS):
        super().__init__()
        self.widths = list(widths)
        self.convolution = nn.Conv1d(bins, 8, kernel_size=5, padding=2)
        self.output = nn.Linear(8, sum(widths))

    def forward(self, encoder_input):
        features = self.convolution(encoder_input.T).T
        return torch.split(self.output(torch.tanh(features)), self.widths, dim=-1)


class PlainDecoder(Decoder):
    """A decoder of layers of torch."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(M, 12), nn.ReLU(), nn.Linear(12, BINS))

    def forward(self, z):
        return self.layers(z)


ENCODERS = [GRUEncoder, ConvolutionalEncoder]
MODELS = {"vae": ({}, (M, M)), "vsc-informed": ({"alpha": 0.5}, (M, M, M))}


def make(network, *arguments, **more):
    """Return a network whose initial weights are always the same."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return network(*arguments, **more)


def build(encoder, name="vae"):
    arguments, widths = MODELS[name]
    return autoencoders.build(
        configuration(name, arguments), seeded(), encoder=make(encoder, widths)
    )


@pytest.fixture
def stores(tmp_path):
    """Frame stores for training and for validation, with their utterances."""
    parts = {}
    for part, seed in (("train", 0), ("validation", 1)):
        frames = trainings.frames(sum(LENGTHS), seed)
        utterances = np.split(frames, np.cumsum(LENGTHS)[:-1])
        frame_store.write(tmp_path / f"{part}.npy", utterances, BINS)
        parts[f"{part}_frames"] = frame_store.Frames(tmp_path / f"{part}.npy")
    return parts


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_an_encoder_that_takes_utterances_is_trained(stores, encoder, name):
    changes = {**stores, "epochs": 5, "learning_rate": 3e-2}
    trained = train(build(encoder, name), **changes)
    assert trained.curve[-1].validation_loss < trained.curve[0].validation_loss - 1
    assert_same_training(trained, train(build(encoder, name), **changes))


def test_every_epoch_takes_every_utterance_once_whole_and_in_an_order_of_its_own(stores):
    autoencoder, batches = build(GRUEncoder), {True: [], False: []}
    bound = autoencoder.bound

    def recording_bound(log_power, generator, posterior=None):
        batches[torch.is_grad_enabled()].append(log_power.numpy().tobytes())
        return bound(log_power, generator, posterior)

    autoencoder.bound = recording_bound
    train(autoencoder, **stores, epochs=3, batch_size=4)
    for training, part in ((True, "train_frames"), (False, "validation_frames")):
        utterances = [frames.tobytes() for frames in stores[part].utterances()]
        count = len(utterances)
        epochs = [batches[training][start : start + count] for start in (0, count, 2 * count)]
        assert len(batches[training]) == 3 * count
        if training:
            assert all(sorted(epoch) == sorted(utterances) for epoch in epochs)
            assert len({tuple(epoch) for epoch in epochs}) == 3
        else:
            assert epochs == [utterances] * 3


def test_the_losses_of_utterances_are_means_over_their_frames(stores):
    """An epoch without progress has the loss of the untrained network, weighted by length."""
    row = train(build(GRUEncoder), **stores, epochs=1, learning_rate=1e-30).curve[0]
    autoencoder, total = build(GRUEncoder), 0.0
    for frames in stores["validation_frames"].utterances():
        with torch.no_grad():
            posterior = autoencoder.encode(autoencoder.encoder_input(torch.from_numpy(frames)))
            total += float(autoencoder.model.kl(posterior, None, None).sum())
    assert row.kl == pytest.approx(total / sum(LENGTHS), rel=1e-5)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_frame_has_the_posterior_of_its_neighbourhood(encoder):
    autoencoder = build(encoder)
    frames = torch.from_numpy(trainings.frames(10))
    mean, _ = autoencoder.encode(autoencoder.encoder_input(frames))
    alone, _ = autoencoder.encode(autoencoder.encoder_input(frames[5:6]))
    assert not torch.allclose(mean[5:6], alone)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_an_encoder_of_ones_own_is_saved_and_loaded(tmp_path, stores, encoder):
    trained = train(build(encoder), **stores)
    saved.save(tmp_path, configuration(), trained.weights)
    loaded = saved.load(tmp_path, encoder=encoder((M, M)))
    assert isinstance(loaded.encoder, encoder)
    for key, tensor in loaded.state_dict().items():
        assert torch.equal(tensor, trained.weights[key])


def test_weights_of_an_encoder_of_ones_own_do_not_fit_the_default_one(tmp_path):
    saved.save(tmp_path, configuration(), build(GRUEncoder).state_dict())
    with pytest.raises(saved.WeightsError, match=r"weights encoder\..*: shape"):
        saved.load(tmp_path)


def test_a_decoder_of_ones_own_is_trained_saved_and_loaded(tmp_path):
    def build_with_decoder():
        return autoencoders.build(configuration(), seeded(), decoder=make(PlainDecoder))

    trained = train(build_with_decoder(), epochs=25, learning_rate=1e-2)
    assert trained.curve[-1].validation_loss < trained.curve[0].validation_loss - 5
    saved.save(tmp_path, configuration(), trained.weights)
    loaded = saved.load(tmp_path, decoder=PlainDecoder())
    for key, tensor in loaded.state_dict().items():
        assert torch.equal(tensor, trained.weights[key])


@pytest.mark.parametrize("encoder", ENCODERS)
def test_speech_is_resynthesised_with_an_encoder_of_ones_own(encoder):
    window, hop = 64, 16
    given = configuration(bins=window // 2 + 1)
    autoencoder = autoencoders.build(
        given, seeded(), encoder=make(encoder, (M, M), bins=given.bins)
    ).eval()
    settings = resynthesis.Settings(window, hop, 1e-6, "mean", importance_samples=2)
    samples = np.random.default_rng(0).uniform(-1, 1, audio_file.SAMPLE_RATE // 10)
    estimate, analysis = resynthesis.resynthesise(autoencoder, samples, settings, seed=0)
    assert estimate.shape == samples.shape
    assert np.isfinite(estimate).all() and np.abs(estimate).max() > 0
    bound = analysis.bounds["iwae"]
    assert np.isfinite(bound).all() and len(analysis.codes) == len(bound)
