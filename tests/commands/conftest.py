"""A folder with a trained cell and a recording, in which a command runs."""

import sys

import pytest

from sdmvae.codes import finding
from sdmvae.commands import program
from tests.support.small_project import speak
from tests.support.trained_cells import write_cell


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a recording and with one cell that has fitted priors."""
    write_cell(tmp_path, priors=True)
    speak(tmp_path / "speech.wav", seed=1, seconds=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(finding, "CHECKOUT", tmp_path)
    return tmp_path


@pytest.fixture
def run(here, monkeypatch):
    """Return a function that runs the program with arguments."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["sdmvae", *map(str, arguments)])
        program.main()

    return call


@pytest.fixture
def refusal(run):
    """Return a function that returns the one line with which the program refuses arguments."""

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            run(*arguments)
        message = caught.value.code
        assert isinstance(message, str)  # such an exit has the status 1
        assert message.startswith("error: ") and "\n" not in message
        return message

    return call
