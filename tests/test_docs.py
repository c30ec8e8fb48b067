"""The README and the pages of docs/: their links, their figures and their commands.

A block tagged `sh` is run, a block `python` is executed, a block `python <path>` is written to that
file of the project, and a block `yaml params.yaml` is merged into params.yaml. All this happens in
a small project, one for each page, in the order of the page. The small project has m = 4 and m = 8
in place of m = 32 and m = 64, so `m32` and `m64` are replaced in what is run. Blocks tagged `text`
are not run; the page has to say why wherever such a block has a command.
"""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from ruamel.yaml import YAML

from sdmvae.evaluation import tables
from sdmvae.evaluation.anchors import ANCHORS
from tests.pipeline.conftest import finished  # noqa: F401
from tests.support import PROJECT
from tests.support.small_project import SmallProject

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
TAGS = {"sh", "python", "yaml", "text", "mermaid"}
NOT_RUN = "(not run by the tests"
# Its commands need a store: tests/pipeline/test_sharing.py runs them.
SHARING = PROJECT / "docs/sharing.md"
IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.org")
COMMAND = re.compile(r"^(dvc|make|python|git|pip|\.) ", re.MULTILINE)
# The environment of the tests takes the place of .venv.
SHELL = 'make() { command make -o .venv/ready "$@"; }\n'


class Block(NamedTuple):
    """A fenced block of a page.

    Attributes:
        tag: The first word after the fence.
        path: The second word after the fence; empty if there is none.
        text: The lines of the block.
        before: The paragraph before the block.
    """

    tag: str
    path: str
    text: str
    before: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    matches = re.finditer(r"^```(\S*) ?(\S*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [
        Block(*match.groups(), text[: match.start()].rstrip().rpartition("\n\n")[2])
        for match in matches
    ]


