"""The lines about the claims."""

import pytest

from tools.results import claims_section


def claim(name, verdict, source="paper"):
    return {
        "name": name,
        "source": source,
        "verdict": verdict,
        "sentence": f"{name}!",
        "statement": name,
    }


CLAIMS = [
    claim("a", "holds"),
    claim("b", None),
    claim("c", "does not hold", "project"),
    claim("d", "holds"),
]


def test_a_claim_has_its_verdict_and_its_sentence():
    assert claims_section.list_claims({"claims": CLAIMS}) == [
        "**holds**: a!",
        "**not examined**: b!",
        "**does not hold** (a claim of this project): c!",
        "**holds**: d!",
    ]


def test_the_verdict_with_the_authors_recipe_is_beside_it():
    counts = {"a": {"comparisons": 0}, "c": {"comparisons": 4, "in_favour": 3}}
    claims = [claim("a", None), claim("c", "cannot be told")]
    authors = {"claims": claims, "agreement": {"claims": counts}}
    first, _, third, last = claims_section.list_claims({"claims": CLAIMS}, authors)
    assert first == "**holds** (with the authors' recipe: not examined): a!"
    assert " (a claim of this project; with the authors' recipe: cannot be told, 3 of 4)" in third
    assert last == "**holds**: d!"


def test_verdicts_on_the_claims_of_the_paper_are_counted():
    assert claims_section.count_verdicts(CLAIMS) == "holds 2, not examined 1"
    assert claims_section.count_verdicts([]) == ""


def test_claims_of_the_paper_are_listed_by_verdict():
    claims = [
        {"source": source, "verdict": verdict, "statement": statement}
        for source, verdict, statement in (
            ("paper", "cannot be told", "A"),
            ("paper", "holds", "B"),
            ("project", "holds", "C"),
            ("paper", "cannot be told", "D"),
            ("paper", None, "E"),
        )
    ]
    assert claims_section.list_verdicts(claims) == [
        "**holds** (1 of 3 claims of the paper): B.",
        "**cannot be told** (2 of 3 claims of the paper): A; D.",
    ]
    assert claims_section.list_verdicts([]) == []


PAIRS = (
    ([["a-m32", "b-m32"], ["a-m32", "c-m32"]], " (it fails for `a-m32`)"),
    ([["a-m32", "c-m32"], ["a-m64", "c-m64"]], " (it fails for `a`)"),
    ([["a-m32", "c-m32"], ["b-m64", "c-m64"]], " (it fails against `c`)"),
    ([["a-m32", "c-m32"], ["b-m32", "d-m32"]], ""),
    ([], ""),
)


@pytest.mark.parametrize(("pairs", "words"), PAIRS)
def test_a_claim_that_fails_says_what_all_opposite_comparisons_share(pairs, words):
    failed = {**claim("x", "does not hold"), "against": pairs}
    (text,) = claims_section.list_verdicts([failed])
    assert text == f"**does not hold** (1 of 1 claims of the paper): x{words}."


def test_the_comparisons_that_show_the_opposite_are_listed():
    failed = {**claim("x", "does not hold"), "against": [["a", "b"], ["c", "d"]]}
    (text,) = claims_section.list_claims({"claims": [failed]})
    assert text.endswith("x! The opposite is shown for `a` minus `b` and `c` minus `d`.")
