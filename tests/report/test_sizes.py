import pytest
import safetensors.numpy

from sdmvae.report import sizes

BINS, HIDDEN, M, ATOMS = 33, 128, 4, 6


def test_counts_are_those_of_the_layers(make_results, rendered):
    results = make_results()
    rows = {row["cell"]: row for row in sizes.build_section(results)["rows"]}
    decoder = (M + 1) * HIDDEN + (HIDDEN + 1) * BINS
    encoder = (BINS + 1) * HIDDEN + (HIDDEN + 1) * 2 * M
    assert rows["vae-m4"]["counts"] == [encoder, 0, decoder]
    assert rows["vae-m4"]["total"] == encoder + decoder
    # The encoder gives the posterior of the code, which has one coefficient per atom.
    coefficients = (BINS + 1) * HIDDEN + (HIDDEN + 1) * 2 * ATOMS
    assert rows["sdm-dct6-m4"]["counts"] == [coefficients, 0, decoder]
    html = rendered("sizes", sizes.build_section(results))
    assert f"{encoder + decoder:,}" in html


def test_training_is_told_in_epochs_and_minutes_of_speech(make_results):
    results = make_results()
    section = sizes.build_section(results)
    for row in section["rows"]:
        assert row["epochs"] == results.curves[row["cell"]]["epoch"].max()
    train = results.manifest.query("split == 'train'")
    assert float(section["minutes"]) == pytest.approx(train["seconds"].sum() / 60, abs=0.05)


def test_a_learned_dictionary_counts(make_results):
    learned = {"model": "sdm", "dictionary": "random", "atoms": ATOMS, "learned": True}
    results = make_results({"sdm-learned": learned})
    (cell,) = results.cells
    counts = sizes.count_parameters(results, cell)
    weights = safetensors.numpy.load_file(results.weights(cell["cell"]) / "weights.safetensors")
    assert weights["model.dictionary"].size == M * ATOMS
    assert counts["model"] == M * ATOMS
