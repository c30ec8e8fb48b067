"""The long work of the stage resynthesize, which any machine that sees the folder can do."""

from pathlib import Path

import pandas as pd
import torch

from sdmvae import params
from sdmvae.autoencoder import Autoencoder
from sdmvae.dataset.frames import Frames
from sdmvae.evaluation import cell_priors, fitted_priors
from sdmvae.evaluation.cell_resynthesis import Utterance, resynthesise_file
from sdmvae.evaluation.drawn_frames import Distances
from sdmvae.evaluation.resynthesis import Settings
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import device, saved
from stages._common import DATA, FRAMES, MANIFEST, TEST_SPEECH


def fit_priors(
    training: params.Training, settings: params.Params
) -> tuple[fitted_priors.Priors, Distances]:
    """Fit the priors of a trained cell, and draw frames from them: see `cell_priors.fit`."""
    device.check_device(settings.train.device)
    saved.check_transform(DATA / "models" / training.folder, settings.transform)
    return cell_priors.fit(
        _load(training, settings),
        Frames(FRAMES / "train.npy"),
        list_test_speech(),
        TEST_SPEECH,
        settings.stft,
        seed=training.seed,
        cell=training.cell.seed_name,
    )


def resynthesise(
    name: str, training: params.Training, settings: params.Params, priors: Path
) -> Utterance:
    """Send a test utterance through a trained cell: see `resynthesise_file`."""
    fitted = fitted_priors.load(priors)
    return resynthesise_file(
        _load(training, settings),
        TEST_SPEECH / name,
        Settings.from_params(settings),
        seed_for(training.seed, training.cell.seed_name, "resynthesis", name),
        {key: prior.to(settings.train.device) for key, prior in fitted.items()},
    )


def list_test_speech() -> list[str]:
    """Return the paths of all test utterances below the folder of the test speech."""
    return list(pd.read_csv(MANIFEST).query("split == 'test'")["path"])


def _load(training: params.Training, settings: params.Params) -> Autoencoder:
    torch.set_num_threads(1)
    return saved.load(DATA / "models" / training.folder).to(settings.train.device)
