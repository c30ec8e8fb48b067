from sdmvae.report import cautions


def test_cells_cut_short_are_named(make_results):
    results = make_results(epochs=3)
    results.curves["vae-m4"].loc[2, "validation_loss"] = 100.0
    (caution,) = [each for each in cautions.told(results) if "cut short" in each]
    assert caution.startswith("2 of 3 cells (vsc-a05-m4, sdm-dct6-m4)")
    assert not [each for each in cautions.told(make_results(epochs=9)) if "cut short" in each]


def test_another_likelihood_is_told(make_results):
    results = make_results(likelihood="gaussian", representation="log-power")
    assert any("Gaussian, of log-power" in each for each in cautions.told(results))


def test_fitted_variances_are_told_where_there_are_some(make_results):
    def told(variants):
        return any(
            "fitted to every frame" in each for each in cautions.told(make_results(variants))
        )

    assert told({"x": {"model": "sdm", "dictionary": "identity"}})
    assert not told({"sdm": {"model": "vae"}})
