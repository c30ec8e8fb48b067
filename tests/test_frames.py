import numpy as np
import pytest

from sdmvae import frames


def blocks(sizes, bins=5, seed=0):
    random = np.random.default_rng(seed)
    return [random.exponential(size=(size, bins)).astype(np.float32) for size in sizes]


def test_blocks_come_back_one_after_another(tmp_path):
    written = blocks([3, 1, 0, 7])
    assert frames.write(tmp_path / "a.npy", written, 5) == 11
    np.testing.assert_array_equal(frames.read(tmp_path / "a.npy"), np.concatenate(written))


def test_many_blocks_from_a_generator(tmp_path):
    sizes = [index % 4 for index in range(3000)]
    count = frames.write(tmp_path / "a.npy", (each for each in blocks(sizes)), 5)
    assert count == sum(sizes)
    np.testing.assert_array_equal(frames.read(tmp_path / "a.npy"), np.concatenate(blocks(sizes)))


def test_a_store_without_frames(tmp_path):
    assert frames.write(tmp_path / "a.npy", [], 5) == 0
    assert frames.read(tmp_path / "a.npy").shape == (0, 5)


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
    stored = frames.read(tmp_path / "a.npy")
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(stored, block.astype(np.float32))


def test_it_is_memory_mapped_and_writing_stays_private(tmp_path):
    frames.write(tmp_path / "a.npy", blocks([4]), 5)
    before = (tmp_path / "a.npy").read_bytes()
    stored = frames.read(tmp_path / "a.npy")
    assert isinstance(stored, np.memmap)
    stored[:] = 0
    stored.flush()
    assert (tmp_path / "a.npy").read_bytes() == before


def test_the_same_frames_in_other_blocks_are_the_same_bytes(tmp_path):
    whole = np.concatenate(blocks([9]))
    frames.write(tmp_path / "a.npy", [whole], 5)
    frames.write(tmp_path / "b.npy", [whole[:2], whole[2:]], 5)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
