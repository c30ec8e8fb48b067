import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from sdmvae.dsp import audio_file
from sdmvae.figures import spectrograms
from sdmvae.report import budget, listening

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
STEP = 2.0 ** (1 - listening.BITS)
TEMPLATES = Path(listening.__file__).parent / "templates"


def heard(uri):
    return soundfile.read(io.BytesIO(base64.b64decode(uri.partition(",")[2])))[0]


def seen(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def size(utterance):
    keys = ("sound", "level", "difference")
    embedded = sum(len(each[key] or "") for each in utterance["streams"] for key in keys)
    return embedded + listening.MARKUP * len(utterance["streams"])


def test_the_sounds_are_those_of_the_original_and_of_every_cell(tiny_results):
    section = listening.build_section(tiny_results, budget.PAGE)
    assert [each["speaker"] for each in section["utterances"]] != []
    for utterance in section["utterances"]:
        original, *cells = utterance["streams"]
        assert original["name"] == "original"
        assert [each["name"] for each in cells] == [each["cell"] for each in tiny_results.cells]
        found = heard(original["sound"])
        np.testing.assert_allclose(found, tiny_results.original(utterance["path"]), atol=STEP / 2)
        for each in cells:
            expected = tiny_results.resynthesis(each["name"], utterance["path"])
            np.testing.assert_allclose(heard(each["sound"]), expected, atol=STEP / 2)


@pytest.mark.parametrize(
    ("peak", "bits"), [(1.0, 13), (0.6, 13), (0.5, 14), (0.2, 15), (0.01, 16), (0.0, 13), (1.5, 13)]
)
def test_quiet_speech_has_more_bits(peak, bits):
    assert listening.count_bits(peak) == bits


def test_scores_are_those_of_the_utterance_through_the_cell(tiny_results):
    utterance = listening.build_section(tiny_results, budget.PAGE)["utterances"][-1]
    for stream in utterance["streams"][1:]:
        rows = tiny_results.utterances[stream["name"]].set_index("path")
        row = rows.loc[utterance["path"]]
        values = {name: score["value"] for name, score in stream["scores"].items()}
        assert values == {"pesq": row["pesq"], "estoi": row["estoi"], "si_sdr": row["si_sdr"]}


def test_with_several_seeds_scores_are_those_of_the_sound(make_results):
    results = make_results(seeds=[5, 2])
    table = results.utterances["vae-m4"]
    table.loc[table["seed"] == 5, "pesq"] = 1.25
    table.loc[table["seed"] == 2, "pesq"] = 4.0
    results.utterances["vae-m4"] = table.iloc[::-1]
    utterance = listening.build_section(results, budget.PAGE)["utterances"][0]
    stream = utterance["streams"][1]
    assert (stream["name"], stream["scores"]["pesq"]["value"]) == ("vae-m4", 1.25)
    expected = results.resynthesis("vae-m4", utterance["path"])
    np.testing.assert_allclose(heard(stream["sound"]), expected, atol=STEP / 2)


def test_a_picture_has_one_pixel_per_frame_and_band(tiny_results):
    utterance = listening.build_section(tiny_results, budget.PAGE)["utterances"][0]
    frames = 1 + len(tiny_results.original(utterance["path"])) // 32
    for stream in utterance["streams"]:
        assert seen(stream["level"]).size == (frames, 33)
    assert utterance["streams"][0]["difference"] is None


def test_a_cell_that_changes_nothing_has_no_difference(tiny_results):
    for row in tiny_results.utterances["vae-m4"].itertuples():
        samples = tiny_results.original(row.path)
        made = tiny_results.data / "resynthesis/vae-m4/0/speech" / row.path
        audio_file.write(made.with_suffix(".wav"), samples)
    stream = listening.build_section(tiny_results, budget.PAGE)["utterances"][0]["streams"][1]
    colours = set(seen(stream["difference"]).convert("RGB").get_flattened_data())
    scale = spectrograms.DIFFERENCE
    assert colours == {spectrograms.list_colours(scale)[scale.steps // 2]}


def test_long_utterances_are_cut(make_results):
    results = make_results(speakers=["ann"], seconds=lambda _: [(0, 7.0)])
    (utterance,) = listening.build_section(results, budget.PAGE)["utterances"]
    assert (utterance["seconds"], utterance["whole"]) == (6.0, 7.0)
    assert all(len(heard(each["sound"])) == 6 * 16_000 for each in utterance["streams"])


def test_no_more_than_allowed_is_shown(tiny_results, rendered):
    whole = listening.build_section(tiny_results, budget.PAGE)
    sizes = [
        listening.MARKUP + sum(len(each[key] or "") for key in ("sound", "level", "difference"))
        for utterance in whole["utterances"]
        for each in utterance["streams"]
    ]
    cut = listening.build_section(tiny_results, sum(sizes[: len(tiny_results.cells) + 1]) + 1000)
    assert len(cut["utterances"]) == 1
    assert cut["utterances_out"] == 1
    fewest = listening.build_section(tiny_results, sum(sizes[:3]))
    assert fewest["cells_out"]
    assert fewest["cells_out"][-1] in rendered("listening", fewest)


def test_cells_that_are_larger_than_the_first_still_fit(make_results):
    results = make_results(speakers=["ann", "bob", "cyd"], seconds=lambda _: [(0, 4.0)])
    for path in (results.data / "resynthesis/vae-m4/0/speech").rglob("*.wav"):
        audio_file.write(path, 1e-4 * np.ones(4 * 16_000))
    allowance = 1_200_000
    section = listening.build_section(results, allowance)
    assert 0 < sum(map(size, section["utterances"])) <= allowance


def test_all_other_speakers_can_be_heard_as_well(make_results, rendered):
    speakers = ("ann", "bob", "cyd", "dan", "eve")
    results = make_results(speakers=speakers)
    section = listening.build_section(results, budget.PAGE)
    assert {each["speaker"] for each in section["utterances"]} == set(speakers)
    assert [each["pictured"] for each in section["utterances"]] == [True] * 3 + [False] * 2
    for utterance in section["utterances"][3:]:
        for stream in utterance["streams"][1:]:
            expected = results.resynthesis(stream["name"], utterance["path"])
            np.testing.assert_allclose(heard(stream["sound"]), expected, atol=STEP / 2)
            assert stream["level"] is stream["difference"] is None
    assert (
        "5 of the 5 test speakers: 3.0 s of 3.0 s of test speech, which is 100 %."
        in (section["part"])
    )
    page = rendered("listening", section)
    assert section["part"] in page
    assert page.count("<audio controls") == 5 * 4 and page.count("<img ") == 3 * (1 + 2 * 3)


def test_speakers_that_do_not_fit_are_left_out_and_the_page_says_so(make_results, rendered):
    results = make_results(speakers=("ann", "bob", "cyd", "dan", "eve"))
    whole = listening.build_section(results, budget.PAGE)
    allowance = sum(map(size, whole["utterances"])) - 1
    section = listening.build_section(results, allowance)
    assert [each["speaker"] for each in section["utterances"]] == [
        each["speaker"] for each in whole["utterances"][: len(section["utterances"])]
    ]
    assert section["utterances_out"] == 5 - len(section["utterances"]) > 0
    assert sum(map(size, section["utterances"])) <= allowance
    assert f"{len(section['utterances'])} of the 5 test speakers" in rendered("listening", section)


def test_one_sound_is_there_even_without_any_space(tiny_results):
    section = listening.build_section(tiny_results, -1)
    (utterance,) = section["utterances"]
    assert [each["name"] for each in utterance["streams"]] == ["original", "vae-m4"]


def test_a_cell_without_scores_or_sound_is_shown_as_well(tiny_results, rendered):
    for rows in tiny_results.utterances.values():
        rows[["pesq", "estoi", "si_sdr"]] = np.nan
    for path in (tiny_results.data / "resynthesis/vae-m4/0/speech").rglob("*.wav"):
        audio_file.write(path, np.zeros(9600))
    section = listening.build_section(tiny_results, budget.PAGE)
    stream = section["utterances"][0]["streams"][1]
    assert not heard(stream["sound"]).any()
    assert {score["value"] for score in stream["scores"].values()} == {None}
    assert "–</td>" in rendered("listening", section)


def test_the_best_cell_is_shown_first(tiny_results):
    for name, pesq in (("vae-m4", 1.0), ("vsc-a05-m4", 3.0), ("sdm-dct6-m4", np.nan)):
        tiny_results.utterances[name]["pesq"] = pesq
    utterance = listening.build_section(tiny_results, budget.PAGE)["utterances"][0]
    assert utterance["streams"][utterance["first"]]["name"] == "vsc-a05-m4"


def test_the_same_run_gives_the_same_page(tiny_results, rendered):
    first, again = (
        rendered("listening", listening.build_section(tiny_results, budget.PAGE)) for _ in range(2)
    )
    assert first == again


def test_without_scripts_every_sound_has_a_player(tiny_results, rendered):
    page = rendered("listening", listening.build_section(tiny_results, budget.PAGE))
    utterances = len(listening.build_section(tiny_results, budget.PAGE)["utterances"])
    assert page.count("<audio controls") == utterances * (1 + len(tiny_results.cells))


def test_names_are_escaped(make_results, rendered):
    page = rendered(
        "listening", listening.build_section(make_results(speakers=["a&b"]), budget.PAGE)
    )
    assert "a&amp;b" in page and "a&b" not in page


@pytest.mark.skipif(BROWSER is None, reason="there is no browser: install chromium")
def test_a_player_continues_at_the_same_position_after_a_switch(make_results, rendered, tmp_path):
    from playwright.sync_api import sync_playwright

    results = make_results(seconds=lambda _: [(0, 5.0)])
    section = rendered("listening", listening.build_section(results, budget.PAGE))
    script = (TEMPLATES / "listening.js").read_text()
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html>{section}<script>{script}</script>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        tab = browser.new_page()
        errors = []
        tab.on("pageerror", lambda error: errors.append(error))
        tab.goto(page.as_uri())
        article = tab.locator(".utterance").first
        state = "all => all.map(each => [each.paused, each.currentTime])"
        sounds = article.locator("audio")
        article.locator(".play").click()
        tab.wait_for_function("document.querySelector('audio').currentTime > 0.3")
        before = sounds.evaluate_all(state)
        assert [paused for paused, _ in before] == [False, True, True, True]
        article.locator("tbody input").nth(2).check()
        tab.wait_for_function(
            "start => document.querySelectorAll('audio')[2].currentTime > start", arg=before[0][1]
        )
        after = sounds.evaluate_all(state)
        assert [paused for paused, _ in after] == [True, True, False, True]
        assert article.locator(".cell").first.text_content() == results.cells[1]["cell"]
        assert article.locator("img[data-stream='2']").first.is_visible()
        assert not article.locator("img[data-stream='1']").first.is_visible()
        tab.keyboard.press(" ")
        assert all(paused for paused, _ in sounds.evaluate_all(state))
        tab.locator(".utterances input").nth(1).check()
        assert not article.is_visible()
        assert tab.locator(".utterance").nth(1).is_visible()
        assert errors == []
        browser.close()
