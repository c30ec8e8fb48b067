import pytest

from sdmvae.report import variants


def test_variants_are_described_by_the_first_line_of_their_model(tiny_results):
    descriptions = variants.describe_variants(tiny_results)
    assert descriptions[1]["description"].startswith("Variational sparse coding")
    assert descriptions[2]["arguments"] == "dictionary dct, atoms 6"


def test_a_beta_is_listed_among_the_arguments(make_results):
    variety = {"a": {"model": "vsc", "alpha": 0.5, "beta": 4}, "b": {"model": "vae", "beta": 1.0}}
    descriptions = variants.describe_variants(make_results(variety))
    assert [each["arguments"] for each in descriptions] == ["alpha 0.5, beta 4.0", ""]


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
        ("sdm_shared", False, False),
        ("laplace", False, False),
    ],
)
def test_models_say_of_themselves_what_the_report_needs(name, is_baseline, is_fitted):
    model = variants.find_model(name)
    assert model.is_baseline == is_baseline
    assert model.prior_is_fitted_to_each_frame == is_fitted
