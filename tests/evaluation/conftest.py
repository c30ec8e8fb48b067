"""Small tables of utterances and cells that the tests of the evaluation share."""

import numpy as np
import pandas as pd
import pytest

from sdmvae.evaluation import cell_scores
from sdmvae.evaluation.outputs import CellOutputs

IN_UTTERANCES = ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
IN_UTTERANCES += ["elbo", "reconstruction", "kl", "iwae"]


@pytest.fixture
def make_outputs():
    """Return a function that makes outputs of a cell, with scores of 1 unless others are given."""

    def make(count=3, codes=None, hard_codes=None, dictionary=None, **columns):
        scores = {name: [1.0] * count for name in IN_UTTERANCES}
        utterances = pd.DataFrame({"frames": [1] * count, **scores, **columns})
        if codes is None:
            shape = (utterances["frames"].sum(), 4)
            codes = np.random.default_rng(0).standard_normal(shape)
        return CellOutputs(utterances, codes, hard_codes, dictionary)

    return make


@pytest.fixture
def make_cell(make_outputs):
    """Return a function that makes a cell as the table takes it."""

    def make(name, model, arguments, m, **changes):
        scores = cell_scores.summarise(make_outputs())
        named = {"cell": name, "model": model, "arguments": arguments, "m": m}
        return {**named, **scores, **changes}

    return make
