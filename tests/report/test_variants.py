from sdmvae.report import variants


def test_variants_are_described_by_their_models_own_words(tiny_results):
    found = variants.described(tiny_results)
    assert found[1]["what"].startswith("Variational sparse coding")
    assert found[2]["arguments"] == "dictionary dct, atoms 6"


def test_variant_of_a_cell():
    assert variants.of({"cell": "a-m4-m4", "m": 4}) == "a-m4"
