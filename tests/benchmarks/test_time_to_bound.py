"""The time to the authors' bound: epochs from training curves, times from rounds."""

import json
import sys

import pytest

from benchmarks import epoch_times, time_to_bound
from benchmarks.time_to_bound import Epochs
from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run


def write_recorded(tmp_path):
    """What was recorded of the authors' recipe: its best epoch and loss by seed."""
    training = {"best": [7, 2], "loss": [9.0, 5.0]}
    recorded = tmp_path / "recipes.json"
    base = {"seeds": [1, 0], "cells": {"vae-m32": {"training": training}}}
    recorded.write_text(json.dumps({"base": base}))
    return recorded


def reach(epochs):
    return lambda folder, training, loss: epochs if loss == 5.0 else None


def test_the_epochs_are_those_of_the_authors_best_loss(tmp_path, monkeypatch):
    monkeypatch.setattr(time_to_bound, "find_epochs_to_loss", reach(1.35))
    ours = write_run(tmp_path / "ours", [vae()])
    assert time_to_bound.find_epochs(write_recorded(tmp_path), ours) == Epochs(5.0, 2, 1.35)


def test_a_loss_that_is_never_reached_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(time_to_bound, "find_epochs_to_loss", reach(None))
    with pytest.raises(epoch_times.RunsError, match=r"never reaches .* 5.0 nats") as error:
        time_to_bound.find_epochs(write_recorded(tmp_path), write_run(tmp_path / "ours", [vae()]))
    assert "\n" not in str(error.value)


def test_times_are_products_and_their_quotient_is_of_the_same_round():
    seconds = {"authors": [10.0, 30.0, 20.0], "ours": [1.0, 2.0, 4.0]}
    summary = time_to_bound.summarise(Epochs(-5.0, 100, 5), seconds)
    assert summary["authors"]["epochs"] == 100
    assert summary["authors"]["seconds_per_epoch"]["median"] == 20
    assert summary["authors"]["seconds"] == {"median": 2000, "least": 1000, "greatest": 3000}
    assert summary["ours"]["seconds"] == {"median": 10, "least": 5, "greatest": 20}
    assert summary["quotient"] == {"median": 200, "least": 100, "greatest": 300}
    assert summary["loss"] == -5.0 and summary["rounds"] == 3


def test_the_command_writes_the_figures_and_says_that_a_time_is_extended(
    tmp_path, monkeypatch, capsys
):
    target = tmp_path / "bound.json"
    ours = str(write_run(tmp_path / "ours", [vae()]))
    command = ["time_to_bound", "authors", ours, "--rounds", "2", "--json", str(target)]
    monkeypatch.setattr(time_to_bound, "RECORDED", write_recorded(tmp_path))
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(time_to_bound.os, "sched_setaffinity", lambda *_: None)
    monkeypatch.setattr(epoch_times, "SECONDS_OF_REST", 0)
    monkeypatch.setattr(time_to_bound, "find_epochs_to_loss", reach(2.0))
    loops = {"authors": lambda: 6.0, "ours": lambda: 2.0}
    monkeypatch.setattr(epoch_times, "prepare", lambda *_: loops)
    time_to_bound.main()
    assert json.loads(target.read_text())["quotient"]["median"] == 3
    printed = capsys.readouterr().out
    assert "authors' loop: 2 epochs of 6.0 (6.0 to 6.0) s: 12.0 (12.0 to 12.0) s" in printed
    assert "extended from 300 steps" in printed
