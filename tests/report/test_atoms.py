import base64
import io
import re

import numpy as np
import pytest
import soundfile
from PIL import Image

from sdmvae.dsp import stft
from sdmvae.report import atoms
from sdmvae.training import saved


def test_one_coefficient_moves_through_its_range():
    codes = np.random.default_rng(0).normal([0, 5, 9], size=(1000, 3))
    path = atoms.vary_coefficient(codes, 1, 5)
    np.testing.assert_allclose(path[0, 1], np.quantile(codes[:, 1], 0.01), rtol=1e-6)
    np.testing.assert_allclose(path[4, 1], np.quantile(codes[:, 1], 0.99), rtol=1e-6)
    np.testing.assert_allclose(np.diff(path[:, 1], n=2), 0, atol=1e-6)
    np.testing.assert_allclose(path[:, [0, 2]], np.tile(np.median(codes, 0)[[0, 2]], (5, 1)), 1e-6)


def test_noise_has_the_spectrum_asked_for():
    power = np.ones((501, 33))
    power[:, 10] = 1e4
    samples = atoms.synthesise_noise(power, window=64, hop=32, length=16_000)
    assert np.abs(samples).max() == pytest.approx(0.5)
    found = np.abs(stft.stft(samples, window=64, hop=32)) ** 2
    assert found.mean(axis=0).argmax() == 10


def test_no_power_is_silence():
    assert not atoms.synthesise_noise(np.zeros((3, 33)), window=64, hop=32, length=64).any()


def test_every_dictionary_is_shown_with_its_first_row_on_top(tiny_results):
    (found,) = atoms.build_section(tiny_results)["dictionaries"]
    assert (found["name"], found["m"], found["atoms"]) == ("sdm-dct6-m4", 4, 6)
    image = Image.open(io.BytesIO(base64.b64decode(found["picture"].partition(",")[2])))
    assert image.size == (6, 4)
    red, _, blue = np.moveaxis(np.asarray(image.convert("RGB"), int), 2, 0)
    dictionary = tiny_results.dictionary("sdm-dct6-m4")
    clear = np.abs(dictionary) > 0.2 * np.abs(dictionary).max()
    np.testing.assert_array_equal((red > blue)[clear], (dictionary > 0)[clear])


def test_atoms_are_the_most_used_first(tiny_results):
    codes = np.concatenate([each for _, each in tiny_results.codes("sdm-dct6-m4")])
    (cell,) = atoms.build_section(tiny_results)["cells"]
    expected = 1 + np.argsort(-codes.std(axis=0))
    assert [each["number"] for each in cell["atoms"]] == expected.tolist()


def test_spectra_are_the_decoders(tiny_results):
    import torch

    (cell,) = atoms.build_section(tiny_results)["cells"]
    codes = np.concatenate([each for _, each in tiny_results.codes("sdm-dct6-m4")])
    autoencoder = saved.load(tiny_results.data / "models/sdm-dct6-m4/0")
    peaks = []
    for atom in cell["atoms"]:
        path = atoms.vary_coefficient(codes, atom["number"] - 1, 5)
        with torch.no_grad():
            peaks.append(torch.exp(autoencoder.decode(torch.from_numpy(path))).numpy())
    level = 10 * np.log10(np.array(peaks) / np.max(peaks))
    drawn = cell["atoms"][0]["lines"][4].removeprefix("M").split("L")
    heights = [float(point.split()[1]) for point in drawn]
    np.testing.assert_allclose(heights, level[0, 4] / -0.7, atol=0.06)


def test_a_sound_lasts_a_second(tiny_results):
    (cell,) = atoms.build_section(tiny_results)["cells"]
    uri = cell["atoms"][0]["sound"]
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert len(samples) == rate == 16_000
    assert samples.any()


def test_the_best_cell_of_each_m_is_shown(make_results):
    variants = {
        "a": {"model": "sdm", "dictionary": "identity"},
        "b": {"model": "sdm", "dictionary": "identity"},
        "v": {"model": "vae"},
    }
    results = make_results(variants=variants, dims=[2, 3])
    for cell, pesq in zip(results.cells, [2.0, 1.0, 9.0, None, float("nan"), 9.0], strict=True):
        cell["pesq"] = pesq
    found = [each["name"] for each in atoms.build_section(results)["cells"]]
    assert found == ["a-m2", "a-m3"]
    results.cells[4]["pesq"] = 3.0
    assert [each["name"] for each in atoms.build_section(results)["cells"]] == ["b-m3", "a-m2"]


def test_no_more_cells_than_allowed_are_shown(make_results, rendered):
    variants = {"a": {"model": "sdm", "dictionary": "identity"}}
    section = atoms.build_section(make_results(variants=variants, dims=[2, 3]), allowance=1)
    assert len(section["cells"]) == 1 and len(section["cells_out"]) == 1
    assert section["cells_out"][0] in rendered("atoms", section)


def test_a_learned_dictionary_is_that_of_the_weights(make_results):
    learned = {"dictionary": "random", "atoms": 5, "learned": True}
    results = make_results(variants={"a_b-1": {"model": "sdm", **learned}}, dims=[3])
    section = atoms.build_section(results)
    (found,) = section["dictionaries"]
    assert (found["name"], found["m"], found["atoms"]) == ("a_b-1-m3", 3, 5)
    assert len(section["cells"][0]["atoms"]) == 5


@pytest.mark.parametrize("representation", ["power", "magnitude", "log-power"])
def test_atoms_with_a_gaussian_likelihood_are_shown(make_results, rendered, representation):
    variants = {"a": {"model": "sdm_student", "dictionary": "identity"}}
    results = make_results(variants, likelihood="gaussian", representation=representation)
    page = rendered("atoms", atoms.build_section(results))
    assert "nan" not in re.sub('base64,[^"]*', "", page)


def test_an_atom_that_is_never_used_is_shown(make_results, rendered):
    variants = {"a": {"model": "sdm", "dictionary": "dct", "atoms": 1}}
    results = make_results(variants, dims=[1])
    path = results.data / "resynthesis/a-m1/0/codes.npy"
    np.save(path, np.zeros_like(np.load(path)))
    section = atoms.build_section(results)
    (atom,) = section["cells"][0]["atoms"]
    assert len(set(atom["lines"])) == 1
    assert "0.0 to 0.0" in rendered("atoms", section)


def test_models_without_a_dictionary_have_no_atoms(make_results, rendered):
    section = atoms.build_section(make_results(variants={"vae": {"model": "vae"}}))
    assert "No cell has a dictionary" in rendered("atoms", section)


def test_the_same_run_gives_the_same_page(tiny_results, rendered):
    first, again = (rendered("atoms", atoms.build_section(tiny_results)) for _ in range(2))
    assert first == again
