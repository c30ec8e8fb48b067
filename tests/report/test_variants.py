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


def test_the_baseline_is_the_first_of_its_kind_with_the_same_m():
    cells = [
        {"cell": name, "model": model, "m": m}
        for name, model, m in [
            ("a32", "sdm", 32),
            ("v32", "vae", 32),
            ("w32", "vae", 32),
            ("v64", "vae", 64),
            ("a16", "sdm", 16),
        ]
    ]
    assert variants.find_baselines(cells) == {"a32": "v32", "w32": "v32"}
