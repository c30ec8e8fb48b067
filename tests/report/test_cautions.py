from dataclasses import replace

import pytest

from sdmvae.report import cautions


def find_caution(results, words):
    """Return the one caution that contains these words, or None if there is none."""
    sentences = [text for text in cautions.list_sentences(results) if words in text]
    assert len(sentences) <= 1
    return sentences[0] if sentences else None


@pytest.mark.parametrize(
    ("seeds", "speakers", "words"),
    [
        ([7], ("ann", "bob"), "other speakers than the 2 test speakers. It does not cover other"),
        ([0, 1], ("ann", "bob"), "computed from 2 seeds and 2 test speakers"),
        ([0, 1, 2], ("ann", "bob"), "computed from 3 seeds and 2 test speakers"),
        ([0, 1, 2], ("ann",), "there are no intervals"),
    ],
)
def test_what_intervals_cover_is_said(make_results, seeds, speakers, words):
    results = make_results(seeds=seeds, speakers=speakers)
    assert find_caution(results, words)
    has_verdicts = len(seeds) > 2 and len(speakers) > 1
    assert bool(find_caution(results, "Holm's procedure")) == has_verdicts
    assert (cautions.explain_no_verdicts(results) == "") == has_verdicts


def test_verdicts_are_wrong_with_the_probability_of_the_parameters(make_results):
    results = make_results(seeds=[0, 1, 2])
    compare = results.settings.compare.model_copy(update={"error": 0.2})
    other = replace(results, settings=results.settings.model_copy(update={"compare": compare}))
    assert "in a family is at most 20 %" in find_caution(other, "Holm's procedure")


def test_cells_whose_training_was_cut_short_are_named(make_results):
    results = make_results(epochs=3)
    results.curves["vae-m4"].loc[2, "validation_loss"] = 100.0
    caution = find_caution(results, "cut short")
    assert caution.startswith("2 of 3 cells (vsc-a05-m4, sdm-dct6-m4)")
    assert find_caution(make_results(epochs=9), "cut short") is None


def test_another_likelihood_is_mentioned(make_results):
    results = make_results(likelihood="gaussian", representation="log-power")
    assert find_caution(results, "Gaussian likelihood of log-power")
    assert find_caution(make_results(), "Gaussian likelihood") is None


def test_priors_that_are_fitted_to_each_frame_are_named_by_their_variants(make_results):
    fitted = {
        "x": {"model": "sdm", "dictionary": "identity"},
        "vae": {"model": "vae"},
        "y": {"model": "sdm_student", "dictionary": "identity"},
    }
    assert "(x, y)" in find_caution(make_results(fitted), "fitted to each frame")
    assert find_caution(make_results({"sdm": {"model": "vae"}}), "fitted to each frame") is None


def test_decoders_that_see_the_posterior_are_named_by_their_variants(make_results):
    seeing = {
        "x": {"model": "vaease"},
        "vae": {"model": "vae"},
        "y": {"model": "vsc_thresholded", "threshold": 0.5},
    }
    assert "(x, y)" in find_caution(make_results(seeing), "sees the posterior")
    assert find_caution(make_results({"vaease": {"model": "vae"}}), "sees the posterior") is None


def test_variants_with_a_beta_are_named_with_it(make_results):
    caution = find_caution(
        make_results({"vae": {"model": "vae"}, "b": {"model": "vae", "beta": 4}}), "beta"
    )
    assert "(b: 4)" in caution
    assert find_caution(make_results({"vae": {"model": "vae", "beta": 1}}), "beta") is None


def test_the_sparsity_to_believe_is_named(tiny_results):
    caution = find_caution(tiny_results, "Hoyer above Gaussian")
    assert "depends on the scales" in caution and "the sparsity to believe" in caution


def test_test_speech_of_a_low_rate_is_mentioned(make_results):
    results = make_results()
    assert find_caution(results, "were recorded at") is None
    is_test = results.manifest["split"] == "test"
    results.manifest.loc[~is_test, "recording_rate"] = 8_000
    assert find_caution(results, "were recorded at") is None
    results.manifest.loc[is_test, "recording_rate"] = 8_000
    count = int(is_test.sum())
    caution = find_caution(results, "were recorded at")
    assert caution.startswith(f"{count} of {count} test utterances were recorded at 8000 Hz")
