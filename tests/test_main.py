import re
import sys

import numpy as np
import pytest
import soundfile
import torch

from sdmvae import __main__ as command
from sdmvae.training import saved
from tests.support.small_project import speak

PARAMS = """\
corpus: {name: synthetic, sentences: 1}
split: {train: 1, validation: 1, test: 1, seed: 0}
stft: {window: 256, hop: 64, floor: 1.0e-6, trim: 30.0}
train: {encoder_input: log-power, likelihood: itakura-saito, representation: power,
  learning_rate: 0.001, batch_size: 8, epochs: 1, patience: 1, seed: 0, device: cpu}
resynthesize: {decode: mean, importance_samples: 2}
network:
  hidden: [128]

latent_dims: [m4]
variants: {vae: {model: vae}}
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with one cell, untrained, and a recording."""
    configuration = {
        "model": "vae",
        "arguments": {},
        "m": 4,
        "bins": 129,
        "encoder_input": "log-power",
        "likelihood": "itakura-saito",
        "representation": "power",
    }
    autoencoder = saved.build(configuration, torch.Generator().manual_seed(0))
    folder = tmp_path / "data/models/vae-m4"
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
    with pytest.raises(SystemExit) as caught:
        run(monkeypatch, *arguments)
    assert caught.value.code.startswith("error: ") and "\n" not in caught.value.code
    return caught.value.code


def test_a_recording_goes_through_a_cell(here, monkeypatch, capsys):
    run(monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4")
    made, rate = soundfile.read(here / "made.wav")
    assert (rate, made.shape) == (16_000, (32_000,))
    said = capsys.readouterr().out
    assert said.startswith("made.wav: 2.00 s, 501 frames, vae-m4")
    found = {name: float(value) for name, value in re.findall(r"^(\w+) +(-?[\d.]+)$", said, re.M)}
    assert list(found) == ["pesq", "pesq_wb", "stoi", "estoi", "si_sdr", "hoyer", "iwae"]
    assert -0.5 <= found["pesq"] <= 4.5 and 0 <= found["hoyer"] <= 1


def test_a_score_that_is_not_defined_is_said(here, monkeypatch, capsys):
    soundfile.write("short.wav", 0.1 * np.sin(np.arange(3_000) / 7), 16_000)
    run(monkeypatch, "short.wav", "made.wav", "--cell", "vae-m4")
    said = capsys.readouterr().out
    assert re.search(r"^pesq +nan$", said, re.MULTILINE) and "PESQ: " in said


def test_what_cannot_be_is_refused_in_one_line(here, monkeypatch):
    said = refusal(monkeypatch, "speech.wav", "made.wav", "--cell", "sdm-m4")
    assert "--cell sdm-m4: is not trained; in data/models there are vae-m4" in said
    assert "absent.wav: no such file" in refusal(
        monkeypatch, "absent.wav", "made.wav", "--cell", "vae-m4"
    )
    (here / "data/models/vae-m4/weights.safetensors").write_bytes(b"")
    assert "not a trained autoencoder" in refusal(
        monkeypatch, "speech.wav", "made.wav", "--cell", "vae-m4"
    )
    assert not (here / "made.wav").exists()
