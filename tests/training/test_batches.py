from itertools import chain

import numpy as np
import pytest
import torch

from sdmvae.dataset import frames as frame_store
from sdmvae.training.batches import Batches

BINS = 3
LENGTHS = [4, 1, 6, 2, 3]
DEVICES = ["cpu", "cpu:0"]  # the second is treated as a GPU: all frames are brought there at once


def numbered_frames():
    """Return frames that are filled with their numbers, from 0."""
    return np.repeat(np.arange(sum(LENGTHS), dtype=np.float32)[:, None], BINS, axis=1)


@pytest.fixture(params=[0, frame_store.KEPT], ids=["on disk", "in memory"])
def store(tmp_path, monkeypatch, request):
    """A frame store of five utterances."""
    monkeypatch.setattr(frame_store, "KEPT", request.param)
    utterances = np.split(numbered_frames(), np.cumsum(LENGTHS)[:-1])
    frame_store.write(tmp_path / "train.npy", utterances, BINS)
    return frame_store.Frames(tmp_path / "train.npy")


def numbers(batch):
    """Return the numbers of the frames of a batch."""
    assert batch.shape == (len(batch), BINS) and batch.dtype == torch.float32
    assert (batch == batch[:, :1]).all()
    return batch[:, 0].int().tolist()


UTTERANCES = [
    list(range(end - length, end)) for length, end in zip(LENGTHS, np.cumsum(LENGTHS), strict=True)
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("size", "sizes"), [(6, [6, 6, 4]), (8, [8, 8]), (16, [16]), (99, [16])])
def test_frames_come_in_batches_of_the_size_and_the_last_has_the_rest(store, device, size, sizes):
    for frames in (store, numbered_frames()):
        batches = Batches(frames, size, False, device)
        assert (len(batches), batches.frames) == (len(sizes), 16)
        in_order = [numbers(batch) for batch in batches.in_order()]
        assert [len(batch) for batch in in_order] == sizes
        assert list(chain(*in_order)) == list(range(16))
        shuffled = [numbers(batch) for batch in batches.shuffled(0)]
        assert [len(batch) for batch in shuffled] == sizes
        assert list(chain(*shuffled)) == np.random.default_rng(0).permutation(16).tolist()


@pytest.mark.parametrize("device", DEVICES)
def test_a_batch_is_one_whole_utterance_where_that_is_asked_for(store, device):
    batches = Batches(store, 4, True, device)
    assert (len(batches), batches.frames) == (5, 16)
    assert [numbers(batch) for batch in batches.in_order()] == UTTERANCES
    shuffled = [numbers(batch) for batch in batches.shuffled(1)]
    assert shuffled != UTTERANCES
    assert sorted(shuffled) == UTTERANCES


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("whole_utterances", [False, True])
def test_the_order_depends_on_the_seed_alone(store, device, whole_utterances):
    batches = Batches(store, 4, whole_utterances, device)
    first, again, other = (
        [numbers(batch) for batch in batches.shuffled(seed)] for seed in (0, 0, 1)
    )
    assert first == again != other


def test_an_array_is_one_utterance():
    batches = Batches(numbered_frames(), 4, True, "cpu")
    assert [numbers(batch) for batch in batches.in_order()] == [list(range(16))]


def test_a_batch_may_be_written_to(store):
    batches = Batches(store, 4, False, "cpu")
    for batch in batches.in_order():
        batch.fill_(-1)
    assert list(chain(*map(numbers, batches.in_order()))) == list(range(16))
