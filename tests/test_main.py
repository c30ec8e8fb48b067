"""The program, by its command `resynthesize`: what is written, printed and refused."""

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sdmvae.codes import finding
from sdmvae.commands import program
from sdmvae.dsp import audio_file
from tests.support import PROJECT
from tests.support.small_project import speak
from tests.support.trained_cells import write_cell, write_priors


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a recording and with one cell, whose weights are random."""
    write_cell(tmp_path)
    speak(tmp_path / "speech.wav", seed=1, seconds=2, rate=8_000)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(finding, "CHECKOUT", tmp_path)
    return tmp_path


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["sdmvae", "resynthesize", *arguments])
    program.main()


def refusal(monkeypatch, *arguments):
    """Return the message of a refused command, after checking that it changed no file."""
    before = contents(Path())
    with pytest.raises(SystemExit) as caught:
        run(monkeypatch, *arguments)
    message = caught.value.code
    assert isinstance(message, str)  # such an exit has the status 1
    assert message.startswith("error: ") and "\n" not in message
    assert contents(Path()) == before
    return message


def contents(folder: Path) -> dict[Path, bytes | None]:
    """Return the bytes of every file under a folder, and None for everything else."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("name", "format"),
    [("made.wav", "WAV"), ("made.WAV", "WAV"), ("made.flac", "FLAC"), ("made.Flac", "FLAC")],
)
def test_the_resynthesis_is_written_in_the_format_of_the_suffix(here, monkeypatch, name, format):
    run(monkeypatch, "speech.wav", name, "--cell", "vae-m4")
    information = soundfile.info(here / name)
    assert (information.format, information.subtype) == (format, "PCM_16")
    assert (information.samplerate, information.channels) == (16_000, 1)
    assert information.frames == 32_000


def test_wav_and_flac_have_the_same_samples(here, monkeypatch):
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    run(monkeypatch, "speech.wav", "made.flac", "--cell", "vae-m4")
    wav, flac = (soundfile.read(name, dtype="int16")[0] for name in ("made.wav", "made.flac"))
    np.testing.assert_array_equal(wav, flac)


def test_the_scores_are_printed_with_their_units_and_those_of_a_perfect_estimate(
    here, monkeypatch, capsys
):
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    first, header, *rows = capsys.readouterr().out.splitlines()
    assert first == "made.wav: 2.00 s, 501 frames, vae-m4"
    assert re.split(r" {2,}", header) == ["score", "value", "unit", "perfect"]
    table = {row[0]: row[1:] for row in (re.split(r" {2,}", line.strip()) for line in rows)}
    assert list(table) == [
        "PESQ",
        "PESQ wide-band",
        "STOI",
        "ESTOI",
        "SI-SDR",
        "LSD",
        "MCD",
        "Hoyer",
    ]
    assert -0.5 <= float(table["PESQ"][0]) <= 4.5 and table["PESQ"][1:] == ["–", "4.50"]
    assert table["LSD"][1:] == ["dB", "0.00"] and table["SI-SDR"][1:] == ["dB", "inf"]
    assert 0 <= float(table["Hoyer"][0]) <= 1 and table["Hoyer"][1:] == ["–", "–"]


def test_the_mean_over_test_speech_is_printed_where_it_is_known(here, monkeypatch, capsys):
    folder = here / "data/scores/vae-m4/0"
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text('{"pesq": 3.214, "estoi": null}')
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    _, header, *rows = capsys.readouterr().out.splitlines()
    assert re.split(r" {2,}", header)[-1] == "test speech"
    shown = {row.split("  ")[0]: row.split()[-1] for row in rows}
    assert (shown["PESQ"], shown["ESTOI"]) == ("3.21", "–")


def test_the_likelihood_is_printed_where_priors_are_fitted(here, monkeypatch, capsys):
    write_priors(here / "data/priors/vae-m4/0")
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().out
    (likelihood,) = re.findall(r"^Log-likelihood +(-?\d+) +nats per frame", printed, re.MULTILINE)
    assert math.isfinite(float(likelihood))
    (here / "data/priors/vae-m4/0/mixture.safetensors").write_bytes(b"")
    with pytest.raises(SystemExit, match=r"mixture\.safetensors: not a prior"):
        run(monkeypatch, "speech.wav", "other.wav", "--cell", "vae-m4")


