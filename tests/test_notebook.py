"""The notebook docs/codes.ipynb: its form, and that it runs on a trained cell."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from tests.support import PROJECT
from tests.support.small_project import speak
from tests.support.trained_cells import write_cell

NOTEBOOK = PROJECT / "docs/codes.ipynb"

# In a process of its own, because Jupyter's libraries warn, and a warning fails a test here.
RUN = """
import sys
import nbclient, nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
where = {"metadata": {"path": sys.argv[2]}}
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
nbformat.write(notebook, sys.argv[3])
"""


def read():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_a_short_notebook_without_outputs():
    notebook = read()
    nbformat.validate(notebook)
    assert len(notebook.cells) < 30
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    for cell in notebook.cells:
        assert all(len(line) <= 100 for line in cell.source.splitlines()), cell.source


def test_every_page_that_it_names_exists():
    text = NOTEBOOK.read_text(encoding="utf-8")
    links = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert links and all((NOTEBOOK.parent / link).exists() for link in links)


@pytest.fixture
def project(tmp_path):
    """A folder as a finished run leaves it, as far as the notebook reads it."""
    write_cell(tmp_path, priors=True)
    speak(tmp_path / "data/speech/test/ann/0.flac", seed=1, seconds=1)
    scores = tmp_path / "data/scores/vae-m4/0"
    scores.mkdir(parents=True)
    values = {"pesq": 3.2139, "hoyer_hard": None, "energy_distance_fitted": 0.0123, "frames": 9}
    (scores / "summary.json").write_text(json.dumps(values))
    probes = tmp_path / "data/probes/vae-m4/0.csv"
    probes.parent.mkdir(parents=True)
    rows = ("code,1,voicing,ann,0.5", "code,1,voicing,bob,0.7", "code,,voicing,ann,0.9")
    other = "signal_to_noise,,voicing,ann,0.1"
    probes.write_text("\n".join(("input,k,target,speaker,value", *rows, other)) + "\n")
    (tmp_path / "docs").mkdir()
    return tmp_path


def execute(folder):
    """Run the notebook in a folder; return the process, and the notebook with its outputs."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, NOTEBOOK, folder, folder / "done.ipynb"],
        env={
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(folder / "jupyter"),
            "MPLCONFIGDIR": str(folder / "matplotlib"),
        },
        capture_output=True,
        text=True,
        timeout=600,
    )
    found = folder / "done.ipynb"
    return done, nbformat.read(found, as_version=4) if found.exists() else None


def printed(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def shown(notebook, kind):
    """Return how many cells show a picture, or something else with a MIME type."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return sum(kind in output.get("data", {}) for output in outputs)


@pytest.mark.slow
def test_it_runs_on_a_trained_cell(project):
    done, notebook = execute(project / "docs")
    assert done.returncode == 0, done.stderr
    text = printed(notebook)
    for part in (
        "vae-m4: 4 numbers every 4 ms, speech at 16000 Hz",
        "vae-m4 was trained on synthetic speech",
        "codes: (251, 4), times: 0.000 s to 1.000 s",
        "1.0         0.6",
        "4.0         0.9",
        "PESQ: 3.21, higher is better",
        "Energy distance: 0.012, lower is better",
        "priors/mixture.safetensors",
        "the same codes: True",
    ):
        assert part in text, text
    assert "frames: 9" not in text
    assert shown(notebook, "image/png") == 3
    assert shown(notebook, "text/html") == 4  # the players


@pytest.mark.slow
def test_without_a_run_it_says_what_to_do(tmp_path):
    done, _ = execute(tmp_path)
    assert done.returncode != 0
    assert "there are no trained cells in data/models: run `make repro` first" in done.stderr
