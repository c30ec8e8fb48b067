"""Sounds inside the page, which fetches no files."""

import tempfile
from pathlib import Path

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.report.budget import to_data_uri


def embed_sound(samples: np.ndarray, bits: int = 16) -> str:
    """Return samples (n,) at 16 kHz as a data URI of a FLAC file.

    Args:
        samples: The samples.
        bits: At most 16. Samples are rounded to multiples of 2^(1 - bits), and FLAC takes no space
            for the bits that are zero then.
    """
    step = 2.0 ** (1 - bits)
    samples = step * np.rint(samples / step)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.flac"
        audio_file.write(path, samples, subtype="PCM_16")
        return to_data_uri(path.read_bytes(), "audio/flac")