def test_the_results_do_not_depend_on_the_name_of_the_file(here, monkeypatch, capsys):
    write_priors(here / "data/priors/vae-m4/0")
    shutil.copy("speech.wav", "other name.wav")
    printed = []
    for name in ("speech.wav", "other name.wav"):
        run(monkeypatch, name, "made.wav", "--cell", "vae-m4", "--force")
        printed.append((capsys.readouterr().out, (here / "made.wav").read_bytes()))
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    ("corpus", "label"),
    [
        ("voices", "vae-m4 was trained on synthetic speech: corpus voices, spoken by Kokoro-82M"),
        ("espeak", "vae-m4 was trained on synthetic speech: corpus espeak, spoken by eSpeak NG"),
        ("folder", None),
    ],
)
def test_a_cell_of_synthetic_speech_is_used_with_a_warning(
    here, monkeypatch, capsys, corpus, label
):
    (here / "data/origin.json").write_text(f'{{"name": "{corpus}"}}')
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().err
    assert (f"warning: {label};" in printed) if label else ("warning" not in printed)


def test_the_speech_of_the_run_itself_needs_no_warning(here, monkeypatch, capsys):
    (here / "data/speech/test").mkdir(parents=True)
    shutil.copy("speech.wav", "data/speech/test/speech.wav")
    run(monkeypatch, "data/speech/test/speech.wav", "made.wav", "--cell", "vae-m4")
    assert "warning" not in capsys.readouterr().err


