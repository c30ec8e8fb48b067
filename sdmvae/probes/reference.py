"""What codes are compared with: log-power itself, and its principal components."""

import numpy as np
from sklearn.decomposition import PCA as PrincipalComponents

from sdmvae.probes.inputs import LOG_POWER, PCA, Input, list_inputs, name_pca

MOST_TRAINING_FRAMES = 50_000


def list_references(
    training: np.ndarray, log_power: np.ndarray, dims: list[int]
) -> dict[str, list[Input]]:
    """Return the inputs of each reference by its name: ``log-power``, and ``pca-m32`` and so on.

    Args:
        training: Log-power of training frames, which the components are fitted to, (N, bins).
        log_power: Log-power of the frames that are probed, shape (T, bins).
        dims: The latent dimensions of the run. A number that is larger than the number of bins or
            of training frames is left out.
    """
    possible = [m for m in dims if m <= min(training.shape)]
    references = {"log-power": [Input(LOG_POWER, None, log_power.astype(np.float64))]}
    if possible:
        fitted = PrincipalComponents(max(possible), svd_solver="covariance_eigh")
        components = fitted.fit(training.astype(np.float64)).transform(log_power)
        for m in possible:
            references[name_pca(m)] = list_inputs(PCA, components[:, :m])
    return references
