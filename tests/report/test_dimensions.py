import base64
import json

import numpy as np
import pytest
import torch

from sdmvae.dsp import audio_file, stft
from sdmvae.report import dimensions, selection
from sdmvae.training import saved

LIKELIHOODS = [
    ("itakura-saito", "power"),
    ("gaussian", "power"),
    ("gaussian", "magnitude"),
    ("gaussian", "log-power"),
]
TO_POWER = {
    "exponential": np.exp,
    "clipped": lambda value: np.maximum(value, 0),
    "squared": lambda value: np.maximum(value, 0) ** 2,
}


def halves(text, *shape):
    return np.frombuffer(base64.b64decode(text), "<f2").reshape(shape).astype(float)


def decode(cell, power):
    """Return the power spectra of the packed cell, computed from what is packed alone."""
    x = halves(cell["codes"], -1, cell["dims"])
    if cell["dictionary"] is not None:
        x = x @ halves(cell["dictionary"], -1, cell["dims"]).T
    for place, layer in enumerate(cell["layers"]):
        bias = halves(layer["bias"], -1)
        x = x @ halves(layer["weight"], len(bias), -1).T + bias
        x = np.tanh(x) if place < len(cell["layers"]) - 1 else x
    return TO_POWER[power](x)


@pytest.mark.parametrize(("likelihood", "representation"), LIKELIHOODS)
def test_what_is_packed_decodes_to_the_power_of_the_cell(make_results, likelihood, representation):
    results = make_results(likelihood=likelihood, representation=representation)
    section = dimensions.build_section(results)
    path = section["utterance"]["path"]
    assert [cell["name"] for cell in section["data"]["cells"]] == ["sdm-dct6-m4", "vae-m4"]
    for cell in section["data"]["cells"]:
        autoencoder = saved.load(results.weights(cell["name"]))
        codes = dict(results.codes(cell["name"]))[path].copy()
        with torch.no_grad():
            output = autoencoder.decode(torch.from_numpy(codes))
            expected = autoencoder.likelihood.expected_power(output).numpy()
        found = decode(cell, section["data"]["power"])
        np.testing.assert_allclose(found, expected, rtol=0.02, atol=0.01)


def test_the_phase_is_that_of_the_original_in_small_steps(tiny_results):
    section = dimensions.build_section(tiny_results)
    data, path = section["data"], section["utterance"]["path"]
    original = tiny_results.original(path)
    spectrogram = stft.stft(original, window=data["window"], hop=data["hop"])
    phase = np.frombuffer(base64.b64decode(data["phase"]), np.uint8) * (2 * np.pi / 256)
    turned = spectrogram * np.exp(-1j * phase.reshape(spectrogram.shape))
    assert np.abs(np.angle(turned)).max() <= np.pi / 256 + 1e-9
    assert data["peak"] == np.abs(original).max()
    assert data["length"] == len(original)


def test_phases_at_both_ends_of_their_range_are_neighbours():
    angles = np.pi * np.array([0, 0.5, 1 - 1e-9, -1 + 1e-9, -0.5, -1e-9])
    assert dimensions.quantise_phase(np.exp(1j * angles)).tolist() == [0, 64, 128, 128, 192, 0]


def test_numbers_beyond_half_precision_become_the_largest_ones():
    packed = halves(dimensions.pack_halves(np.array([1e9, -1e9, 0.5])), 3)
    assert packed.tolist() == [65504, -65504, 0.5]


def test_the_cell_is_the_best_one_with_a_dictionary_beside_its_baseline(make_results):
    variants = {
        "vae": {"model": "vae"},
        "sdm-a": {"model": "sdm", "dictionary": "dct", "atoms": 6},
        "sdm-b": {"model": "sdm", "dictionary": "identity"},
    }
    results = make_results(variants, dims=(4, 5))
    for cell in results.cells:
        cell["pesq"] = {"vae-m4": 4.0, "sdm-b-m5": 3.0}.get(cell["cell"], 2.0)
    section = dimensions.build_section(results)
    assert [cell["name"] for cell in section["cells"]] == ["sdm-b-m5", "vae-m5"]


def test_without_a_dictionary_it_is_the_best_cell(make_results, rendered):
    results = make_results({"vae": {"model": "vae"}})
    section = dimensions.build_section(results)
    assert [cell["name"] for cell in section["cells"]] == ["vae-m4"]
    assert section["data"]["cells"][0]["dictionary"] is None
    assert "the decoder of <code>vae-m4</code>, and" in rendered("dimensions", section)


def test_dimensions_are_sorted_by_their_deviation_over_all_test_frames(tiny_results):
    section = dimensions.build_section(tiny_results)
    for cell in section["data"]["cells"]:
        codes = np.concatenate([each for _, each in tiny_results.codes(cell["name"])])
        deviation = codes.std(axis=0)
        assert cell["order"] == np.argsort(-deviation).tolist()
        assert cell["deviations"] == pytest.approx(deviation, abs=1e-3)


@pytest.mark.parametrize(("allowance", "names"), [(60_000, 1), (20_000, 0)])
def test_no_more_than_allowed_is_packed(make_results, rendered, allowance, names):
    results = make_results(seconds=lambda _: [(0, 3.0)])
    section = dimensions.build_section(results, allowance)
    whole = dimensions.build_section(results)
    assert len(section["cells"]) == names < len(whole["cells"]) == 2
    assert len(section["cells_out"]) == 2 - names
    assert section["seconds"] < whole["seconds"] == 3
    if names:
        assert len(json.dumps(section["data"])) < allowance
    text = rendered("dimensions", section)
    assert ("There was no space on this page for" in text) and text.count("<select") == 2 * names


def test_a_long_utterance_is_cut_where_its_frames_still_overlap(make_results):
    results = make_results(seconds=lambda _: [(0, 5.0)])
    data = dimensions.build_section(results)["data"]
    assert data["length"] == 4 * audio_file.SAMPLE_RATE
    assert (data["frames"] - 1) * data["hop"] >= data["length"] + data["window"] // 2 - 1


def test_the_utterance_is_the_one_whose_codes_are_shown(tiny_results):
    shown = dimensions.build_section(tiny_results)["utterance"]
    assert shown == selection.select_middle_utterance(tiny_results)._asdict()
