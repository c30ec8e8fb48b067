import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from sdmvae.report import codes, selection


def seen(uri):
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    return np.asarray(image.convert("RGB"), int).sum(axis=2)


def rewrite(results, cell, change):
    path = results.data / "resynthesis" / cell / "0/codes.npy"
    np.save(path, change(np.load(path)))


def test_use_is_the_deviation_divided_by_the_largest():
    drawn = np.random.default_rng(0).standard_normal((50_000, 3)) * [1.0, 4.0, 0.5] + 7
    np.testing.assert_allclose(codes.measure_deviation(drawn), [0.25, 1, 0.125], atol=0.01)


def test_constant_codes_are_not_used():
    assert codes.measure_deviation(np.full((5, 2), 3.0)).tolist() == [0, 0]


def test_the_middle_bin_holds_what_is_near_zero():
    fractions = codes.compute_histogram(np.array([0.0, 0.09, -0.09, 0.11, 9.0]))
    assert len(fractions) == 41
    assert fractions[20] == pytest.approx(3 / 5)
    assert fractions[21] == pytest.approx(1 / 5)
    assert fractions.sum() == pytest.approx(4 / 5)


def test_a_gaussian_code_has_the_share_of_a_gaussian(tiny_results):
    drawn = np.random.default_rng(0).standard_normal
    rewrite(tiny_results, "vae-m4", lambda each: 3 * drawn(each.shape))
    section = codes.build_section(tiny_results)
    assert section["gaussian_zero"] == pytest.approx(0.0797, abs=1e-4)
    assert section["cells"][0]["zero"] == pytest.approx(section["gaussian_zero"], abs=0.02)


def test_the_most_used_dimension_is_on_top(tiny_results):
    rewrite(
        tiny_results,
        "vae-m4",
        lambda each: (
            np.random.default_rng(1).choice([-1.0, 1.0], each.shape) * [0.0, 1e-3, 5.0, 0.5]
        ),
    )
    cell = codes.build_section(tiny_results)["cells"][0]
    path = selection.select_middle_utterance(tiny_results).path
    frames = len(dict(tiny_results.codes("vae-m4"))[path])
    brightness = seen(cell["picture"])
    assert brightness.shape == (4, min(frames, 400))
    assert (np.diff(brightness.mean(axis=1)) >= 0).all()
    assert brightness[0].mean() < brightness[-1].mean()
    assert (cell["varying"], cell["dims"]) == (2, 4)


def test_a_code_of_zeros_is_shown(tiny_results, rendered):
    rewrite(tiny_results, "vae-m4", np.zeros_like)
    section = codes.build_section(tiny_results)
    assert section["cells"][0]["zero"] == 1
    assert section["cells"][0]["varying"] == 0
    assert np.ptp(seen(section["cells"][0]["picture"])) == 0
    assert "<b>0 of 4</b>" in rendered("codes", section)


def test_a_code_with_one_dimension_is_shown(make_results, rendered):
    results = make_results(variants={"a_b-1": {"model": "vae"}}, dims=[1], speakers=["ann"])
    page = rendered("codes", codes.build_section(results))
    assert "a_b-1-m1" in page
    assert "nan" not in re.sub('base64,[^"]*', "", page)


def test_long_utterances_and_wide_codes_are_cut(make_results, rendered):
    results = make_results(
        variants={"vae": {"model": "vae"}}, dims=[200], speakers=["a"], seconds=lambda _: [(0, 7)]
    )
    section = codes.build_section(results)
    assert section["cut"] and section["seconds"] == pytest.approx(6)
    assert section["cells"][0]["shown"] == section["most_dims"] == 128
    assert "the first 6.0 s" in rendered("codes", section)


def test_no_more_cells_than_allowed_are_shown(tiny_results, rendered):
    section = codes.build_section(tiny_results, allowance=1)
    assert [each["name"] for each in section["cells"]] == ["vae-m4"]
    assert section["cells_out"] == ["vsc-a05-m4", "sdm-dct6-m4"]
    assert "sdm-dct6-m4" in rendered("codes", section)


def test_the_same_run_gives_the_same_page(tiny_results, rendered):
    first, again = (rendered("codes", codes.build_section(tiny_results)) for _ in range(2))
    assert first == again
