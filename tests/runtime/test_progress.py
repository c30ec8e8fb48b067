import fcntl
import io
import os
import struct
import sys
import termios

import pytest

from sdmvae.runtime.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_items_pass_through():
    assert list(progress(iter("abc"), "letters", 3, "letter")) == ["a", "b", "c"]


def test_short_work_leaves_no_trace_in_a_log(capsys):
    list(progress(range(1000), "numbers", 1000, "number"))
    assert capsys.readouterr() == ("", "")


def test_a_log_has_whole_lines(capsys):
    with progress(None, "train vae-m32", 3, "epoch") as bar:
        for _ in range(3):
            bar.update()
            bar.refresh()
    out, log = capsys.readouterr()
    assert out == ""
    assert "\r" not in log
    assert "\x1b" not in log
    assert log.endswith("\n")
    lines = log.splitlines()
    assert len(set(lines)) == 3
    for line in lines:
        assert line.startswith("train vae-m32: ")
        assert "/3 epoch [" in line
        assert "left" in line


def test_a_log_has_the_text_beside_the_count(capsys):
    with progress(None, "train", 5, "epoch") as bar:
        bar.set_postfix_str("validation loss -12.50", refresh=False)
        bar.update(2)
        bar.refresh()
    (line,) = {line.strip() for line in capsys.readouterr().err.splitlines()}
    assert line.startswith("train: 2/5 epoch")
    assert "validation loss -12.50" in line


def test_work_without_items_is_allowed():
    assert list(progress([], "nothing", 0, "item")) == []


def test_a_terminal_has_one_line_that_is_written_over(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(range(3), "split", 3, "file") as bar:
        assert list(bar) == [0, 1, 2]
    assert "\r" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
    assert "split" in stream.getvalue()
    assert "3/3" in stream.getvalue()


@pytest.mark.parametrize(("rows", "columns", "width"), [(0, 0, 80), (30, 60, 60), (0, 110, 80)])
def test_the_bar_is_as_wide_as_the_terminal_or_80_columns_where_that_has_no_size(
    monkeypatch, rows, columns, width
):
    reading, writing = os.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
    with os.fdopen(writing, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        assert list(progress(range(3), "split", 3, "file")) == [0, 1, 2]
        terminal.flush()
        written = ""
        while not written.endswith("\n"):  # a terminal may give its lines in several parts
            written += os.read(reading, 10_000).decode()
    os.close(reading)
    last = written.rstrip().rpartition("\r")[2]
    assert "3/3" in last
    assert width - 2 <= len(last) <= width
