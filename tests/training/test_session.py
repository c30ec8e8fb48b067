import csv
import math

import pytest

from sdmvae.training import checkpoint
from sdmvae.training.loop import Epoch
from sdmvae.training.session import train_resumably, write_curve
from tests.support.trainings import assert_same_training, build, frames, settings, train


def run(path, key="key", **changes):
    return train_resumably(
        build(), frames(), frames(40, seed=1), settings(**changes), path=path, key=key
    )


def test_an_uninterrupted_training_is_that_of_the_loop_and_leaves_its_checkpoint(tmp_path, capsys):
    path = tmp_path / "point.safetensors"
    trained = run(path)
    assert_same_training(trained, train(build()))
    assert checkpoint.load(path, "key").curve == trained.curve
    assert "goes on" not in capsys.readouterr().out


@pytest.mark.parametrize("epochs", [1, 2])
def test_an_interrupted_training_goes_on_and_says_so(tmp_path, capsys, monkeypatch, epochs):
    path, whole = tmp_path / "point.safetensors", run(tmp_path / "whole.safetensors")
    save = checkpoint.save

    def save_and_interrupt(path, key, snapshot):
        save(path, key, snapshot)
        if len(snapshot.curve) == epochs:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoint, "save", save_and_interrupt)
        run(path)
    capsys.readouterr()
    assert_same_training(run(path), whole)
    output = capsys.readouterr().out
    assert output == f"train vae-m3: goes on after epoch {epochs} of an interrupted run\n"


def test_a_checkpoint_with_another_key_is_not_used(tmp_path, capsys):
    path = tmp_path / "point.safetensors"
    run(path, key="another key", seed=1)
    assert_same_training(run(path), train(build()))
    assert "goes on" not in capsys.readouterr().out


def test_the_curve_is_written_with_four_decimals(tmp_path):
    path = tmp_path / "curve.csv"
    first = Epoch(1, 1 / 3, -2 / 3, 1e5 / 7, 0.0, 1e-9, 0.123456)
    write_curve(path, [first, Epoch(2, 1, 2, 3, 4, 5, math.nan)])
    assert path.read_bytes() == (
        b"epoch,train_loss,validation_loss,reconstruction,kl,penalty,hoyer_above_gaussian\n"
        b"1,0.3333,-0.6667,14285.7143,0.0,0.0,0.1235\n"
        b"2,1,2,3,4,5,\n"
    )
    with path.open() as file:
        assert len(list(csv.DictReader(file))) == 2
