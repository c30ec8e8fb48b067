"""Sounds as addresses that hold them, for a page that fetches nothing."""

import tempfile
from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.report.budget import data_uri


def flac(samples: np.ndarray) -> str:
    """Samples (n,) at 16 kHz as a data URI of FLAC with 16 bits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.flac"
        audio_file.write(path, samples, subtype="PCM_16")
        return data_uri(path.read_bytes(), "audio/flac")
