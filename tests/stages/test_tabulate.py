"""Tests of the remarks that end the table."""

import pandas as pd
import pytest

from stages import tabulate


@pytest.fixture
def metrics(tmp_path, monkeypatch):
    """Return an empty folder of metrics in the working directory, where nothing was left out."""
    monkeypatch.chdir(tmp_path)
    tabulate.METRICS.mkdir()
    tabulate.LEFT_OUT.parent.mkdir()
    pd.DataFrame({"recording": []}).to_csv(tabulate.LEFT_OUT, index=False)
    return tabulate.METRICS


def test_metrics_of_cells_that_are_not_declared_are_named(metrics, capsys):
    for name in ("vae-m4", "old-m4", "agreement"):
        (metrics / f"{name}.json").touch()
    tabulate._print_remarks({"vae-m4"})
    assert capsys.readouterr().out.rstrip().endswith("does not declare: old-m4")


def test_the_agreement_is_no_cell(metrics, capsys):
    (metrics / "agreement.json").touch()
    tabulate._print_remarks(set())
    assert capsys.readouterr().out == ""


def test_recordings_that_were_left_out_are_counted(metrics, capsys):
    pd.DataFrame({"recording": ["a.wav", None]}).to_csv(tabulate.LEFT_OUT, index=False)
    tabulate._print_remarks(set())
    assert "1 recordings or parts of them were left out" in capsys.readouterr().out
