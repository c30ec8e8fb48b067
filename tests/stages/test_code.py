"""The digests of code on which the stages of cells depend."""

import hashlib
import json
import shutil

import pytest

from stages import code
from tests.support import PROJECT


@pytest.fixture
def digests_after(tmp_path, monkeypatch):
    """Return a function that edits a file of a copy of the code, and returns all digests."""
    for folder in ("sdmvae", "stages"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(path=None):
        if path:
            with (tmp_path / path).open("a") as file:
                file.write("\n# A remark.\n")
        code.main()
        return {
            stage: json.loads((tmp_path / f"data/code/{stage}.json").read_text())
            for stage in code.STAGES_OF_CELLS
        }

    return run


def test_a_digest_is_the_sha256_of_the_file(digests_after):
    path = "sdmvae/training/loop.py"
    expected = hashlib.sha256((PROJECT / path).read_bytes()).hexdigest()
    assert digests_after()["train"][path] == expected


@pytest.mark.parametrize(
    ("path", "stages"),
    [
        ("sdmvae/training/loop.py", {"train"}),
        ("sdmvae/params.py", {"train", "resynthesize", "score", "probe", "summarise"}),
        ("sdmvae/probes/linear.py", {"probe"}),
        ("sdmvae/nn/likelihoods/gaussian.py", {"train", "resynthesize"}),
        ("sdmvae/evaluation/scores/codes.py", {"score"}),
        ("sdmvae/evaluation/over_seeds.py", {"summarise"}),
        ("sdmvae/models/vsc.py", set()),
        ("sdmvae/report/page.py", set()),
        ("stages/train.py", {"train"}),
    ],
)
def test_an_edit_changes_the_digests_of_the_stages_that_run_the_file(digests_after, path, stages):
    before, after = digests_after(), digests_after(path)
    assert {stage for stage in before if before[stage] != after[stage]} == stages


def test_the_same_code_gives_the_same_bytes(digests_after, tmp_path):
    digests_after()
    before = {path.name: path.read_bytes() for path in (tmp_path / "data/code").iterdir()}
    digests_after()
    after = {path.name: path.read_bytes() for path in (tmp_path / "data/code").iterdir()}
    assert before == after
