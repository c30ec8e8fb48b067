"""The epochs to a validation loss, beside the curve of the same training."""

import numpy as np
import pytest
import torch

from benchmarks import epochs_to_loss
from sdmvae import autoencoder, params
from sdmvae.dataset import frames as frame_store
from sdmvae.dataset.frames import Frames
from sdmvae.runtime.seeds import seed_for
from sdmvae.training.loop import train
from sdmvae.training.settings import Settings
from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run

BINS = 513


@pytest.fixture
def run(tmp_path):
    """A project with the frames of two parts, and its only training."""
    folder = write_run(tmp_path / "run", [vae()], parameters={"train.epochs": 3})
    frames = folder / "data/frames"
    frames.mkdir(parents=True)
    for part, start in (("train", 0), ("validation", 1)):
        noise = np.random.default_rng(start).normal(size=(200, BINS)).astype(np.float32)
        frame_store.write(frames / f"{part}.npy", [noise - 5], BINS)
    return folder, params.read(folder / "params.yaml").trainings[0]


def curve_of(folder, training):
    settings = params.read(folder / "params.yaml")
    stores = [Frames(folder / f"data/frames/{part}.npy") for part in ("train", "validation")]
    generator = torch.Generator()
    generator.manual_seed(seed_for(training.seed, training.cell.seed_name, "weights"))
    network = autoencoder.build(settings.configuration(training.cell, BINS), generator)
    return train(network, *stores, Settings.from_params(settings, training)).curve


def test_the_loss_of_an_epoch_of_the_curve_is_reached_at_its_end_or_before(run):
    curve = curve_of(*run)
    losses = [epoch.validation_loss for epoch in curve]
    assert losses == sorted(losses, reverse=True)
    found = epochs_to_loss.find_epochs_to_loss(*run, losses[1])
    assert 1 < found <= 2 and found * epochs_to_loss.PARTS == pytest.approx(
        round(found * epochs_to_loss.PARTS)
    )
    assert epochs_to_loss.find_epochs_to_loss(*run, (losses[0] + losses[1]) / 2) <= found
    assert epochs_to_loss.find_epochs_to_loss(*run, losses[2]) <= 3


def test_a_loss_that_is_never_reached_gives_none(run):
    assert epochs_to_loss.find_epochs_to_loss(*run, -1e9) is None
