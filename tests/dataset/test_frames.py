import os
import tracemalloc

import numpy as np
import pytest

from sdmvae.dataset import frames


def blocks(sizes, bins=5, seed=0):
    random = np.random.default_rng(seed)
    return [random.exponential(size=(size, bins)).astype(np.float32) for size in sizes]


def test_blocks_come_back_one_after_another(tmp_path):
    written = blocks([3, 1, 0, 7])
    assert frames.write(tmp_path / "a.npy", written, 5) == 11
    np.testing.assert_array_equal(frames.Frames(tmp_path / "a.npy")[:], np.concatenate(written))


def test_many_blocks_from_a_generator(tmp_path):
    sizes = [index % 4 for index in range(3000)]
    count = frames.write(tmp_path / "a.npy", (each for each in blocks(sizes)), 5)
    assert count == sum(sizes)
    np.testing.assert_array_equal(
        frames.Frames(tmp_path / "a.npy")[:], np.concatenate(blocks(sizes))
    )


def test_a_store_without_frames(tmp_path):
    assert frames.write(tmp_path / "a.npy", [], 5) == 0
    assert frames.Frames(tmp_path / "a.npy").shape == (0, 5)


@pytest.mark.parametrize("shape", [(3, 4), (3,), (3, 5, 1), (5, 3)])
def test_a_block_of_another_shape_is_refused(tmp_path, shape):
    with pytest.raises(ValueError, match=r"a block of frames has shape \(any, 5\)"):
        frames.write(tmp_path / "a.npy", [*blocks([2]), np.zeros(shape)], 5)


def test_numpy_reads_it(tmp_path):
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


@pytest.mark.parametrize("kept", [0, frames.KEPT])
def test_rows_are_copies_whether_or_not_all_is_kept(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(frames, "KEPT", kept)
    (block,) = blocks([9])
    frames.write(tmp_path / "a.npy", [block], 5)
    stored = frames.Frames(tmp_path / "a.npy")
    assert len(stored) == 9 and stored.shape == (9, 5)
    rows = np.array([7, 0, 7, 3])
    for each in (rows, slice(None), slice(2, 5), slice(8, 99), slice(0, 0)):
        found = stored[each]
        np.testing.assert_array_equal(found, block[each])
        found[:] = 0
        np.testing.assert_array_equal(stored[each], block[each])


def test_rows_are_not_read_before_they_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "KEPT", 0)
    frames.write(tmp_path / "a.npy", blocks([2_000], bins=500), 500)
    tracemalloc.start()
    stored = frames.Frames(tmp_path / "a.npy")
    stored[np.arange(10)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def test_a_store_that_was_cut_is_an_error_that_names_it(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "KEPT", 0)
    path = tmp_path / "a.npy"
    frames.write(path, blocks([9]), 5)
    stored = frames.Frames(path)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(OSError, match=r"ends early.*a\.npy"):
        stored[np.array([8])]


def test_another_array_is_refused(tmp_path):
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, np.zeros((3, 5)), version=(2, 0))
    with pytest.raises(ValueError, match="not a store of frames"):
        frames.Frames(tmp_path / "a.npy")


def test_the_same_frames_in_other_blocks_are_the_same_bytes(tmp_path):
    whole = np.concatenate(blocks([9]))
    frames.write(tmp_path / "a.npy", [whole], 5)
    frames.write(tmp_path / "b.npy", [whole[:2], whole[2:]], 5)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
