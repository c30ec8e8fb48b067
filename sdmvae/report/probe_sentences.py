"""Sentences that say whether a sparse code wins where few entries of a frame are kept."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS
from sdmvae.evaluation.statistics.findings import Difference
from sdmvae.probes.comparison import Key, Probed
from sdmvae.probes.inputs import CODE, PCA, name_pca
from sdmvae.probes.targets import Target


def describe_winners(probed: Mapping[Key, Probed], target: Target, dims: Mapping[str, int]) -> str:
    """Return whether a sparse code wins against the VAE in one target, with few entries kept.

    Args:
        probed: What `comparison.compare` returns.
        target: The target.
        dims: The latent dimension of each cell, by its name.
    """
    findings = {
        key: each.finding
        for key, each in probed.items()
        if each.finding and key.input == CODE and key.kept and key.target == target.name
    }
    if not findings:
        return f"In {target.label}, no code can be compared with that of a VAE."
    beside = "the VAE with the same m and as many entries"
    verdicts = {key: finding.verdict for key, finding in findings.items() if finding.verdict}
    if verdicts:
        higher = [key for key, verdict in verdicts.items() if verdict is Difference.HIGHER]
        lower = sum(verdict is Difference.LOWER for verdict in verdicts.values())
        wins = "A sparse code wins" if higher else "No sparse code wins"
        text = (
            f"{wins} in {target.label}. In {len(higher)} of {len(verdicts)} comparisons a code "
            f"with few entries tells more than {beside}, in {lower} it tells less, and in the "
            "others they are not told apart."
        )
        text += f" More is told by {_list_keys(higher)}." if higher else ""
    else:
        above = sum(finding.estimate.value > 0 for finding in findings.values())
        text = (
            f"In {target.label}, a code with few entries is above {beside} in {above} of "
            f"{len(findings)} comparisons."
        )
    note = f"A verdict takes {FEWEST_SEEDS} seeds and two speakers or more."
    parts = [text, _count_above_pca(probed, list(findings), dims), "" if verdicts else note]
    return " ".join(filter(None, parts))


def _count_above_pca(
    probed: Mapping[Key, Probed], keys: Sequence[Key], dims: Mapping[str, int]
) -> str:
    """Return how many codes are above the principal components of the same m."""
    pairs = {key: key._replace(cell=name_pca(dims[key.cell]), input=PCA) for key in keys}
    pairs = {key: other for key, other in pairs.items() if other in probed}
    above = sum(
        probed[key].estimate.value > probed[other].estimate.value for key, other in pairs.items()
    )
    if not pairs:
        return ""
    return (
        f"A code with few entries is above as many principal components of log-power in {above} "
        f"of {len(pairs)}."
    )


def _list_keys(keys: Sequence[Key]) -> str:
    """Return cells with their numbers of entries, such as "vsc-a50-m32 with 1, 2 entries"."""
    parts = []
    for cell, own in groupby(sorted(keys), key=lambda key: key.cell):
        counts = [str(key.kept) for key in own]
        parts.append(f"{cell} with {', '.join(counts)} {'entry' if counts == ['1'] else 'entries'}")
    return "; ".join(parts)