def prose(page: Path) -> str:
    """Return the text of a page without its fenced blocks."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_under_200_lines(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) < 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            target = (page.parent / path) if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(r"`((?:sdmvae|stages|tests|benchmarks|presets)/[\w/.-]*)`", prose(page))
    written = {block.path for block in blocks(page)}
    for path in set(named) - written:
        assert (PROJECT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_has_a_known_tag_and_commands_that_are_not_run_say_so(page):
    for block in blocks(page):
        assert block.tag in TAGS, block
        if block.tag == "text" and COMMAND.search(block.text):
            assert NOT_RUN in block.text + block.before, block.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_place_of_one_machine(page):
    assert not re.search(r"(?<!\w)/(tmp|work|home|root)/", page.read_text(encoding="utf-8"))


def test_the_table_of_the_readme_has_the_figures_of_the_metrics():
    skip_a_run_of_your_own()
    locked = YAML(typ="safe", pure=True).load(read_committed("dvc.lock"))["stages"]
    header, *rows = table_rows((PROJECT / "README.md").read_text(encoding="utf-8"))
    rows = [row for row in rows if row[header.index("cell")] not in ANCHORS]
    cells = []
    for name in (row[header.index("cell")] for row in rows):
        variant, _, label = name.rpartition("-")
        values = locked[f"train@{name}-0"]["params"]["params.yaml"][f"variants.{variant}"]
        cells.append(
            {
                "cell": name,
                "model": values.pop("model"),
                "arguments": values,
                "m": int(label.removeprefix("m")),
                **json.loads(read_committed(f"metrics/{name}.json")),
            }
        )
    assert [header, *rows] == table_rows(tables.markdown(tables.table(cells)))
    published = [place for place, title in enumerate(header) if "published" in title]
    assert published
    for row in rows:
        assert all(float(row[place]) for place in published)


def test_the_table_of_the_readme_has_the_figures_of_the_last_run():
    skip_a_run_of_your_own()
    header, *rows = table_rows((PROJECT / "README.md").read_text(encoding="utf-8"))
    figures = pd.DataFrame(rows, columns=header).set_index("cell")
    last = pd.read_csv(io.StringIO(read_committed("metrics/table.csv"))).set_index("cell")
    assert list(figures.index) == list(last.index)
    numeric = last.select_dtypes("number").columns.intersection(figures.columns)
    assert {"PESQ", "PESQ published", "STOI", "ESTOI", "Hoyer", "Log-likelihood"} <= set(numeric)
    shown = figures[numeric].replace("–", "nan")
    difference = shown.astype(float) - last[numeric]
    decimals = shown.map(lambda text: len(text.partition(".")[2]))
    close = difference.abs() <= 0.5 * 10.0**-decimals + 1e-9
    assert (close | (shown.eq("nan") & last[numeric].isna())).all(axis=None)


def skip_a_run_of_your_own() -> None:
    if not has_parameters_of_readme(PROJECT):
        pytest.skip("params.yaml was changed after the README: its table is of another run")


def has_parameters_of_readme(project: Path) -> bool:
    """Tell whether params.yaml has had the same values since README.md was changed last."""
    readme = git(project, "log", "-1", "--format=%H", "--", "README.md").strip()
    texts = [git(project, "show", f"{commit}:params.yaml") for commit in (readme, "HEAD")]
    then, now = (YAML(typ="safe", pure=True).load(text) for text in texts)
    return bool(then == now)


def test_only_a_run_with_the_parameters_of_the_readme_is_compared_with_its_table(tmp_path):
    def commit(path: str, text: str) -> None:
        (tmp_path / path).write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, *IDENTITY, "commit", "-qm", f"Change {path}")

    git(tmp_path, "init", "-q")
    (tmp_path / "README.md").write_text("The table of a run.")
    commit("params.yaml", "epochs: 17  # a remark\n")
    assert has_parameters_of_readme(tmp_path)
    commit("metrics.json", "{}")
    commit("params.yaml", "epochs: 17\n")
    assert has_parameters_of_readme(tmp_path)
    commit("params.yaml", "epochs: 50\n")
    assert not has_parameters_of_readme(tmp_path)
    commit("README.md", "The table of another run.")
    assert has_parameters_of_readme(tmp_path)


def read_committed(path: str) -> str:
    """Return a file as the last commit has it, so that an edit of your own does not matter."""
    return git(PROJECT, "show", f"HEAD:{path}")


def git(project: Path, *arguments: str) -> str:
    """Return what git prints in a project."""
    return subprocess.run(
        ["git", *arguments],
        cwd=project,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ).stdout


def table_rows(text: str) -> list[list[str]]:
    """Return the cells of the first table of a text that has a column PESQ; the header first."""
    header = re.search(r"^\|.*\bPESQ\b.*$", text, re.MULTILINE)
    assert header
    lines = text[header.start() :].partition("\n\n")[0].splitlines()
    rows = [[entry.strip(" `") for entry in line.strip("|").split("|")] for line in lines]
    return [rows[0], *rows[2:]]


def test_the_drawing_of_the_pipeline_has_the_edges_of_dvc_yaml():
    (drawing,) = (block.text for block in blocks(PROJECT / "docs/dvc.md") if block.tag == "mermaid")
    stages = YAML(typ="safe", pure=True).load(PROJECT / "dvc.yaml")["stages"]
    outputs = {
        (next(iter(out)) if isinstance(out, dict) else out).partition("${")[0].rstrip("/"): name
        for name, stage in stages.items()
        for out in [*stage.get("outs", []), *stage.get("metrics", [])]
    }
    edges = {
        (producer, name)
        for name, stage in stages.items()
        for dependency in stage["deps"]
        for path, producer in outputs.items()
        if f"{dependency}/".startswith(f"{path}/") and producer != name
    }
    assert set(re.findall(r"(\w+) --> (\w+)", drawing)) == edges


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != SHARING], ids=lambda page: page.name
)
def test_every_command_and_example_of_a_page_runs(page, finished, tmp_path):  # noqa: F811
    to_run = [block for block in blocks(page) if block.tag != "text" and block.tag != "mermaid"]
    if to_run:
        project = finished.copy(tmp_path)
        for block in to_run:
            print(block.text)
            print(run(block, project))


def run(block: Block, project: SmallProject) -> str:
    """Run one block of a page in a small project; return what it prints."""
    text = block.text.replace("m32", "m4").replace("m64", "m8")
    if block.tag == "sh":
        return project.run("bash", "-euo", "pipefail", "-c", SHELL + text)
    if block.tag == "yaml":
        assert block.path == "params.yaml", block
        project.edit(lambda values: merge(values, YAML(typ="safe", pure=True).load(text)))
    elif block.path:
        (project.root / block.path).write_text(text, encoding="utf-8")
    else:
        return project.run(sys.executable, "-c", text)
    return ""


def merge(values: dict, additions: dict) -> None:
    """Merge nested mappings."""
    for key, value in additions.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            merge(values[key], value)
        else:
            values[key] = value
