"""The page in a real browser without a network."""

import csv
import shutil

import numpy as np
import pytest
import torch

from sdmvae.dsp import stft
from sdmvae.dsp.signal import normalise
from sdmvae.evaluation import cell_resynthesis, resynthesis
from sdmvae.evaluation.phase import rebuild
from sdmvae.figures import palette
from sdmvae.report.selection import select_middle_utterance
from sdmvae.training import saved

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium or google-chrome"),
]
OWN = ("file:", "data:", "blob:")
PATIENCE = 180_000  # ms, for a machine that is busy with other tests
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]  # levels A and AA


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens a page in a window of some width; any error there fails the test."""
    wrong, contexts = [], []

    def open_page(text, width=1400):
        (tmp_path / "index.html").write_text(text, encoding="utf-8")
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, has_touch=width < 600)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.set_offline(True)
        page = context.new_page()
        page.on("console", lambda each: wrong.append(each.text) if _bad(each) else None)
        page.on("pageerror", lambda each: wrong.append(str(each)))
        page.on("request", lambda each: wrong.append(each.url) if _foreign(each) else None)
        page.goto((tmp_path / "index.html").as_uri())
        for name in ("#scatter-chart", "[data-chart=rates]", "#curves .chart"):
            # The curves are there and not visible on a phone, where they begin folded.
            page.wait_for_selector(f"{name} svg", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _bad(message):
    return message.type in ("error", "warning")


def _foreign(request):
    return not request.url.startswith(OWN)


@pytest.fixture
def results(make_results):
    return make_results(dims=(4, 6))


@pytest.mark.parametrize("width", [1400, 390])
def test_page_fits_its_window(opened, page_of, results, width):
    page = opened(page_of(results), width)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.locator(".chart svg")
    for place in range(drawn.count()):
        assert drawn.nth(place).bounding_box()["width"] <= width


def test_page_violates_no_rule_of_wcag(opened, page_of, results):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(page_of(results))
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for width, scheme in ((1400, "light"), (1400, "dark"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": WCAG})
        assert found.response["passes"]
        assert found.violations_count == 0, f"{width}, {scheme}: {found.generate_report()}"


def test_differences_from_the_vae_have_a_point_for_each_cell_and_score(opened, page_of, results):
    page = opened(page_of(results))
    page.wait_for_selector("#forest .chart:nth-child(2) svg")
    points = page.locator("#forest .mark-symbol.role-mark path")
    assert points.count() == 2 * 4
    points.nth(1).hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "sdm-dct6-m4" in tooltip.inner_text() and "vae-m4" in tooltip.inner_text()


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_the_first_screen_has_a_claim(opened, page_of, results, width, height):
    page = opened(page_of(results), width)
    box = page.locator("#agreement .claims li").first.bounding_box()
    assert box["y"] + box["height"] < 0.7 * height


def test_without_scripts_the_page_says_what_is_missing(browser, page_of, results, tmp_path):
    (tmp_path / "index.html").write_text(page_of(results), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.get_by_text("need JavaScript").is_visible()
    assert page.locator("#scores tbody tr").count() == 6
    context.close()


def test_hovering_a_point_names_its_cell(opened, page_of, results):
    page = opened(page_of(results))
    points = page.locator("#scatter-chart .mark-symbol.role-mark path")
    assert points.count() == len(results.cells)
    seen = set()
    for place in range(points.count()):
        points.nth(place).hover(force=True)
        tooltip = page.locator("#vg-tooltip-element.visible")
        tooltip.wait_for()
        seen |= {cell["cell"] for cell in results.cells if cell["cell"] in tooltip.inner_text()}
    assert seen == {cell["cell"] for cell in results.cells}


@pytest.mark.parametrize("chart", ["#forest .chart", "#scatter-chart", "[data-chart=rates]"])
def test_every_point_is_reached_by_keyboard(opened, page_of, results, chart):
    page = opened(page_of(results))
    place = page.locator(chart).first
    points = place.locator(".mark-symbol.role-mark path")
    place.locator("[tabindex='0']").focus()
    seen = []
    for _ in range(points.count()):
        seen.append(page.locator("#vg-tooltip-element.visible").inner_text().split()[1])
        page.keyboard.press("ArrowRight")
    cells = [cell["cell"] for cell in results.cells]
    expected = [cell for cell in cells if "forest" not in chart or not cell.startswith("vae")]
    assert sorted(seen) == sorted(expected)
    page.evaluate("document.activeElement.blur()")
    assert not page.locator("#vg-tooltip-element.visible").count()


def test_tapping_a_point_names_its_cell(opened, page_of, tiny_results):
    page = opened(page_of(tiny_results), 390)
    page.locator("#scatter-chart .mark-symbol.role-mark path").first.tap(force=True)
    assert "vae-m4" in page.locator("#vg-tooltip-element.visible").inner_text()


def test_scatter_shows_what_is_chosen(opened, page_of, make_results):
    page = opened(page_of(make_results({"vae": {"model": "vae"}}, dims=(32, 64))))
    chart = page.locator("#scatter-chart")
    page.select_option("#scatter-quality", "stoi")
    chart.get_by_text("STOI", exact=True).wait_for()
    symbols = chart.locator(".mark-symbol.role-mark path")
    assert symbols.count() == 2
    assert page.is_disabled("#scatter-published")
    page.select_option("#scatter-sparsity", "hoyer")
    page.check("#scatter-published")
    page.wait_for_function(
        "document.querySelectorAll('#scatter-chart .mark-symbol.role-mark path').length === 4"
    )
    assert chart.get_by_text("vae-m64", exact=True).is_visible()
    page.select_option("#scatter-sparsity", "hoyer_above_gaussian")
    chart.get_by_text("Hoyer above Gaussian", exact=True).wait_for()
    assert page.is_disabled("#scatter-published")


def order(page):
    return page.locator("#scores tbody th code").all_inner_texts()


def test_columns_are_sorted_by_mouse_and_keyboard_with_dashes_last(opened, page_of, results):
    results.cells[1]["pesq"] = None
    scored = [cell for cell in results.cells if cell["pesq"] is not None]
    upward = [each["cell"] for each in sorted(scored, key=lambda cell: cell["pesq"])]
    missing = [results.cells[1]["cell"]]
    page = opened(page_of(results))
    button = page.locator("#scores thead").get_by_role("button", name="PESQ").first
    header = page.locator("#scores thead th").nth(1)
    button.click()
    assert order(page) == upward[::-1] + missing
    assert header.get_attribute("aria-sort") == "descending"
    button.focus()
    page.keyboard.press("Enter")
    assert order(page) == upward + missing
    assert header.get_attribute("aria-sort") == "ascending"
    page.locator("#scores thead").get_by_role("button", name="cell").click()
    assert order(page) == sorted(each["cell"] for each in results.cells)
    assert header.get_attribute("aria-sort") == "none"


def test_the_table_is_copied_as_it_is_shown(opened, page_of, results):
    results.cells[1]["pesq"] = None
    page = opened(page_of(results))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#scores thead").get_by_role("button", name="PESQ").first.click()
    names = order(page)
    copied = {}
    for name in ("CSV", "Markdown", "LaTeX"):
        page.get_by_role("button", name=name).click()
        page.get_by_text(f"Copied as {name}.").wait_for()
        copied[name] = page.evaluate("navigator.clipboard.readText()").splitlines()
    header, *rows = csv.DictReader(copied["CSV"]).fieldnames, *csv.DictReader(copied["CSV"])
    assert header[:2] == ["cell", "PESQ"]
    assert [row["cell"] for row in rows] == names
    expected = {cell["cell"]: cell["pesq"] for cell in results.cells}
    for row in rows:
        assert (float(row["PESQ"]) if row["PESQ"] else None) == expected[row["cell"]]
    assert [line.split("|")[1].strip() for line in copied["Markdown"][2:]] == names
    assert {line.count("|") for line in copied["Markdown"]} == {len(header) + 1}
    body = [line for line in copied["LaTeX"] if line.endswith("\\\\")][1:]
    assert [line.split(" & ")[0] for line in body] == names
    assert {line.count(" & ") for line in body} == {len(header) - 1}


def test_published_columns_have_their_own_names_when_copied(opened, page_of, make_results):
    page = opened(page_of(make_results({"vae": {"model": "vae"}}, dims=(32,))))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="CSV").click()
    page.get_by_text("Copied as CSV.").wait_for()
    (row,) = csv.DictReader(page.evaluate("navigator.clipboard.readText()").splitlines())
    assert (row["PESQ published"], row["Hoyer published"]) == ("3.29", "0.4")


def test_a_wide_table_says_so_and_keeps_its_first_column(opened, page_of, results):
    page = opened(page_of(results), 390)
    place = page.locator("#table .scroll.wide")
    place.wait_for()
    assert "scroll sideways" in place.evaluate("each => getComputedStyle(each, '::before').content")
    name = page.locator("#scores tbody th").first
    before = name.bounding_box()["x"]
    place.evaluate("each => { each.scrollLeft = 200; }")
    assert name.bounding_box()["x"] == before


@pytest.mark.parametrize(("width", "is_open"), [(1400, True), (390, False)])
def test_on_a_phone_the_longest_sections_begin_folded(opened, page_of, results, width, is_open):
    page = opened(page_of(results), width)
    states = page.eval_on_selector_all("details.long", "all => all.map((one) => one.open)")
    assert states and set(states) == {is_open}
    assert page.locator("#codes article").first.is_visible() == is_open


def test_folded_curves_fit_a_phone_when_they_are_unfolded(opened, page_of, results):
    page = opened(page_of(results), 390)
    page.locator("#curves details.long summary").click()
    chart = page.locator("#curves .chart svg").first
    chart.wait_for()
    page.wait_for_function(
        "svg => svg.clientWidth > 200 && svg.clientWidth <= 390", arg=chart.element_handle()
    )


def test_navigation_marks_the_section_that_is_read(opened, page_of, results):
    page = opened(page_of(results))
    here = page.locator("nav a[aria-current]")
    for name in ("codes", "table"):
        page.locator(f"#{name} .permalink").click()
        page.wait_for_function(
            "name => document.querySelector('nav a[aria-current]')?.hash === `#${name}`", arg=name
        )
        assert page.url.endswith(f"#{name}")
    assert here.count() == 1


def test_training_curves_of_the_chosen_cells_stand_out(opened, page_of, results):
    page = opened(page_of(results))
    faded = "[...document.querySelectorAll('#curves .mark-line path')]"
    faded += ".filter((each) => Number(each.getAttribute('opacity') ?? 1) < 0.5).length"
    assert page.evaluate(faded) == 0
    page.locator(".chip[data-cell=vae-m4]").press("Space")
    page.wait_for_function(f"{faded} === {3 * (len(results.cells) - 1)}")
    assert page.locator(".chip[data-cell=vae-m4]").get_attribute("aria-pressed") == "true"
    page.click("#all-cells")
    page.wait_for_function(f"{faded} === 0")
    page.locator("#first-epoch").fill("2")
    assert page.locator("output[for=first-epoch]").inner_text() == "2"


def test_a_player_plays(opened, page_of, results):
    page = opened(page_of(results))
    page.locator("#listening .play").first.click()
    page.wait_for_function(
        "[...document.querySelectorAll('#listening audio')].some((each) => each.currentTime > 0.1)"
    )


def test_only_one_sound_plays(opened, page_of, results):
    page = opened(page_of(results))
    playing = "[...document.querySelectorAll('audio')].filter((each) => !each.paused).length"
    page.check("#listening .repeat")
    page.locator("#listening .play").first.click()
    page.wait_for_function(f"{playing} === 1")
    page.evaluate("document.querySelector('#atoms audio').play()")
    page.wait_for_function("document.querySelector('#listening .play').ariaPressed === 'false'")
    assert page.evaluate(playing) <= 1
    assert page.evaluate(
        "[...document.querySelectorAll('#listening audio')].every((a) => a.paused)"
    )


def test_a_row_of_the_table_chooses_its_cell_for_listening(opened, page_of, results):
    page = opened(page_of(results))
    page.locator("#scores tr[data-cell=sdm-dct6-m6] td").nth(2).click()
    chosen = page.locator("#listening .utterance:visible tbody input:checked")
    assert chosen.get_attribute("data-name") == "sdm-dct6-m6"
    page.get_by_role("button", name="Listen to vsc-a05-m4").press("Enter")
    assert chosen.get_attribute("data-name") == "vsc-a05-m4"
    page.locator(".utterances input").nth(1).check()
    assert chosen.get_attribute("data-name") == "vsc-a05-m4"


def test_keys_a_and_b_switch_between_original_and_cell(opened, page_of, results):
    page = opened(page_of(results))
    page.locator("#listening .utterance:visible tbody tr").nth(3).click()
    chosen = page.locator("#listening .utterance:visible tbody input:checked")
    names = [chosen.get_attribute("data-name")]
    page.locator(".utterances input").nth(1).check()
    for key in "abAB":
        page.keyboard.press(key)
        names.append(chosen.get_attribute("data-name"))
    assert names == [results.cells[2]["cell"], *("original", results.cells[2]["cell"]) * 2]
    assert page.locator("#listening .utterance:visible .cell").first.inner_text() == names[0]


def test_a_click_in_a_spectrogram_seeks(opened, page_of, results):
    page = opened(page_of(results))
    picture = page.locator("#listening .utterance:visible .spectrogram .inside").first
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] / 2, "y": 20})
    at = page.locator("#listening .utterance:visible .seek").input_value()
    assert float(at) == pytest.approx(0.3, abs=0.02)


CONTROLS = "a, button, select, input, summary, audio"


def test_every_control_is_reached_by_keyboard_and_shows_its_focus(opened, page_of, results):
    """Only the chosen one of a group of radio buttons is reached; players have inner controls."""
    page = opened(page_of(results))
    wanted = page.evaluate(
        f"""[...document.querySelectorAll('{CONTROLS}')]
        .filter((each) => each.checkVisibility() && !each.disabled)
        .filter((each) => each.type !== 'radio' || each.checked)
        .map((each, place) => {{ each.dataset.place = place; return place; }})"""
    )
    reached, seen = set(), set()
    for _ in range(12 * len(wanted)):
        page.keyboard.press("Tab")
        place, shown = page.evaluate(
            """(() => {
              const each = document.activeElement;
              const outline = getComputedStyle(each).outlineStyle;
              return [each === document.body ? null : each.dataset.place ?? "", outline !== 'none'];
            })()"""
        )
        if place is None:
            break
        reached |= {int(place)} if place else set()
        seen |= {int(place)} if place and shown else set()
    assert reached == seen == set(wanted)


def test_page_can_be_printed(opened, page_of, results, tmp_path):
    page = opened(page_of(results))
    page.pdf(path=tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0


def test_print_has_no_controls_and_no_small_tables(opened, page_of, results):
    page = opened(page_of(results))
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    smallest = """[...document.querySelectorAll("table, table *")]
        .filter((each) => each.checkVisibility() && each.textContent.trim())
        .map((each) => parseFloat(getComputedStyle(each).fontSize))"""
    assert min(page.evaluate(smallest)) >= 12  # CSS pixels, which are 9 pt
    controls = "nav, button:not(th button), select, input, audio, .permalink"
    assert not page.locator(controls).locator("visible=true").count()
    for title in page.locator("main h2, main h3").all():
        assert title.evaluate("each => getComputedStyle(each).breakAfter") == "avoid"


def test_dark_mode_changes_page_and_charts(opened, page_of, results):
    page = opened(page_of(results))
    read = """() => [
        getComputedStyle(document.body).backgroundColor,
        ...[".dot", "#scatter-chart .role-mark path[fill='#0072B2']", "#scatter-chart text"].map(
          (each) => getComputedStyle(document.querySelector(each)))
          .flatMap((style) => [style.backgroundColor, style.fill]),
    ]"""
    light = page.evaluate(read)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(read)
    red, green, blue = (int(palette.DARK_COLOURS["#0072B2"][at : at + 2], 16) for at in (1, 3, 5))
    assert dark[1] == dark[4] == f"rgb({red}, {green}, {blue})"
    assert (light[0], light[4]) == ("rgb(255, 255, 255)", "rgb(0, 114, 178)")
    assert dark[0] != light[0] and dark[6] != light[6]


PULSE_CODE = """async (id) => {
  const bytes = await (await fetch(document.getElementById(id).src)).arrayBuffer();
  return [...new Int16Array(bytes.slice(44))].map((each) => each / 32768);
}"""


def resynthesise_for_real(results):
    """Write codes and speech as the pipeline makes them, in place of those that are made up."""
    for cell in results.cells:
        folder = results.data / "resynthesis" / cell["cell"] / str(results.seed)
        shutil.rmtree(folder)
        autoencoder = saved.load(results.weights(cell["cell"]))
        how = resynthesis.Settings.from_params(results.settings)
        speech, dictionary = results.data / "speech/test", autoencoder.model.dictionary
        cell_resynthesis.write_resynthesis(
            [
                (path, cell_resynthesis.resynthesise_file(autoencoder, speech / path, how, seed=0))
                for path in results.utterances[cell["cell"]]["path"]
            ],
            folder,
            None if dictionary is None else dictionary.detach().numpy(),
            {},
        )


def signal_to_noise(expected, found):
    """Return the ratio in dB."""
    return 10 * np.log10(np.sum(expected**2) / np.sum((expected - found) ** 2))


@pytest.fixture
def decoded(opened, page_of, make_results):
    """A run whose speech is decoded, a page of it, and a function that reads a sound there."""
    results = make_results()
    resynthesise_for_real(results)
    page = opened(page_of(results))
    page.locator("#dimensions .workbench").wait_for()
    return results, page, lambda id: np.array(page.evaluate(PULSE_CODE, f"dimensions-{id}-sound"))


def set_slider(page, name, value):
    page.locator(f"#dimensions-{name}").fill(str(value))


@pytest.mark.parametrize("cell", ["sdm-dct6-m4", "vae-m4"])
def test_the_page_decodes_the_speech_of_the_pipeline(decoded, cell):
    results, page, read = decoded
    page.select_option("#dimensions-cell", cell)
    expected = results.resynthesis(cell, select_middle_utterance(results).path)
    for name in ("unchanged", "changed"):
        found = read(name)
        assert len(found) == len(expected)
        assert np.corrcoef(expected, found)[0, 1] > 0.999
        assert signal_to_noise(expected, found) > 30
    assert page.locator("#dimensions-effect").inner_text() == "0.0 dB"


def test_a_slider_changes_what_is_heard_and_seen_and_reset_takes_it_back(decoded):
    _, page, read = decoded
    pixels = "document.getElementById('dimensions-changed').toDataURL()"
    before, picture = read("changed"), page.evaluate(pixels)
    for name, value, told in (
        ("scale", 3, "× 3.00"),
        ("scale", 0, "× 0.00"),
        ("keep", 1, "1 of 6"),
    ):
        set_slider(page, name, value)
        assert page.locator(f"#dimensions-{name}-value").inner_text() == told
        assert page.locator("#dimensions-effect").inner_text() != "0.0 dB"
        assert np.abs(read("changed") - before).max() > 1e-3
        assert page.evaluate(pixels) != picture
        np.testing.assert_array_equal(read("unchanged"), before)
        page.get_by_role("button", name="Reset").press("Enter")
        np.testing.assert_array_equal(read("changed"), before)
        assert page.evaluate(pixels) == picture


def test_kept_dimensions_are_the_largest_of_every_frame(decoded):
    """The page decodes codes that are cut by hand to the same speech."""
    results, page, read = decoded
    path = select_middle_utterance(results).path
    autoencoder = saved.load(results.weights("sdm-dct6-m4"))
    codes = dict(results.codes("sdm-dct6-m4"))[path].copy()
    codes[np.abs(codes) < np.sort(np.abs(codes), axis=1)[:, [-2]]] = 0
    dimension = int(page.locator("#dimensions-choice").input_value())
    codes[:, dimension] *= 2
    with torch.no_grad():
        output = autoencoder.decode(torch.from_numpy(codes))
        power = autoencoder.likelihood.expected_power(output).numpy()
    samples, peak = normalise(results.original(path))
    stft_settings = results.settings.stft
    window, hop = stft_settings.window, stft_settings.hop
    spectrogram = stft.stft(samples, window=window, hop=hop)
    expected = peak * rebuild(power, spectrogram, window=window, hop=hop, length=len(samples))
    set_slider(page, "keep", 2)
    set_slider(page, "scale", 2)
    assert signal_to_noise(expected, read("changed")) > 30


def test_the_sounds_of_a_moved_dimension_stop_others_and_print_as_nothing(decoded):
    _, page, _ = decoded
    page.locator("#listening .play").first.click()
    page.evaluate("document.getElementById('dimensions-changed-sound').play()")
    page.wait_for_function("document.querySelector('#listening .play').ariaPressed === 'false'")
    page.emulate_media(media="print")
    assert not page.locator("#dimensions").is_visible()


def test_the_inverse_transform_is_that_of_numpy(opened, page_of, tiny_results):
    page = opened(page_of(tiny_results))
    for size in (1, 2, 9, 12, 64, 1000):
        re, im = np.random.default_rng(size).standard_normal((2, size))
        found = page.evaluate(
            "([re, im]) => [...makeInverseTransform(re.length)(re, im)]", [re.tolist(), im.tolist()]
        )
        np.testing.assert_allclose(found, np.fft.ifft(re + 1j * im).real, atol=1e-12)
