import os
import tracemalloc

import numpy as np
import pytest

from sdmvae.dataset import frames


def blocks(sizes, bins=5, seed=0):
    random = np.random.default_rng(seed)
    return [random.exponential(size=(size, bins)).astype(np.float32) for size in sizes]


def test_utterances_come_back_one_after_another(tmp_path):
    written = blocks([3, 1, 0, 7])
    assert frames.write(tmp_path / "a.npy", written, 5) == 11
    np.testing.assert_array_equal(frames.Frames(tmp_path / "a.npy")[:], np.concatenate(written))


def test_many_blocks_from_a_generator(tmp_path):
    sizes = [index % 4 for index in range(3000)]
    count = frames.write(tmp_path / "a.npy", (block for block in blocks(sizes)), 5)
    assert count == sum(sizes)
    np.testing.assert_array_equal(
        frames.Frames(tmp_path / "a.npy")[:], np.concatenate(blocks(sizes))
    )


def test_a_store_without_frames(tmp_path):
    assert frames.write(tmp_path / "a.npy", [], 5) == 0
    assert frames.Frames(tmp_path / "a.npy").shape == (0, 5)


@pytest.mark.parametrize("shape", [(3, 4), (3,), (3, 5, 1), (5, 3)])
def test_an_utterance_of_another_shape_is_an_error(tmp_path, shape):
    with pytest.raises(ValueError, match=r"the frames of an utterance have shape \(any, 5\)"):
        frames.write(tmp_path / "a.npy", [*blocks([2]), np.zeros(shape)], 5)


def test_numpy_reads_the_frame_store(tmp_path):
    frames.write(tmp_path / "a.npy", blocks([4, 2]), 5)
    loaded = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert loaded.dtype == np.float32
    np.testing.assert_array_equal(loaded, np.concatenate(blocks([4, 2])))


def test_float64_and_transposed_blocks_are_stored_as_float32(tmp_path):
    block = np.random.default_rng(0).standard_normal((5, 6)).T
    frames.write(tmp_path / "a.npy", [block], 5)
    stored = frames.Frames(tmp_path / "a.npy")[:]
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(stored, block.astype(np.float32))


@pytest.mark.parametrize("limit", [0, frames.KEPT])
def test_rows_are_copies_from_memory_and_from_the_file(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(frames, "KEPT", limit)
    (block,) = blocks([9])
    frames.write(tmp_path / "a.npy", [block], 5)
    stored = frames.Frames(tmp_path / "a.npy")
    assert len(stored) == 9 and stored.shape == (9, 5)
    rows = np.array([7, 0, 7, 3])
    for index in (rows, slice(None), slice(2, 5), slice(8, 99), slice(0, 0)):
        copy = stored[index]
        np.testing.assert_array_equal(copy, block[index])
        copy[:] = 0
        np.testing.assert_array_equal(stored[index], block[index])


def test_rows_are_not_read_before_they_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "KEPT", 0)
    frames.write(tmp_path / "a.npy", blocks([2_000], bins=500), 500)
    tracemalloc.start()
    stored = frames.Frames(tmp_path / "a.npy")
    stored[np.arange(10)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def test_the_error_for_a_store_that_was_cut_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "KEPT", 0)
    path = tmp_path / "a.npy"
    frames.write(path, blocks([9]), 5)
    stored = frames.Frames(path)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(OSError, match=r"ends early.*a\.npy"):
        stored[np.array([8])]


def test_another_array_is_an_error(tmp_path):
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, np.zeros((3, 5)), version=(2, 0))
    with pytest.raises(ValueError, match="this is not a frame store"):
        frames.Frames(tmp_path / "a.npy")


def test_the_bytes_of_a_store_do_not_depend_on_the_boundaries_of_utterances(tmp_path):
    whole = np.concatenate(blocks([9]))
    frames.write(tmp_path / "a.npy", [whole], 5)
    frames.write(tmp_path / "b.npy", [whole[:2], whole[2:]], 5)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


# Boundaries of utterances


@pytest.mark.parametrize("limit", [0, frames.KEPT])
def test_the_store_gives_back_each_utterance(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(frames, "KEPT", limit)
    written = blocks([3, 1, 0, 7])
    frames.write(tmp_path / "a.npy", written, 5)
    stored = frames.Frames(tmp_path / "a.npy")
    assert stored.lengths.tolist() == [3, 1, 0, 7]
    assert stored.lengths.dtype == np.int64
    for utterance, expected in zip(stored.utterances(), written, strict=True):
        np.testing.assert_array_equal(utterance, expected)


def test_lengths_are_a_file_that_numpy_reads(tmp_path):
    frames.write(tmp_path / "train.npy", blocks([4, 2]), 5)
    lengths = np.load(tmp_path / "train_lengths.npy", allow_pickle=False)
    assert lengths.dtype == np.int64
    assert lengths.tolist() == [4, 2]


def test_a_store_without_lengths_is_one_utterance(tmp_path):
    frames.write(tmp_path / "a.npy", blocks([4, 2]), 5)
    frames.lengths_path(tmp_path / "a.npy").unlink()
    stored = frames.Frames(tmp_path / "a.npy")
    assert stored.lengths.tolist() == [6]
    (utterance,) = stored.utterances()
    np.testing.assert_array_equal(utterance, stored[:])


def test_lengths_of_another_store_are_an_error(tmp_path):
    frames.write(tmp_path / "a.npy", blocks([4, 2]), 5)
    np.save(tmp_path / "a_lengths.npy", np.array([4, 3]))
    with pytest.raises(ValueError, match=r"a_lengths\.npy: 7 frames in all, and a\.npy has 6"):
        frames.Frames(tmp_path / "a.npy")
