from types import SimpleNamespace

import pytest

from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.probes.comparison import Key
from sdmvae.probes.targets import TARGETS
from sdmvae.report.probe_sentences import describe_winners

(VOICING,) = (target for target in TARGETS if target.name == "voicing")
DIMS = {"vae-m32": 32, "sdm-m32": 32, "vsc-m32": 32}


def probed(value, difference=None, verdict=None):
    finding = difference is not None and SimpleNamespace(
        estimate=SimpleNamespace(value=difference), verdict=verdict
    )
    return SimpleNamespace(estimate=SimpleNamespace(value=value), finding=finding or None)


def made_up(verdicts):
    """Values of two codes with 1 and 2 entries, with a difference of each from the VAE."""
    values = {Key("vae-m32", "code", k, "voicing"): probed(0.6) for k in (1, 2, 0)}
    values |= {Key("pca-m32", "pca", k, "voicing"): probed(0.69) for k in (1, 2, 0)}
    for (cell, k), verdict in verdicts.items():
        values[Key(cell, "code", k, "voicing")] = probed(0.6 + 0.1 * k, 0.1 * k, verdict)
    # Neither the whole code nor another target counts.
    values[Key("sdm-m32", "code", 0, "voicing")] = probed(0.9, 0.3, Difference.HIGHER)
    values[Key("sdm-m32", "code", 1, "phone")] = probed(0.9, 0.3, Difference.HIGHER)
    return values


def test_a_code_that_tells_more_wins():
    text = describe_winners(
        made_up(
            {
                ("sdm-m32", 1): Difference.HIGHER,
                ("sdm-m32", 2): Difference.HIGHER,
                ("vsc-m32", 1): Difference.NOT_TOLD_APART,
                ("vsc-m32", 2): Difference.LOWER,
            }
        ),
        VOICING,
        DIMS,
    )
    assert text.startswith("A sparse code wins in voicing. In 2 of 4 comparisons a code with")
    assert "in 1 it tells less" in text
    assert "More is told by sdm-m32 with 1, 2 entries." in text
    assert text.endswith("is above as many principal components of log-power in 4 of 4.")


def test_no_code_wins_if_none_tells_more():
    text = describe_winners(made_up({("sdm-m32", 1): Difference.LOWER}), VOICING, DIMS)
    assert text.startswith("No sparse code wins in voicing. In 0 of 1 comparisons")
    assert "More is told" not in text


def test_without_verdicts_the_sentence_says_so():
    text = describe_winners(made_up({("sdm-m32", 1): None, ("vsc-m32", 2): None}), VOICING, DIMS)
    assert text.startswith("In voicing, a code with few entries is above the VAE")
    assert "A verdict takes 3 seeds" in text and "wins" not in text


@pytest.mark.parametrize("values", [{}, {Key("vae-m32", "code", 1, "voicing"): probed(0.6)}])
def test_without_a_vae_nothing_is_compared(values):
    assert describe_winners(values, VOICING, DIMS) == (
        "In voicing, no code can be compared with that of a VAE."
    )
