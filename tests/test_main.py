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
import torch
from ruamel.yaml import YAML

from sdmvae import __main__ as command
from sdmvae.autoencoder import build
from sdmvae.dsp import audio_file
from sdmvae.evaluation import fitted_priors
from sdmvae.params import Params
from sdmvae.training import saved
from tests.support import PROJECT
from tests.support.small_project import speak

PARAMS = """\
corpus: {name: voices}
split: {train: 1, validation: 1, test: 1, seed: 0}
stft: {window: 256, hop: 64, floor: 1.0e-6, trim: 30.0}
train: {encoder_input: log-power, likelihood: itakura-saito, representation: power,
  learning_rate: 0.001, batch_size: 8, epochs: 1, patience: 1, seeds: [0], device: cpu,
  decay: 0.0, beta2: 0.999}
resynthesize: {decode: mean, importance_samples: 2}
compare: {error: 0.05, margins: {pesq: 0.1, estoi: 0.01}}
network:
  hidden: [128]

latent_dims: [m4]
variants: {vae: {model: vae}}
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a recording and with one cell, whose weights are random."""
    settings = Params.model_validate(YAML(typ="safe", pure=True).load(PARAMS))
    configuration = settings.configuration(settings.cells[0], bins=129)
    autoencoder = build(configuration, torch.Generator().manual_seed(0))
    folder = tmp_path / "data/models/vae-m4/0"
    folder.mkdir(parents=True)
    saved.save(folder, configuration, autoencoder.state_dict())
    (tmp_path / "params.yaml").write_text(PARAMS)
    speak(tmp_path / "speech.wav", seed=1, seconds=2, rate=8_000)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["sdmvae", *arguments])
    command.main()


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


def test_the_scores_are_printed(here, monkeypatch, capsys):
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().out
    assert printed.startswith("made.wav: 2.00 s, 501 frames, vae-m4")
    rows = re.findall(r"^(\S.*?) +(-?[\d.]+)$", printed, re.MULTILINE)
    scores = {name: float(value) for name, value in rows}
    expected = ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
    expected += ["log_spectral_distance", "mel_cepstral_distortion", "hoyer"]
    assert list(scores) == expected
    assert -0.5 <= scores["pesq"] <= 4.5 and 0 <= scores["hoyer"] <= 1


def test_the_likelihood_is_printed_where_priors_are_fitted(here, monkeypatch, capsys):
    folder = here / "data/priors/vae-m4/0"
    folder.parent.mkdir(parents=True)
    samples = np.random.default_rng(0).standard_normal((200, 4))
    fitted_priors.save(folder, fitted_priors.fit_to_samples(samples, seed=0))
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().out
    (likelihood,) = re.findall(r"^likelihood +(-?[\d.]+)$", printed, re.MULTILINE)
    assert math.isfinite(float(likelihood))
    (folder / "mixture.safetensors").write_bytes(b"")
    with pytest.raises(SystemExit, match=r"mixture\.safetensors: not a prior"):
        run(monkeypatch, "speech.wav", "other.wav", "--cell", "vae-m4")


@pytest.mark.parametrize(
    ("corpus", "label"),
    [
        ("voices", "vae-m4 was trained on synthetic speech: corpus voices, spoken by Kokoro-82M"),
        ("espeak", "vae-m4 was trained on synthetic speech: corpus espeak, spoken by eSpeak NG"),
        ("folder", None),
    ],
)
def test_scores_of_a_cell_of_synthetic_speech_are_labelled(
    here, monkeypatch, capsys, corpus, label
):
    (here / "params.yaml").write_text(PARAMS.replace("name: voices", f"name: {corpus}"))
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    labels = [line for line in capsys.readouterr().out.splitlines() if "synthetic" in line]
    assert labels == ([label] if label else [])


def test_a_score_that_is_not_defined_is_printed_with_its_reason(here, monkeypatch, capsys):
    soundfile.write("short.wav", 0.1 * np.sin(np.arange(3_000) / 7), 16_000)
    run(monkeypatch, "short.wav", "made.wav", "--cell", "vae-m4")
    printed = capsys.readouterr().out
    assert re.search(r"^pesq +nan$", printed, re.MULTILINE) and "PESQ: " in printed


def test_a_recording_of_minutes_is_written_even_if_pesq_fails_for_it(here):
    speech, rate = soundfile.read("speech.wav")
    pauses = np.zeros(rate // 2)
    bursts = np.concatenate([part for _ in range(120) for part in (speech[: rate // 2], pauses)])
    soundfile.write("minutes.mp3", bursts, rate)
    arguments = ["minutes.mp3", "made.wav", "--cell", "vae-m4"]
    done = subprocess.run(
        [sys.executable, "-m", "sdmvae", *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert soundfile.info("made.wav").duration == pytest.approx(120, abs=0.1)
    assert re.search(r"^hoyer +\d", done.stdout, re.MULTILINE)
    assert "no scores: the process working on it died" in done.stdout


def test_an_unknown_cell_is_refused_and_the_trained_ones_are_listed(here, monkeypatch):
    shutil.copytree("data/models/vae-m4", "data/models/vae-m8")
    shutil.copytree("data/models/vae-m4", "data/models/.vae-m9.sdmvae-1.part")
    for cell in ("sdm-m4", ".", "../models/vae-m4", "", ".vae-m9.sdmvae-1.part"):
        message = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", cell)
        assert (
            f"--cell: {cell!r} is not trained: in data/models there are vae-m4, vae-m8" in message
        )
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
        "params.yaml",
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
sys.argv = ["sdmvae", "speech.wav", "data", "--cell", "vae-m4"]
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
sys.argv = ["sdmvae", "speech.wav", "made.wav", "--cell", "vae-m4"]
from sdmvae import __main__
__main__.run = lambda *arguments, **options: print(
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
        [sys.executable, "-m", "sdmvae", "speech.wav", "made.wav", "--cell", "vae-m4"],
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
