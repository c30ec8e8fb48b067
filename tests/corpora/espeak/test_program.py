import json
import subprocess
import sys
import wave

import pytest

from sdmvae.corpora.espeak import corpus


@pytest.fixture
def request_line(tmp_path):
    def line(**changes):
        request = {
            "text": "The pilot hums.",
            "voice": "en+f2",
            "pitch": 50,
            "range": 50,
            "rate": 160,
            "volume": 40,
            "seed": 1,
            "path": str(tmp_path / "out.wav"),
        }
        return json.dumps(request | changes) + "\n"

    return line


def run_program(lines, *options):
    """Run the program by its path, as the corpus does, so that nothing of ours is imported."""
    command = [sys.executable, "-P", *options, str(corpus.PROGRAM)]
    return subprocess.run(command, input=lines, capture_output=True, text=True)


def test_the_program_writes_the_file_and_prints_its_path(tmp_path, request_line):
    done = run_program(request_line())
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path}/out.wav\n", "")
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert file.getparams()[:3] == (1, 2, 22050)
    assert {path.name for path in tmp_path.iterdir()} == {"out.phones", "out.wav"}


@pytest.mark.parametrize("voice", ["en+nobody", "en+", "xx", "xx+f2"])
def test_an_unknown_voice_is_an_error_before_anything_is_written(tmp_path, request_line, voice):
    done = run_program(request_line() + request_line(voice=voice))
    assert done.returncode == 1
    assert "has no voice" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_error_names_the_file_that_cannot_be_written(tmp_path, request_line):
    done = run_program(request_line(path=str(tmp_path / "missing" / "out.wav")))
    assert done.returncode == 1
    assert "missing/out.wav" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_espeak_ng_the_error_says_which_command_installs_it(request_line):
    done = run_program(request_line(), "-S")  # without site-packages
    assert done.returncode == 1
    assert done.stderr == (
        "the corpus espeak needs eSpeak NG, which is not installed: run: make espeak\n"
    )
