"""Codes in a file."""

import numpy as np
import pytest

import sdmvae
from sdmvae.codes import code_file, code_table
from sdmvae.codes.values import CodeError, Codes
from tests.support.trained_cells import write_cell


def test_codes_are_read_as_they_were_written(tmp_path):
    cell = sdmvae.load(write_cell(tmp_path))
    for codes in (cell.generate(5), cell.encode(np.sin(np.arange(4_000.0) ** 1.2), 16_000)):
        code_file.write(tmp_path / "codes.npz", codes, cell)
        back, *names = code_file.read(tmp_path / "codes.npz")
        assert (back.period, back.peak) == (codes.period, codes.peak)
        assert names == ["vae-m4", "0"]
        np.testing.assert_array_equal(back.values, codes.values)
        np.testing.assert_array_equal(cell.decode(back), cell.decode(codes))
    with np.load(tmp_path / "codes.npz") as arrays:
        np.testing.assert_allclose(arrays["times"], np.arange(63) * 64 / 16_000)


def test_a_table_has_the_same_numbers_in_text(tmp_path):
    cell = sdmvae.load(write_cell(tmp_path))
    codes = cell.generate(5)
    code_table.write(tmp_path / "codes.csv", codes)
    times, *columns = np.genfromtxt(tmp_path / "codes.csv", delimiter=",", names=True).dtype.names
    assert [times, *columns] == ["time", "c0", "c1", "c2", "c3"]
    table = np.loadtxt(tmp_path / "codes.csv", delimiter=",", skiprows=1)
    np.testing.assert_array_equal(table[:, 1:].astype(np.float32), codes.values)
    np.testing.assert_allclose(table[:, 0], np.arange(5) * codes.period)


def test_codes_of_another_program_need_two_arrays(tmp_path):
    np.savez(tmp_path / "codes.npz", codes=np.ones((3, 2)), period=0.004)
    codes, *names = code_file.read(tmp_path / "codes.npz")
    assert isinstance(codes, Codes) and names == ["", ""] and codes.original is None


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 and nothing"])
def test_a_file_without_codes_is_refused(tmp_path, content):
    path = tmp_path / "codes.npz"
    path.write_bytes(content)
    with pytest.raises(CodeError, match=r"codes\.npz: holds no codes") as caught:
        code_file.read(path)
    assert "\n" not in str(caught.value)


def test_a_pickle_is_refused(tmp_path):
    path = tmp_path / "codes.npz"
    np.savez(path, codes=np.array([print], dtype=object), period=0.004)
    with pytest.raises(CodeError, match="holds no codes"):
        code_file.read(path)
    np.savez(path, other=np.ones(3))
    with pytest.raises(CodeError, match="holds no codes"):
        code_file.read(path)
