import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sdmvae.training import checkpoint
from sdmvae.training.loop import Epoch, Snapshot
from tests.support import PROJECT


def snapshot(seed=0, best=True):
    generator = torch.Generator().manual_seed(seed)
    weights = {"encoder.weight": torch.randn(3, 2, generator=generator)}
    moments = {"0.step": torch.tensor(7.0), "0.exp_avg": torch.randn(3, 2, generator=generator)}
    first = Epoch(1, 0.1, 1 / 3, -2.5e-17, 4.0, 0.0, 0.25)
    curve = [first, Epoch(2, -5e10, 7.0, 8.0, 9.0, 1e-300, -0.01)]
    best_weights = {name: tensor.clone() for name, tensor in weights.items()} if best else {}
    return Snapshot(weights, moments, best_weights, 2 if best else 0, curve)


def assert_same(snapshot, other):
    for part in checkpoint.PARTS:
        tensors, others = getattr(snapshot, part), getattr(other, part)
        assert tensors.keys() == others.keys()
        assert all(torch.equal(tensor, others[name]) for name, tensor in tensors.items())
    assert (snapshot.best_epoch, snapshot.curve) == (other.best_epoch, other.curve)


@pytest.mark.parametrize("best", [True, False])
def test_a_snapshot_is_read_as_it_was_written(tmp_path, best):
    path = tmp_path / "deep" / "point.safetensors"
    checkpoint.save(path, "key", snapshot(best=best))
    assert_same(checkpoint.load(path, "key"), snapshot(best=best))
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_later_checkpoint_replaces_an_earlier_one(tmp_path):
    path = tmp_path / "point.safetensors"
    checkpoint.save(path, "key", snapshot())
    checkpoint.save(path, "key", snapshot(seed=1))
    assert_same(checkpoint.load(path, "key"), snapshot(seed=1))


def test_a_checkpoint_of_another_training_is_not_used(tmp_path):
    path = tmp_path / "point.safetensors"
    checkpoint.save(path, "key", snapshot())
    assert checkpoint.load(path, "another key") is None


def test_a_missing_file_is_no_checkpoint(tmp_path):
    assert checkpoint.load(tmp_path / "point.safetensors", "key") is None
    assert checkpoint.load(tmp_path, "key") is None


@pytest.mark.parametrize("length", [0, 7, 40, 300, -1])
def test_a_file_cut_short_is_no_checkpoint(tmp_path, length):
    path = tmp_path / "point.safetensors"
    checkpoint.save(path, "key", snapshot())
    path.write_bytes(path.read_bytes()[:length])
    assert checkpoint.load(path, "key") is None


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from tests_snapshot import snapshot
from sdmvae.training import checkpoint
path = Path(sys.argv[1])
checkpoint.save(path, "key", snapshot(0))
threading.Timer(float(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
while True:
    checkpoint.save(path, "key", snapshot(1))
    checkpoint.save(path, "key", snapshot(0))
"""


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.013, 0.057])
def test_a_process_killed_while_it_writes_leaves_a_whole_checkpoint(tmp_path, delay):
    helper = Path(__file__).read_text().partition("def assert_same(")[0]
    (tmp_path / "tests_snapshot.py").write_text(helper)
    path = tmp_path / "point.safetensors"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, path, str(delay)],
        env={"PYTHONPATH": f"{tmp_path}:{PROJECT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stderr
    assert checkpoint.load(path, "key") is not None


def test_a_key_changes_with_everything_that_it_is_made_of():
    parts = ("cell", {"epochs": 3, "rate": 1e-3}, {"a.py": "digest"})
    assert checkpoint.key(*parts) == checkpoint.key("cell", {"rate": 1e-3, "epochs": 3}, parts[2])
    others = [
        checkpoint.key("cell2", *parts[1:]),
        checkpoint.key("cell", {"epochs": 4, "rate": 1e-3}, parts[2]),
        checkpoint.key("cell", parts[1], {"a.py": "other"}),
    ]
    assert len({checkpoint.key(*parts), *others}) == 4


def test_a_checkpoint_is_removed_with_what_killed_writers_of_any_machine_have_left(tmp_path):
    path = tmp_path / "vae-m4-0.safetensors"
    names = [path.name, f".{path.name}.sdmvae-7.part", f".{path.name}.sdmvae-node1-7.part"]
    others = ["vae-m4-1.safetensors", ".vae-m4-1.safetensors.sdmvae-7.part", f"{path.name}.txt"]
    for name in (*names, *others):
        (tmp_path / name).write_text("1")
    checkpoint.remove(path)
    checkpoint.remove(path)
    assert {file.name for file in tmp_path.iterdir()} == set(others)
