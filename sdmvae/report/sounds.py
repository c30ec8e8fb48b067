"""Sounds inside the page, which fetches no files."""

import tempfile
from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.report.budget import to_data_uri


def embed_sound(samples: np.ndarray) -> str:
    """Return samples (n,) at 16 kHz as a data URI of a FLAC file with 16 bits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.flac"
        audio_file.write(path, samples, subtype="PCM_16")
        return to_data_uri(path.read_bytes(), "audio/flac")