def test_a_score_that_is_not_defined_is_printed_with_its_reason(here, monkeypatch, capsys):
    soundfile.write("short.wav", 0.1 * np.sin(np.arange(3_000) / 7), 16_000)
    run(monkeypatch, "short.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().out
    assert re.search(r"^PESQ +–", printed, re.MULTILINE) and "PESQ: " in printed


def test_a_recording_of_minutes_is_written_even_if_pesq_fails_for_it(here):
    speech, rate = soundfile.read("speech.wav")
    pauses = np.zeros(rate // 2)
    bursts = np.concatenate([part for _ in range(120) for part in (speech[: rate // 2], pauses)])
    soundfile.write("minutes.mp3", bursts, rate)
    arguments = ["resynthesize", "minutes.mp3", "made.wav", "--cell", "vae-m4"]
    done = subprocess.run(
        [sys.executable, "-m", "sdmvae", *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert soundfile.info("made.wav").duration == pytest.approx(120, abs=0.1)
    assert re.search(r"^Hoyer +\d", done.stdout, re.MULTILINE)
    assert "no scores: the process working on it died" in done.stdout


def test_an_unknown_cell_is_refused_and_the_trained_ones_are_listed(here, monkeypatch):
    shutil.copytree("data/models/vae-m4", "data/models/vae-m8")
    shutil.copytree("data/models/vae-m4", "data/models/.vae-m9.sdmvae-1.part")
    for cell in ("sdm-m4", ".", "../models/vae-m4", "", ".vae-m9.sdmvae-1.part"):
        message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", cell)
        assert f"{cell!r} is not a trained cell: in data/models there are vae-m4, vae-m8" in message
    shutil.rmtree("data")
    message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert message.endswith("in data/models there are none")


def test_the_lowest_seed_is_used_unless_another_is_named(here, monkeypatch):
    shutil.copytree("data/models/vae-m4/0", "data/models/vae-m4/10")
    shutil.move("data/models/vae-m4/0", "data/models/vae-m4/9")
    (here / "data/models/vae-m4/10/weights.safetensors").write_bytes(b"")
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert (here / "made.wav").exists()
    arguments = ["speech.wav", "other.wav", "--cell", "vae-m4", "--seed"]
    assert "not a trained autoencoder" in refusal(monkeypatch, *arguments, "10")
    message = refusal(monkeypatch, *arguments, "0")
    assert message == "error: --seed: '0': vae-m4 is trained with the seeds 9, 10"


def test_a_missing_recording_and_broken_weights_are_refused(here, monkeypatch):
    message = refusal(monkeypatch, "absent.wav", "made.wav", "--cell", "vae-m4")
    assert "absent.wav: no such file" in message
    (here / "data/models/vae-m4/0/weights.safetensors").write_bytes(b"")
    message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert "not a trained autoencoder" in message


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("name", ["recordings", "recordings.wav", "link.wav", ".", ".."])
def test_a_folder_is_not_replaced(here, monkeypatch, name, force):
    for folder in ("recordings", "recordings.wav"):
        (here / folder / "deep").mkdir(parents=True)
        (here / folder / "deep" / "precious.flac").write_bytes(b"precious")
    (here / "link.wav").symlink_to("recordings")
    message = refusal(monkeypatch, "speech.wav", name, "--cell", "vae-m4", *force)
    assert f"{name}: is a folder" in message
    assert (here / "link.wav").is_symlink()


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("kind", ["same name", "other name", "symbolic link", "hard link"])
def test_the_recording_is_not_replaced(here, monkeypatch, kind, force):
    output = {"same name": "speech.wav", "other name": "data/../speech.wav"}.get(kind, "link.wav")
    if kind == "symbolic link":
        (here / output).symlink_to("speech.wav")
    elif kind == "hard link":
        os.link("speech.wav", output)
    message = refusal(monkeypatch, "speech.wav", output, "--cell", "vae-m4", *force)
    assert f"{output}: is the recording itself" in message


def test_the_recording_behind_a_link_is_not_replaced(here, monkeypatch):
    (here / "input.wav").symlink_to("speech.wav")
    message = refusal(monkeypatch, "input.wav", "speech.wav", "--cell", "vae-m4", "--force")
    assert "speech.wav: is the recording itself" in message


def test_an_existing_file_is_replaced_only_with_force(here, monkeypatch):
    (here / "made.wav").write_bytes(b"precious")
    message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert message == "error: made.wav: exists already: add --force to replace it"
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4", "--force")
    assert soundfile.info(here / "made.wav").frames == 32_000


def test_a_link_to_nothing_counts_as_an_existing_file(here, monkeypatch):
    (here / "made.wav").symlink_to("nowhere.wav")
    message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert "made.wav: exists already" in message


def test_a_fifo_is_not_replaced(here, monkeypatch):
    os.mkfifo("made.wav")
    message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4", "--force")
    assert "made.wav: is not a regular file" in message


def test_a_file_that_appears_during_the_work_is_not_replaced(here, monkeypatch):
    def write_both(path, *arguments, **options):
        (here / "made.wav").write_bytes(b"precious")
        write(path, *arguments, **options)

    write = audio_file.write
    monkeypatch.setattr(audio_file, "write", write_both)
    with pytest.raises(SystemExit, match=r"made\.wav: exists already"):
        run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    assert (here / "made.wav").read_bytes() == b"precious"
    assert {path.name for path in here.iterdir()} == {
        "data",
        "made.wav",
        "speech.wav",
    }


@pytest.mark.parametrize("name", ["made.mp3", "made", "made.wav.txt", ".wav"])
def test_a_suffix_that_cannot_be_written_is_refused(here, monkeypatch, name):
    message = refusal(monkeypatch, "speech.wav", name, "--cell", "vae-m4")
    assert message.endswith("give one of .wav, .flac")


@pytest.mark.parametrize("name", ["absent/made.wav", "absent/deep/made.wav", "speech.wav/made.wav"])
def test_a_missing_folder_is_not_made(here, monkeypatch, name):
    message = refusal(monkeypatch, "speech.wav", name, "--cell", "vae-m4")
    assert f"{name}: {Path(name).parent} is no folder" in message


LOADED = """
import sys
sys.argv = ["sdmvae", "resynthesize", "speech.wav", "data", "--cell", "vae-m4"]
from sdmvae import __main__
try:
    __main__.main()
finally:
    print(*sys.modules)
"""


def test_a_wrong_argument_is_refused_without_loading_numerical_libraries(here):
    done = python("-c", LOADED)
    assert done.returncode == 1
    assert done.stderr == "error: data: is a folder: give the name of a file in it\n"
    assert not {"numpy", "torch", "scipy"} & set(done.stdout.split())


FIXED = """
import os, sys
sys.argv = ["sdmvae", "resynthesize", "speech.wav", "made.wav", "--cell", "vae-m4"]
from sdmvae import __main__
from sdmvae.commands import resynthesize
resynthesize.run = lambda arguments: print(
    "numpy" in sys.modules, "torch" in sys.modules, os.environ["OMP_NUM_THREADS"]
)
__main__.main()
"""


def test_the_arithmetic_is_fixed_before_numerical_libraries_are_loaded(here):
    assert python("-c", FIXED).stdout.split() == ["False", "False", "1"]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True
    )


def test_ctrl_c_ends_in_one_line_while_libraries_are_loaded(here):
    with subprocess.Popen(
        [sys.executable, "-m", "sdmvae", "resynthesize", "speech.wav", "made.wav", "--cell=vae-m4"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while "numpy" not in Path(f"/proc/{process.pid}/maps").read_text():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr.read() == "interrupted\n"
    assert process.returncode == 130
    assert not (here / "made.wav").exists()
