import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from ruamel.yaml import YAML

from sdmvae.report import budget, page
from tests.support import PROJECT

PAPER = "https://arxiv.org/abs/2203.15758"
pytestmark = pytest.mark.slow


class Addresses(HTMLParser):
    """The addresses that a page loads, the ids of its elements, and the ids in its links."""

    def __init__(self, text):
        super().__init__()
        self.loaded, self.ids, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            elif tag in ("a", "use") and name == "href":
                self.links.append(value)
            elif name in ("src", "href", "data", "poster", "srcset"):
                self.loaded.append(value)


def test_the_page_loads_nothing_and_its_links_have_targets(page_of, tiny_results):
    found = Addresses(page_of(tiny_results))
    assert found.loaded and all(each.startswith("data:") for each in found.loaded)
    assert len(set(found.ids)) == len(found.ids)
    inner = {each.removeprefix("#") for each in found.links if each.startswith("#")}
    assert inner <= set(found.ids)
    assert set(found.links) - {f"#{each}" for each in inner} == {PAPER}
    assert set(page.SECTIONS) <= set(found.ids)


def test_the_page_cites_what_the_repository_asks_to_cite(page_of, tiny_results):
    text = " ".join(page_of(tiny_results).split())
    cff = YAML(typ="safe", pure=True).load((PROJECT / "CITATION.cff").read_text())
    cited = cff["preferred-citation"]
    names = [f"{each['family-names']}, {each['given-names']}" for each in cited["authors"]]
    for field, value in (
        ("author", " and ".join(names)),
        ("title", cited["title"]),
        ("booktitle", cited["collection-title"]),
        ("year", cited["year"]),
    ):
        assert f"{field} = {{{value}}}" in text


def test_every_section_with_figures_of_synthetic_speech_names_the_synthesiser(
    page_of, tiny_results
):
    label = "Synthetic speech, spoken by Mumbler 2:"
    text = page_of(replace(tiny_results, synthesiser="Mumbler 2"))
    lead, *sections = text.partition("<script type")[0].split("<section ")
    assert "(synthetic speech, spoken by Mumbler 2)" in lead
    assert len(sections) == len(page.SECTIONS)
    for name, section in zip(page.SECTIONS, sections, strict=True):
        expected = "(synthetic speech, spoken by Mumbler 2)" if name == "provenance" else label
        assert section.startswith(f'id="{name}"') and expected in section


def test_recordings_of_people_are_not_labelled(page_of, tiny_results):
    assert "synthetic speech" not in page_of(replace(tiny_results, synthesiser=None)).lower()


def test_the_page_does_not_depend_on_where_the_corpus_is(page_of, tiny_results):
    root = "/a/folder/of/one/machine"
    corpus = tiny_results.settings.corpus.model_copy(update={"root": root})
    elsewhere = tiny_results.settings.model_copy(update={"corpus": corpus})
    text = page_of(replace(tiny_results, settings=elsewhere))
    assert root not in text
    assert text == page_of(tiny_results)


def test_the_sounds_take_what_the_other_sections_leave(page_of, make_results, monkeypatch):
    results = make_results(speakers=("ann", "bob", "cyd", "dan"), seconds=lambda _: [(0, 3.0)])
    whole = len(page_of(results).encode())
    for least in (100_000, 700_000):
        monkeypatch.setattr(budget, "PAGE", whole - least)
        text = page_of(results)
        assert len(text.encode()) <= budget.PAGE
        assert "There was no space on this page for" in text


UNUSUAL = {
    "one cell of one dimension": {"variants": {"vae": {"model": "vae"}}, "dims": (1,)},
    "one test speaker with one utterance": {"speakers": ("ann",)},
    "five latent dimensions": {"variants": {"vae": {"model": "vae"}}, "dims": (2, 3, 4, 5, 6)},
    "odd names": {"variants": {"a_b-1": {"model": "vae"}, "0": {"model": "vae"}}},
    "the second block": {
        "variants": {
            "mixture": {"model": "mixture"},
            "intel": {"model": "intel", "strength": 30.0},
            "vsc-informed": {"model": "vsc_informed", "alpha": 0.5},
            "sdm-student": {"model": "sdm_student", "dictionary": "identity"},
            "sdm-learned": {
                "model": "sdm",
                "dictionary": "random",
                "atoms": 6,
                "learned": True,
            },
        }
    },
    "three seeds": {"seeds": [3, 0, 5], "dims": (4, 5)},
    "gaussian likelihood": {"likelihood": "gaussian", "representation": "log-power"},
}


@pytest.mark.parametrize("unusual", UNUSUAL)
def test_every_unusual_run_has_a_page(page_of, make_results, unusual):
    results = make_results(**UNUSUAL[unusual])
    text = page_of(results)
    for cell in results.cells:
        assert cell["cell"] in text
    assert not re.search(r">\s*(nan|None|inf)\s*<", text)


def test_scores_that_are_missing_are_dashes(page_of, make_results):
    results = make_results()
    for cell in results.cells:
        cell.update(pesq=None, hoyer=None, hoyer_above_gaussian=None, kl=None, likelihood=None)
        results.utterances[cell["cell"]][["pesq", "hoyer"]] = float("nan")
    text = page_of(results)
    assert "No cell has a PESQ score." in text
    assert not re.search(r">\s*(nan|None|inf)\s*<", text)


SAME = """
import pickle, sys
from pathlib import Path
from sdmvae.report import budget, page
results, lock = pickle.loads(Path(sys.argv[1]).read_bytes())
import hashlib
print(hashlib.sha256(page.render(results, lock).encode()).hexdigest())
"""


def test_the_page_has_the_same_bytes_in_any_process(tiny_results, lock, tmp_path):
    import pickle

    (tmp_path / "given").write_bytes(pickle.dumps((tiny_results, lock)))
    found = {
        subprocess.run(
            [sys.executable, "-c", SAME, tmp_path / "given"],
            cwd=PROJECT,
            env={"PATH": "", "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("7", "Asia/Tokyo"))
    }
    assert len(found) == 1
