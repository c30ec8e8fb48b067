"""The program: its help, its list of cells, and the scores of any two recordings."""

import json
import subprocess
import sys
import tomllib

import pytest
import soundfile

from sdmvae import __main__
from sdmvae.commands.program import COMMANDS
from tests.support import PROJECT
from tests.support.trained_cells import write_cell


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_its_arguments_and_an_example(run, capsys, command):
    with pytest.raises(SystemExit) as caught:
        run(command, "--help")
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert f"usage: sdmvae {command}" in printed
    assert f"example:\n  sdmvae {command}" in printed


@pytest.mark.parametrize("arguments", [[], ["train"], ["encode"]])
def test_a_wrong_command_has_a_status_and_no_traceback(run, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_installed_program_is_that_of_python_m(capsys):
    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, name = scripts["sdmvae"].partition(":")
    assert (module, getattr(__main__, name)) == (__main__.__name__, __main__.program)


def test_the_package_is_imported_without_numerical_libraries():
    script = "import sdmvae, sdmvae.commands.program, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "torch", "scipy", "pandas"} & set(done.stdout.split())


def test_cells_are_listed_with_their_scores(here, run, capsys):
    write_cell(here, "sdm-m4", "sdm", {"dictionary": "identity"}, seed=2)
    folder = here / "data/scores/vae-m4/0"
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps({"pesq": 3.2139, "likelihood": 1772.6}))
    run("cells")
    header, *rows, corpus = capsys.readouterr().out.splitlines()
    assert "PESQ" in header and "Log-likelihood (nats per frame)" in header
    assert [row.split() for row in rows] == [
        ["sdm-m4", "2", "–", "–", "–", "–", "–", "–"],
        ["vae-m4", "0", "3.21", "–", "–", "–", "–", "1773"],
    ]
    assert "corpus voices: synthetic speech, spoken by Kokoro-82M" in corpus


def test_a_folder_without_cells_is_refused(here, refusal, monkeypatch):
    (here / "empty").mkdir()
    monkeypatch.chdir(here / "empty")
    monkeypatch.setattr("sdmvae.codes.finding.CHECKOUT", here / "empty")
    assert refusal("cells") == "error: data/models: holds no trained cell: run the pipeline first"


def test_the_scores_of_a_copy_are_perfect(here, run, capsys):
    samples, rate = soundfile.read("speech.wav")
    soundfile.write("copy.flac", samples, rate, subtype="PCM_16")
    run("score", "speech.wav", "copy.flac")
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["score", "value", "unit", "perfect"]
    values = {row.split("  ")[0]: row.split() for row in rows}
    assert {"PESQ", "STOI", "SI-SDR", "LSD"} <= set(values)
    assert all(row[-1] == row[-3] for row in values.values())
    assert values["SI-SDR"][-2] == "dB"


def test_recordings_of_different_lengths_are_not_scored(here, refusal):
    samples, rate = soundfile.read("speech.wav")
    soundfile.write("short.wav", samples[:12_000], rate)
    assert "short.wav: lasts 0.750 s, and speech.wav 1.000 s" in refusal(
        "score", "speech.wav", "short.wav"
    )
    assert refusal("score", "speech.wav", "none.wav") == "error: none.wav: no such file"
