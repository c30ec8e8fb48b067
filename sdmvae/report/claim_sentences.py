"""Sentences about the agreement of a run with the paper, for the page and for the terminal."""

from sdmvae.evaluation.agreement.findings import Agreement, ClaimFinding, Comparison, Verdict
from sdmvae.evaluation.scores import SCORES
from sdmvae.evaluation.statistics.estimates import FEWEST_SEEDS
from sdmvae.report.formatting import format_number

# Small differences in these scores matter, so they have more decimals than the scores themselves.
_DIGITS = {"estoi": 3, "likelihood": 1}


def describe_evidence(agreement: Agreement) -> str:
    """Return one sentence that says what the intervals cover, and why there are no verdicts."""
    seeds = f"{agreement.seeds} seed{'' if agreement.seeds == 1 else 's'}"
    if agreement.speakers < 2:
        return (
            "With one test speaker there are no intervals and no verdicts, because nothing shows "
            "how much speakers differ."
        )
    advice = "train.seeds: [0, 1, 2] in params.yaml would give verdicts."
    if agreement.seeds == 1:
        return (
            "One seed says nothing about methods, so there are no verdicts: the intervals cover "
            f"these weights and other speakers, and {advice}"
        )
    if agreement.seeds < FEWEST_SEEDS:
        return (
            f"The intervals cover other seeds and other speakers, but with {seeds} they are not "
            f"reliable enough for verdicts on several comparisons, and {advice}"
        )
    return (
        f"The verdicts are about any seed and any speaker, from {seeds} of each cell and "
        f"{agreement.speakers} test speakers, and each is wrong with a probability of at most "
        f"{100 * agreement.error:g} %."
    )


def describe_claim(claim: ClaimFinding) -> str:
    """Return one sentence that says whether a claim holds, with the smallest differences.

    Without a verdict the sentence has numbers only.
    """
    if not claim.comparisons:
        return f"This run does not examine the claim that {claim.statement}. {claim.missing}"
    statement = claim.statement + _describe_margins(claim)
    count = len(claim.comparisons)
    number = f"{count} comparison{'' if count == 1 else 's'}"
    smallest = _describe_smallest(claim)
    holds = claim.count(Verdict.HOLDS)
    match claim.verdict:
        case Verdict.HOLDS:
            return f"{statement}: this holds in {holds} of {number}; {smallest}."
        case Verdict.FAILS:
            return (
                f"{statement}: this does not hold; it is shown in {holds} of {number}, and the "
                f"opposite in {claim.count(Verdict.FAILS)}; {smallest}."
            )
        case Verdict.OPEN:
            return (
                f"{statement}: this cannot be told; it is shown in {holds} of {number}, and the "
                f"opposite in none; {smallest}."
            )
    return f"The claim is that {statement}; in {number}, {smallest}."


def format_difference(comparison: Comparison) -> str:
    """Return the difference with its interval, as in "+0.05 (0.03 to 0.07)"."""
    digits = find_digits(comparison.score)
    text = format_number(comparison.difference, digits, signed=True)
    if comparison.interval is None:
        return text
    low, high = (format_number(end, digits) for end in comparison.interval)
    return f"{text} ({low} to {high})"


def find_digits(score: str) -> int:
    """Return how many decimals a difference in a score has."""
    return _DIGITS.get(score, SCORES[score].digits)


def _describe_margins(claim: ClaimFinding) -> str:
    margins = {each.score: each.margin for each in claim.comparisons if each.margin}
    texts = [f"{margin:g} in {SCORES[score].label}" for score, margin in margins.items()]
    return f", with a margin of {' and '.join(texts)}" if texts else ""


def _describe_smallest(claim: ClaimFinding) -> str:
    """Return the smallest difference in every score, as the end of a sentence."""
    found = [each for score in claim.scores if (each := claim.smallest(score))]
    texts = [
        f"the smallest difference in {SCORES[each.score].label} is {format_difference(each)}, "
        f"{each.first} minus {each.second or 'zero'}"
        for each in found
    ]
    return ", and ".join(texts)
