"""The estimates beside those of a mixed model with random effects of seeds and speakers."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import mixedlm

from sdmvae.evaluation.statistics.student import difference_of
from tests.support.made_up_scores import Effects

SEEDS, SPEAKERS = 5, 9


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
@pytest.mark.parametrize("seed", range(3))
def test_a_mixed_model_has_the_same_estimate_and_nearly_the_same_error(seed):
    """The mixed model counts the effect of a seed on a single speaker once, and ours twice.

    If both have equally many seeds, and all variances that the mixed model fits are above zero, its
    squared standard error is ours less twice the mean square of that effect over the number of
    means of each cell.
    """
    effects = Effects(cell_speaker=0.06, seed=0.06, seed_speaker=0.06)
    random = np.random.default_rng(seed)
    first, second = (
        means[0] for means in effects.means(random, 1, [SEEDS] * 2, SPEAKERS, [4] * SPEAKERS)
    )
    rows = pd.DataFrame(
        [
            {"cell": cell, "seed": f"{cell} {seed}", "speaker": speaker, "score": score}
            for cell, means in enumerate((second, first))
            for (seed, speaker), score in np.ndenumerate(means)
        ]
    )
    rows["pair"] = rows["cell"].astype(str) + " " + rows["speaker"].astype(str)
    model = mixedlm(
        "score ~ cell",
        rows,
        groups=np.ones(len(rows)),
        vc_formula={name: f"0 + C({name})" for name in ("speaker", "pair", "seed")},
    ).fit()
    ours = difference_of(first, second)
    assert model.converged and min(model.vcomp) > 0
    assert ours.value == pytest.approx(model.params["cell"], rel=1e-3)
    interaction = [
        means - means.mean(0) - means.mean(1, keepdims=True) + means.mean()
        for means in (first, second)
    ]
    square = np.square(interaction).sum() / (2 * (SEEDS - 1) * (SPEAKERS - 1))
    once = ours.variance - 2 * square / (SEEDS * SPEAKERS)
    assert model.bse["cell"] == pytest.approx(np.sqrt(once), rel=1e-2)
    assert 1 < np.sqrt(ours.variance) / model.bse["cell"] < 1.15
