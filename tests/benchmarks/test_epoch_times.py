"""Loops that are timed in turn: the authors' loop and ours."""

import itertools

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks import epoch_times, loops_of_others
from benchmarks.measure import BATCH, BINS
from sdmvae import params
from sdmvae.dataset import frames
from tests.support.files import touch
from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run

NETWORK = {"network.hidden": [128]}


def write_frames(folder, lengths=(100, 60)):
    random = np.random.default_rng(0)
    (folder / "data/frames").mkdir(parents=True)
    utterances = [random.standard_normal((length, BINS)) for length in lengths]
    frames.write(folder / "data/frames/train.npy", utterances, BINS)
    rows = [("train", "a/1.flac"), ("test", "b/1.flac"), ("train", "a/2.flac")]
    manifest = pd.DataFrame(rows, columns=["split", "path"])
    manifest.to_csv(folder / "data/manifest.csv", index=False)


def write_runs(tmp_path, lengths=(100, 60), parameters=NETWORK):
    folders = [
        write_run(tmp_path / "authors", [vae()], parameters=NETWORK),
        write_run(tmp_path / "ours", [vae()], parameters=parameters),
    ]
    write_frames(folders[0])
    write_frames(folders[1], lengths)
    return folders


def made_up_power(path):
    """Return 150 power frames of a recording, which need not exist."""
    return np.full((150, BINS), 1.0 + len(path.name), np.float32)


def test_loops_run_in_turn_and_the_first_round_does_not_count():
    order, clock = [], itertools.count()

    def loop(name):
        order.append(name)
        return float(next(clock))

    loops = {name: lambda name=name: loop(name) for name in ("authors", "ours")}
    assert epoch_times.measure(loops, 2, rest=0) == {"authors": [2, 4], "ours": [3, 5]}
    assert order == ["authors", "ours"] * 3


def test_steps_are_timed_by_their_mean():
    endless = itertools.repeat(BATCH)
    assert 0 < epoch_times.time_steps(endless, 1000) < 1e-3


def test_an_epoch_of_the_authors_is_extended_from_steps(tmp_path, monkeypatch):
    folders = write_runs(tmp_path)
    asked = []

    def steps(paths, m):
        asked.append((paths, m))
        return itertools.repeat(BATCH)

    monkeypatch.setattr(epoch_times, "authors_steps", steps)
    monkeypatch.setattr(epoch_times, "time_steps", lambda endless, steps: 0.5)
    loops = epoch_times.prepare(*folders, "vae-m32", 0, 10)
    assert loops["authors"]() == 0.5 * 2  # 160 frames are two batches
    speech = folders[0] / "data/speech/train"
    assert asked == [([speech / "a/1.flac", speech / "a/2.flac"], 32)]
    assert loops["ours"]() > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lengths": (99, 61)}, "training frames are not those of"),
        ({"parameters": {"network.hidden": [64]}}, "hidden"),
        ({"parameters": {**NETWORK, "train.batch_size": 64}}, "batches"),
        ({"parameters": {**NETWORK, "stft.hop": 128}}, "transform"),
        ({"parameters": {**NETWORK, "latent_dims": ["m16"]}}, "no cell vae-m32"),
    ],
)
def test_runs_that_the_authors_loop_does_not_fit_are_refused(tmp_path, change, message):
    folders = write_runs(tmp_path, **change)
    with pytest.raises(epoch_times.RunsError, match=message):
        epoch_times.prepare(*folders, "vae-m32", 0, 10)


def test_recordings_are_found_in_the_folder_of_their_part(tmp_path):
    write_frames(tmp_path)
    names = ["data/speech/train/a/1.flac", "data/speech/train/a/2.flac"]
    touch(tmp_path, *names, "data/speech/test/b/1.flac")
    assert epoch_times.find_recordings(tmp_path) == [tmp_path / name for name in names]


def test_our_epoch_takes_a_step_for_each_batch(tmp_path, monkeypatch):
    _, ours = write_runs(tmp_path)
    settings = params.read(ours / "params.yaml")
    training = params.Training(cell=settings.cells[0], seed=0)
    seen = []
    monkeypatch.setattr(
        epoch_times.Optimiser,
        "_step",
        lambda self, batch: seen.append(len(batch)) or torch.zeros(()),
    )
    store = frames.Frames(ours / "data/frames/train.npy")
    epoch_times.our_epoch(settings, training, store)()
    assert seen == [BATCH, 160 - BATCH]


def test_the_authors_loop_gives_its_batches_and_leaves_no_setting_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(loops_of_others, "power_frames", made_up_power)
    steps = loops_of_others.authors_steps([tmp_path / "1.flac", tmp_path / "2.flac"], m=4)
    assert [next(steps) for _ in range(4)] == [BATCH, BATCH, 300 - 2 * BATCH, BATCH]
    assert not torch.is_anomaly_enabled()
    steps.close()
