"""The example of the README, in a folder with one cell."""

import re

from sdmvae.codes import finding
from tests.support import PROJECT
from tests.support.small_project import speak
from tests.support.trained_cells import write_cell


def test_the_three_lines_of_the_readme_run(tmp_path, monkeypatch):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert len([line for line in example.splitlines() if line.startswith(("c", "s"))]) == 3
    write_cell(tmp_path, "vae-m32")
    speak(tmp_path / "speech.flac", seed=1, seconds=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(finding, "CHECKOUT", tmp_path)
    names = {}
    exec(example, names)
    assert names["codes"].values.shape == (251, 4) and names["speech"].shape == (16_000,)
