"""Small tables of utterances and cells that the tests of the evaluation share."""

import numpy as np
import pandas as pd
import pytest

from sdmvae.evaluation import cell_scores
from sdmvae.evaluation.outputs import CellOutputs

IN_UTTERANCES = ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
IN_UTTERANCES += ["log_spectral_distance", "mel_cepstral_distortion"]
IN_UTTERANCES += ["likelihood", "likelihood_gain", "likelihood_gaussian", "iwae"]
IN_UTTERANCES += ["objective", "reconstruction", "kl"]


@pytest.fixture
def make_outputs():
    """Return a function that makes outputs of a cell, with scores of 1 unless others are given."""

    def make(
        count=3,
        codes=None,
        hard_codes=None,
        dictionary=None,
        kl_by_dimension=None,
        signal_to_noise=None,
        energy_distances=None,
        **columns,
    ):
        scores = {name: [1.0] * count for name in IN_UTTERANCES}
        utterances = pd.DataFrame({"frames": [1] * count, **scores, **columns})
        if codes is None:
            shape = (utterances["frames"].sum(), 4)
            codes = np.random.default_rng(0).standard_normal(shape)
        more = {"kl_by_dimension": kl_by_dimension, "signal_to_noise": signal_to_noise}
        more["energy_distances"] = energy_distances or {}
        return CellOutputs(utterances, codes, hard_codes, dictionary, **more)

    return make


@pytest.fixture
def make_cell(make_outputs):
    """Return a function that makes a cell as the table takes it."""

    def make(name, model, arguments, m, **changes):
        scores = cell_scores.summarise(make_outputs())
        named = {"cell": name, "model": model, "arguments": arguments, "m": m}
        return {**named, **scores, **changes}

    return make
