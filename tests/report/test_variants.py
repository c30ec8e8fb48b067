import pytest

from sdmvae.report import variants


def test_variants_are_described_by_the_first_line_of_their_model(tiny_results):
    descriptions = variants.describe_variants(tiny_results)
    assert descriptions[1]["description"].startswith("Variational sparse coding")
    assert descriptions[2]["arguments"] == "dictionary dct, atoms 6"


def test_a_cell_belongs_to_its_variant(make_results):
    results = make_results({"a-m4": {"model": "vae"}, "a": {"model": "vae"}})
    assert [variants.find_variant(results, cell) for cell in results.cells] == ["a-m4", "a"]


@pytest.mark.parametrize(
    ("name", "is_baseline", "is_fitted"),
    [
        ("vae", True, False),
        ("vsc", False, False),
        ("sdm", False, True),
        ("sdm_student", False, True),
        ("mixture", False, False),
    ],
)
def test_models_say_of_themselves_what_the_report_needs(name, is_baseline, is_fitted):
    model = variants.find_model(name)
    assert model.is_baseline == is_baseline
    assert model.prior_is_fitted_to_each_frame == is_fitted
