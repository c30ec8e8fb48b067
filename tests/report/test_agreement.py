"""Tests of the section that says whether the paper holds."""

import pytest

from sdmvae.evaluation.agreement import compute
from sdmvae.report import agreement
from sdmvae.report.claim_sentences import describe_claim
from tests.support.made_up_runs import MARGINS, cells_of_the_paper, make_run

VERDICTS = ("holds", "does not hold", "cannot be told")


@pytest.fixture
def show(rendered):
    """A function that returns what is found, the section of a run, and its HTML."""

    def show(made=None, **changes):
        found = compute.agree(
            *make_run(cells_of_the_paper() if made is None else made, **changes), MARGINS
        )
        section = agreement.build_section(found)
        return found, section, rendered("agreement", section)

    return show


def test_every_claim_is_a_sentence_with_its_comparisons(show):
    found, section, html = show()
    claims = [claim for group in section["groups"] for claim in group["claims"]]
    assert [claim["sentence"] for claim in claims] == list(map(describe_claim, found.claims))
    assert {claim["verdict"] for claim in claims} == {"holds"}
    for shown, claim in zip(claims, found.claims, strict=True):
        assert len(shown["rows"]) == len(claim.comparisons)
        assert shown["sentence"].replace("'", "&#39;") in html
    assert html.count('<strong class="verdict">holds</strong>') == len(claims)
    assert "All 9 comparisons" in html


def test_a_comparison_is_shown_with_both_scores_and_its_adjusted_p(show):
    found, section, _ = show()
    row = section["groups"][0]["claims"][0]["rows"][0]
    comparison = found.claims[0].comparisons[0]
    assert (row["score"], row["first"], row["second"]) == ("Hoyer", "sdm-eye-m32", "vae-m32")
    assert row["first_value"] == f"{comparison.values[0]:.2f}"
    assert row["second_value"] == f"{comparison.values[1]:.2f}"
    assert row["difference"].startswith(f"+{comparison.difference:.2f} (")
    assert (row["p"], row["verdict"], row["kind"]) == ("< 0.001", "holds", "up")
    spread = section["groups"][0]["claims"][4]["rows"][0]
    assert (spread["first"], spread["p"]) == ("spread of vsc at m = 32", "–")


def test_a_claim_that_does_not_hold_is_marked(show):
    worse = [each.but(pesq=2.0) if each.model == "sdm" else each for each in cells_of_the_paper()]
    _, section, html = show(worse)
    kept = section["groups"][0]["claims"][2]
    assert (kept["verdict"], kept["kind"]) == ("does not hold", "down")
    assert '<strong class="verdict">does not hold</strong>' in html


@pytest.mark.parametrize("changes", [{"seeds": 1}, {"seeds": 2}, {"speakers": 1}])
def test_few_seeds_or_speakers_show_numbers_and_no_word_of_a_verdict(show, changes):
    _, section, html = show(**changes)
    assert not any(word in html for word in VERDICTS)
    assert not section["has_verdicts"]
    assert section["evidence"] in html
    assert "adjusted p" not in html
    assert "sdm-eye-m32 minus" in html
    assert ("train.seeds: [0, 1, 2]" in html) == ("seeds" in changes)


def test_correlations_are_shown_with_their_intervals(show):
    found, section, html = show()
    assert [row["score"] for row in section["correlations"]] == ["PESQ", "STOI", "ESTOI", "Hoyer"]
    assert [row["published"] for row in section["correlations"]] == [
        "PESQ",
        "STOI",
        "STOI",
        "Hoyer",
    ]
    pesq, row = found.correlations[0], section["correlations"][0]
    low, high = (f"{end:.2f}".replace("-", "−") for end in pesq.interval)
    assert row["spearman"] == f"{pesq.spearman:.2f} ({low} to {high})"
    assert row["spearman"] in html
    assert row["mean"].startswith("−" if pesq.mean_difference < 0 else "+")


def test_a_run_without_cells_of_the_paper_says_what_is_missing(show):
    _, section, html = show([each for each in cells_of_the_paper(16) if each.model == "vae"])
    assert section["correlations"] == []
    assert "Spearman" not in html
    assert html.count("This run does not examine the claim") == 9
    assert "<table>" not in html
