import pytest

from sdmvae.report import comparison, summary


def section(results):
    return summary.build_section(results, comparison.compare(results))


def test_every_cell_of_a_card_has_its_variant(seeded_results):
    (card,) = section(seeded_results)["cards"]
    assert list(card["cells"]) == ["vae-m4", "sdm-dct6-m4"]
    assert [variant["variant"] for variant in card["variants"]] == ["vae", "sdm-dct6"]


def test_with_verdicts_there_is_no_note(seeded_results):
    found = section(seeded_results)
    assert found["note"] == ""
    assert found["intervals"] == "intervals that cover other seeds and other speakers"
    assert found["margins"] == "PESQ within 0.1 and ESTOI within 0.01"


@pytest.mark.parametrize(
    ("seeds", "speakers", "note", "intervals"),
    [
        (
            [0],
            ("ann", "bob"),
            "with one seed",
            "intervals that cover these weights and other speakers",
        ),
        (
            [0, 1],
            ("ann", "bob"),
            "with 2 seeds",
            "intervals that cover other seeds and other speakers, "
            "but 2 seeds are too few for verdicts",
        ),
        ([0, 1, 2], ("ann",), "only one test speaker", "no interval: fewer than two speakers"),
    ],
)
def test_without_verdicts_a_note_says_why(make_results, seeds, speakers, note, intervals):
    found = section(make_results(seeds=seeds, speakers=speakers))
    assert note in found["note"] and "has none" in found["note"]
    assert found["intervals"] == intervals
    assert [table["groups"] for table in found["against"]] == [{}]
    differences = [each for row in found["against"][0]["rows"] for each in row["differences"]]
    assert {each["words"] for each in differences} == {""}
    assert {"±" in each["text"] for each in differences} == {len(speakers) > 1}
