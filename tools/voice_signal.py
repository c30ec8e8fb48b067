"""Level and pauses of a recording: how they are set and how they are measured."""

import numpy as np

from sdmvae.dsp.audio_file import SAMPLE_RATE

FRAME = SAMPLE_RATE // 100  # 10 ms
SILENCE = -40.0  # dB below the loudest frame; quieter frames are silence
EDGE = 0.1  # seconds of silence before and after the speech
LONGEST_PAUSE = 0.45  # seconds
FADE = SAMPLE_RATE // 200  # 5 ms

LEVEL = 0.11  # RMS of the frames that are no silence
HIGHEST_PEAK = 0.9


def find_silence(samples: np.ndarray) -> np.ndarray:
    """Tell for each whole frame whether it is silence, shape (n // `FRAME`,)."""
    power = _frame_power(samples)
    silent: np.ndarray = power < 10 ** (SILENCE / 10) * power.max()
    return silent


def active_level(samples: np.ndarray) -> float:
    """Return the RMS of the frames that are no silence."""
    return float(np.sqrt(_frame_power(samples)[~find_silence(samples)].mean()))


def find_pauses(samples: np.ndarray) -> list[tuple[int, int]]:
    """Return the first and the last sample, exclusive, of each silence between two sounds."""
    sounds = np.flatnonzero(~find_silence(samples))
    return [
        ((before + 1) * FRAME, after * FRAME)
        for before, after in zip(sounds[:-1].tolist(), sounds[1:].tolist(), strict=True)
        if after > before + 1
    ]


def shorten_silence(samples: np.ndarray) -> np.ndarray:
    """Leave `EDGE` of silence at both ends, and at most `LONGEST_PAUSE` between two sounds.

    The middle of a longer pause is cut out, and its two halves are faded into each other.
    """
    for start, stop in reversed(find_pauses(samples)):
        excess = stop - start - round(LONGEST_PAUSE * SAMPLE_RATE)
        if excess > 0:
            cut = (start + stop - excess) // 2
            fade = np.linspace(0, 1, FADE)
            joint = samples[cut : cut + FADE] * (1 - fade)
            joint += samples[cut + excess : cut + excess + FADE] * fade
            samples = np.concatenate([samples[:cut], joint, samples[cut + excess + FADE :]])
    sounds = np.flatnonzero(~find_silence(samples))
    edge = round(EDGE * SAMPLE_RATE)
    padded = np.pad(samples, edge)
    kept = padded[sounds[0] * FRAME : (sounds[-1] + 1) * FRAME + 2 * edge].copy()
    kept[:FADE] *= np.linspace(0, 1, FADE)
    kept[-FADE:] *= np.linspace(1, 0, FADE)
    return kept


def set_level(samples: np.ndarray) -> np.ndarray:
    """Scale a recording to `LEVEL`, or to less if its peak would be over `HIGHEST_PEAK`."""
    peak = float(np.abs(samples).max())
    scaled: np.ndarray = samples * min(LEVEL / active_level(samples), HIGHEST_PEAK / peak)
    return scaled


def _frame_power(samples: np.ndarray) -> np.ndarray:
    """Return the mean square of each whole frame."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power: np.ndarray = np.square(frames).mean(axis=1)
    return power
