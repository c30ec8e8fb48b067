"""Verdicts on cells, as a reader of the whole page sees them."""

import re
from html.parser import HTMLParser

import pytest

from sdmvae.evaluation.statistics import estimates, seed_scores, verdicts
from sdmvae.evaluation.statistics.best import find_best

WORDS = [
    r"[★≈◆]",
    r"\bclear(ly)?\b",
    r"\bsignificant(ly)?\b",
    r"(?<!higher is )(?<!lower is )\bbetter\b",
    r"\bbest\b(?! epochs?)",
    r"\bworse\b",
    r"\bsparse(r|st)\b",
    r"\bless sparse\b",
    r"\btold apart\b",
    r"\bkeeps?\b",
    r"\bnot shown\b",
]
SPARSITY = {"higher": "sparser", "lower": "less sparse", "not told apart": "not told apart"}


class Reader(HTMLParser):
    """What a reader sees of a page: all texts, and the texts of the cells of each table.

    The texts of claims are left out, because they say what is examined and not what is found.
    """

    def __init__(self, page):
        super().__init__()
        self.texts, self.tables, self.hidden, self.in_cell = [], [], False, False
        self.in_claims = False
        self.feed(page)
        self.tables = [
            [[" ".join(cell.split()) for cell in row] for row in table] for table in self.tables
        ]

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.texts += [values[name] for name in ("title", "aria-label", "alt") if values.get(name)]
        if tag in ("script", "style"):
            # The charts are drawn from the data in the page.
            self.hidden = values.get("type") != "application/json"
        elif tag == "ul":
            self.in_claims = "claims" in values.get("class", "").split()
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden = False
        elif tag == "ul":
            self.in_claims = False
        elif tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data):
        if self.hidden:
            return
        if not self.in_claims:
            self.texts.append(data)
        if self.in_cell:
            self.tables[-1][-1][-1] += data

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split()).lower()


@pytest.fixture
def close_results(make_results):
    """Two sizes of three cells with three seeds, where some cells are close to their baseline."""
    effects = {
        "vsc-a05-m4": {"pesq": -0.0002, "estoi": -0.5, "hoyer_above_gaussian": 0.0},
        "sdm-dct6-m4": {"pesq": 0.01, "estoi": 0.0, "hoyer_above_gaussian": 0.1},
        "vsc-a05-m5": {"pesq": -0.3, "estoi": -0.5, "hoyer_above_gaussian": -0.2},
        "sdm-dct6-m5": {"pesq": -0.05, "estoi": 0.5, "hoyer_above_gaussian": 0.0002},
    }
    nothing = {"pesq": 0.0, "estoi": 0.0, "hoyer_above_gaussian": 0.0}
    effects |= {"vae-m4": nothing, "vae-m5": nothing}
    speakers = ("ann", "bob", "cyd", "dan")
    return make_results(dims=(4, 5), seeds=[0, 1, 2], speakers=speakers, effects=effects)


@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_with_fewer_than_three_seeds_there_is_no_verdict_on_the_page(page_of, make_results, seeds):
    page = page_of(make_results(seeds=seeds))
    text = Reader(page).text
    before_the_scripts = page.partition("<script>\n(function")[0]
    assert not re.search(r"\bholds\b|does not hold|cannot be told", before_the_scripts)
    for word in WORDS:
        found = re.search(f".{{0,60}}{word}.{{0,60}}", text)
        assert not found, found[0]
    assert "verdicts on cells need 3 seeds or more" in text


def test_the_words_that_are_searched_for_are_those_of_verdicts(page_of, seeded_results):
    text = Reader(page_of(seeded_results)).text
    expected = {"◆", "best", "worse", "sparser", "sparsest", "less sparse", "told apart"}
    expected |= {"keeps", "keep", "not shown"}
    assert expected <= {found[0] for word in WORDS for found in re.finditer(word, text)}
    assert "verdicts on cells need" not in text


def test_with_three_seeds_the_words_are_those_of_the_findings(page_of, close_results):
    page = Reader(page_of(close_results))

    def differences(score):
        scores = {
            cell: seed_scores.from_table(cell, table, score)
            for cell, table in close_results.utterances.items()
        }
        return {
            f"{variant}-{m}": estimates.difference(scores[f"{variant}-{m}"], scores[f"vae-{m}"])
            for m in ("m4", "m5")
            for variant in ("vsc-a05", "sdm-dct6")
        }

    told = {
        score: verdicts.tell_apart(differences(score))
        for score in ("pesq", "estoi", "hoyer_above_gaussian", "hoyer")
    }
    kept = {
        score: verdicts.keep_quality(differences(score), margin, "higher")
        for score, margin in (("pesq", 0.1), ("estoi", 0.01))
    }
    tables = [table for table in page.tables if "% intervals" in " ".join(table[0])]
    rows = {row[0]: row[1:] for table in tables for row in table[1:]}
    assert set(rows) == set(told["pesq"])
    for cell, shown in rows.items():
        for place, score in enumerate(told):
            finding = told[score][cell]
            word = finding.verdict.value
            if score in kept:
                margin = {"pesq": "0.1", "estoi": "0.01"}[score]
                word += f", {kept[score][cell].verdict.value} the quality within {margin}"
            else:
                word = SPARSITY[word]
            assert shown[place].endswith(word)
            value, _, half = shown[place].removesuffix(word).replace("−", "-").partition("±")
            assert float(value) == pytest.approx(finding.estimate.value, abs=6e-4)
            width = finding.interval.high - finding.interval.low
            assert float(half) == pytest.approx(width / 2, abs=6e-4)
    assert {finding.verdict for finding in told["pesq"].values()} == {
        *("higher", "lower", "not told apart"),
    }
    assert {finding.verdict for finding in kept["pesq"].values()} == {"keeps", "not shown to keep"}


@pytest.mark.parametrize(
    ("title", "score", "better"),
    [("PESQ", "pesq", "higher"), ("Effective dimensions", "effective_dims", "lower")],
)
def test_with_three_seeds_the_marks_are_those_of_the_findings(
    page_of, close_results, title, score, better
):
    scores = [
        seed_scores.from_table(cell, table, score)
        for cell, table in close_results.utterances.items()
    ]
    expected = {
        cell
        for cell, placing in find_best(scores, better).items()
        if placing.verdict == "not worse than the best"
    }
    page = Reader(page_of(close_results))
    table = next(table for table in page.tables if "Log-likelihood" in table[0])
    place = table[0].index(title)
    marked = {row[0] for row in table[1:] if "◆" in row[place]}
    assert marked == expected
