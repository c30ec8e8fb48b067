"""What the pages say of the claims, one line each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sdmvae.evaluation.agreement.findings import Source, Verdict
from tools.results.cells import find_variant
from tools.results.formatting import join_words
from tools.results.json_file import Run

Claim = Mapping[str, Any]

NOT_EXAMINED = "not examined"


def list_claims(run: Run, authors: Run | None = None) -> list[str]:
    """Return a text for each claim: its verdict, and the sentence that has the evidence.

    Args:
        run: A run as `collect` describes it.
        authors: A run with the recipe of the authors, whose verdicts are put beside.
    """
    beside = _describe_briefly(authors) if authors else {}
    texts = []
    for claim in run["claims"]:
        notes = ["a claim of this project"] if claim["source"] == Source.PROJECT else []
        if claim["name"] in beside:
            notes.append(f"with the authors' recipe: {beside[claim['name']]}")
        note = f" ({'; '.join(notes)})" if notes else ""
        text = f"**{show_verdict(claim)}**{note}: {claim['sentence']}"
        texts.append(" ".join([text, *_describe_against(claim)]))
    return texts


def list_verdicts(claims: Sequence[Claim]) -> list[str]:
    """Return for each verdict a text with the claims of the paper that have it.

    If all comparisons that show the opposite of a claim have a cell or a variant in common, the
    text names it.
    """
    groups = _group(claims, name_cause)
    groups.pop(NOT_EXAMINED, None)
    total = sum(map(len, groups.values()))
    return [
        f"**{verdict}** ({len(statements)} of {total} claims of the paper): "
        f"{'; '.join(statements)}."
        for verdict, statements in groups.items()
    ]


def count_verdicts(claims: Sequence[Claim]) -> str:
    """Return how many claims of the paper have each verdict, such as "holds 2, not examined 4"."""
    return ", ".join(f"{verdict} {len(group)}" for verdict, group in _group(claims).items())


def show_verdict(claim: Claim) -> str:
    """Return the verdict of a claim in words."""
    return claim["verdict"] or NOT_EXAMINED


def name_cause(claim: Claim) -> str:
    """Return where a claim fails, such as " (it fails against `vsc-a05`)"; empty if this differs.

    Args:
        claim: A claim. ``against`` has what is compared where its opposite is shown; a run that was
            collected without it has none.
    """
    firsts, seconds = zip(*pairs, strict=True) if (pairs := claim.get("against")) else ((), ())
    for word, names in (("for", firsts), ("against", seconds)):
        for common in ({*names}, {find_variant(name) for name in names}):
            if len(common) == 1:
                return f" (it fails {word} `{common.pop()}`)"
    return ""


def _describe_against(claim: Claim) -> list[str]:
    """Return a sentence with the comparisons that show the opposite of a claim, if any do."""
    pairs = [f"`{first}` minus `{second}`" for first, second in claim.get("against") or ()]
    return [f"The opposite is shown for {join_words(pairs)}."] if pairs else []


def _group(
    claims: Sequence[Claim], describe: Callable[[Claim], str] = lambda _: ""
) -> dict[str, list[str]]:
    """Return the statements of the claims of the paper by their verdict.

    Args:
        claims: The claims.
        describe: Returns what is added to the statement of a claim.
    """
    own = [claim for claim in claims if claim["source"] == Source.PAPER]
    groups = {
        verdict: [
            claim["statement"] + describe(claim) for claim in own if show_verdict(claim) == verdict
        ]
        for verdict in (*map(str, Verdict), NOT_EXAMINED)
    }
    return {verdict: statements for verdict, statements in groups.items() if statements}


def _describe_briefly(run: Run) -> dict[str, str]:
    """Return for each claim its verdict, and in how many comparisons it is shown."""
    found = {}
    for claim in run["claims"]:
        counts = run["agreement"]["claims"][claim["name"]]
        shown = f", {counts['in_favour']} of {counts['comparisons']}" if claim["verdict"] else ""
        found[claim["name"]] = f"{show_verdict(claim)}{shown}"
    return found
