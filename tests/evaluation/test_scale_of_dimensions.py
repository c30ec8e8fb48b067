"""Which scores depend on the scales of the dimensions, which SDM-VAE leaves open.

Multiply dimension j of a by c_j and divide the decoder's weights of it by c_j: the same model of
speech, with the same samples of z, the same KL and the same bound.
"""

import copy

import numpy as np
import pandas as pd
import pytest
import torch

from sdmvae.evaluation import cell_scores, fitted_priors, resynthesis
from sdmvae.evaluation.outputs import CellOutputs
from tests.support import networks, trainings
from tests.support.networks import one_thread

__all__ = ["one_thread"]

DIMS = 6
SCALES = torch.tensor([100.0, 1.0, 1.0, 0.2, 0.04, 1e-3])
MOVES = {"hoyer", "hoyer_frames"}
SPEECH = {score.name for score in cell_scores.UTTERANCE_SCORES}


def rescale(autoencoder):
    """Return the same model with other scales of a."""
    scaled = copy.deepcopy(autoencoder)
    *_, last = (layer for layer in scaled.encoder.modules() if isinstance(layer, torch.nn.Linear))
    first = next(m for m in scaled.decoder.modules() if isinstance(m, torch.nn.Linear))
    with torch.no_grad():
        last.weight[:DIMS] *= SCALES[:, None]
        last.bias[:DIMS] *= SCALES
        last.bias[DIMS:] += 2 * SCALES.log()
        first.weight /= SCALES
    return scaled


def score(autoencoder, frames):
    """Return the scores of a cell that do not need speech, and the analysis of its frames."""
    priors = fitted_priors.fit(autoencoder, frames, seed=0)
    settings = resynthesis.Settings(16, 8, 1e-6, "mean", importance_samples=8)
    analysis = resynthesis.analyse(autoencoder, frames, settings, seed=0, priors=priors)
    bounds = {name: [bound.mean()] for name, bound in analysis.bounds.items()}
    utterances = pd.DataFrame({"frames": [len(frames)], **bounds, **dict.fromkeys(SPEECH, 1.0)})
    outputs = CellOutputs(
        utterances,
        analysis.codes,
        kl_by_dimension=analysis.kl_by_dimension,
        signal_to_noise=analysis.signal_to_noise,
    )
    return cell_scores.summarise(outputs), analysis


@pytest.mark.slow
def test_hoyer_depends_on_the_scales_and_no_other_score_does():
    autoencoder = networks.build("sdm", {"dictionary": "identity"}, m=DIMS, hidden=[32])
    frames = trainings.frames(1200)
    trained = trainings.train(autoencoder, frames, epochs=20)
    autoencoder.load_state_dict(trained.weights)
    autoencoder.eval()
    plain, analysis = score(autoencoder, frames)
    scaled, other_analysis = score(rescale(autoencoder), frames)
    np.testing.assert_allclose(
        other_analysis.codes, analysis.codes * SCALES.numpy(), rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(other_analysis.power, analysis.power, rtol=1e-3)
    for name in MOVES:
        assert abs(scaled[name] - plain[name]) > 0.05
    for name, value in plain.items():
        if name not in MOVES and value is not None:
            assert scaled[name] == pytest.approx(value, rel=1e-3, abs=0.01), name
    assert None not in (plain["likelihood"], plain["dims_in_use"], plain["hoyer_of_ratios"])
