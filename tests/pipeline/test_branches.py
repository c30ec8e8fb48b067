"""A variant that is edited on a branch: what runs, how DVC compares the branches, the way back."""

import json
import re
import shutil

import pytest

from tests.support.pipeline_stages import LAST, cell_stages
from tests.support.small_project import SmallProject, stages_run

pytestmark = pytest.mark.slow

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def edited(finished: SmallProject, tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """Return a copy of the finished project with an edited variant on a branch, after a run."""
    project = finished.copy(tmp_path_factory.mktemp("edited"))
    project.run("git", "switch", "-qc", "try")
    project.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.3))
    (project.root.parent / "output").write_text(project.dvc("repro"))
    project.commit()
    return project


def test_an_edited_variant_runs_its_own_cells_only(edited):
    output = (edited.root.parent / "output").read_text()
    assert stages_run(output) == cell_stages(["vsc-a50"]) | {"variants"} | LAST
    assert edited.table()["PESQ published"].isna().all()


def test_dvc_shows_the_edit_between_branches(edited):
    changes = edited.dvc("metrics", "diff", "main")
    assert "metrics/vsc-a50-m4.json" in changes and "metrics/vae-m4.json" not in changes
    assert re.search(r"variants.vsc-a50.alpha\s+0.5\s+0.3", edited.dvc("params", "diff", "main"))


def test_the_plots_of_two_branches_are_drawn_over_one_another(edited):
    page = edited.plots("diff", "main")
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    specifications = re.findall(r"var spec = (\{.*\});$", page, re.MULTILINE)
    curves, *_, scatter = (json.loads(text)["data"]["values"] for text in specifications)
    expected = {
        (f"{variant}-{label}", branch)
        for variant in ("vae", "vsc-a50")
        for label in ("m4", "m8")
        for branch in ("workspace", "main")
    }
    assert {(point["cell"], point["rev"]) for point in curves} == expected
    assert {(point["cell"], point["rev"]) for point in scatter} == expected
    losses: dict[tuple[str, int], set[float]] = {}
    for point in curves:
        epoch = losses.setdefault((point["cell"], point["epoch"]), set())
        epoch.add(point["validation_bound"])
    assert all(len(values) == 1 + cell.startswith("vsc") for (cell, _), values in losses.items())
    images = re.findall(r'<img src="(static/[^"]*)"', page)
    assert len(images) == len(expected)
    assert all((edited.root / "dvc_plots" / image).is_file() for image in images)


@pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on this machine")
def test_a_browser_draws_the_plots_without_a_network(edited):
    from playwright.sync_api import sync_playwright

    edited.plots("diff", "main")
    messages, urls = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: urls.append(request.url))
        page.goto((edited.root / "dvc_plots/index.html").as_uri())
        lines = page.locator("#Validation_bound path[aria-roledescription='line mark']")
        lines.nth(7).wait_for(state="attached")
        assert lines.count() == 8
        points = page.locator("#Quality_against_sparsity path[aria-roledescription=point]")
        points.first.hover(force=True)
        tooltip = page.locator("#vg-tooltip-element.visible")
        tooltip.wait_for()
        assert re.search(r"cell\s+vae-m4", tooltip.inner_text())
        widths = page.eval_on_selector_all("img", "all => all.map(image => image.naturalWidth)")
        browser.close()
    assert messages == []
    assert [url for url in urls if not url.startswith(("file:", "data:", "blob:"))] == []
    assert widths == [640] * 8


def test_an_edit_that_is_taken_back_comes_from_the_cache(edited, tmp_path):
    project = edited.copy(tmp_path)
    before = project.run("git", "show", "main:metrics/vsc-a50-m4.json")
    project.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.5))
    # The outputs of these stages persist, so DVC does not take them from its cache.
    assert project.repro() <= {"variants"} | LAST
    assert project.read("metrics/vsc-a50-m4.json") == before
    project.run("git", "checkout", "-q", ".")
    project.run("git", "switch", "-q", "main")
    assert project.repro() <= {"variants"} | LAST
