"""Where a long recording is cut into utterances: in its pauses.

The library that computes PESQ fails for signals with more than 50 bursts of speech, and models that
take a whole utterance at once have no use for hours. So a recording of more than 40 s is cut into
pieces of 5 to 15 s, each of which is an utterance.

The recording is taken in frames of 20 ms. The energy of a frame is its variance, so that a constant
offset does not count. The level of the recording is the 95 % quantile of the energies of those
frames that are not zero. A pause is at least 0.2 s long, and all its frames are at least 30 dB
below the level. The first of these that is possible is done:

1. Cut in the middle of the longest pause, 5 to 15 s after the last cut.
2. Cut in the middle of the first pause, 15 to 30 s after the last cut.
3. Cut in the middle of the 0.2 s with the least energy, 5 to 15 s after the last cut.

At least 5 s are left after a cut, and at most 15 s after the last one.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sdmvae.dsp.audio_file import SAMPLE_RATE

LONGEST = 40 * SAMPLE_RATE  # samples; the longest utterance of LibriSpeech has 35.2 s
FRAME = SAMPLE_RATE // 50  # samples

_SHORT, _LONG, _FAR, _PAUSE = 250, 750, 1500, 10  # frames: 5 s, 15 s, 30 s, 0.2 s
_QUIET = 1e-3  # of the level: 30 dB below
_SPEECHLESS = 1e-4  # of the level: 40 dB below


def frame_energies(samples: np.ndarray) -> np.ndarray:
    """Return the energy of each frame.

    Args:
        samples: Samples at 16 kHz, shape (n,). The last frame may be a part of one.

    Returns:
        The variances, shape (n / FRAME,), rounded up.
    """
    whole = len(samples) // FRAME * FRAME
    energies = samples[:whole].reshape(-1, FRAME).var(axis=1)
    rest = samples[whole:]
    return np.append(energies, rest.var()) if rest.size else energies


def find_level(energies: np.ndarray) -> float:
    """Return the level of a recording; 0 if all its frames are constant.

    Args:
        energies: The energies of its frames, shape (n,).
    """
    heard = energies[energies > 0]
    return float(np.quantile(heard, 0.95)) if heard.size else 0.0


def has_speech(energies: np.ndarray, level: float) -> bool:
    """Tell whether a frame of a piece is less than 40 dB below the level of the recording.

    Args:
        energies: The energies of the frames of the piece, shape (n,).
        level: The level of the recording, from `find_level`.
    """
    return bool(energies.max() > _SPEECHLESS * level)


def find_cuts(energies: np.ndarray) -> list[int]:
    """Return where to cut a recording, as the numbers of the frames that begin a new piece.

    Args:
        energies: The energies of its frames, shape (n,).

    Returns:
        The numbers, in order. Pieces have at least 5 s, and at most 30 s.
    """
    pauses = _find_pauses(energies <= _QUIET * find_level(energies))
    cuts = [0]
    while (rest := len(energies) - cuts[-1]) > _LONG:
        least, most, far = (
            cuts[-1] + min(frames, rest - _SHORT) for frames in (_SHORT, _LONG, _FAR)
        )
        near = _overlaps(pauses, least, most)
        if near.size:
            cut = near[np.argmax(near[:, 1] - near[:, 0])].mean()
        elif (later := _overlaps(pauses, most, far)).size:
            cut = later[0].mean()
        else:
            half = _PAUSE // 2
            sums = sliding_window_view(energies[least - half : most + half], _PAUSE).sum(axis=1)
            cut = least + np.argmin(sums)
        cuts.append(int(cut))
    return cuts[1:]


def _find_pauses(is_quiet: np.ndarray) -> np.ndarray:
    """Return the first frame of each pause and that after its last one, shape (pauses, 2)."""
    edges = np.diff(is_quiet.astype(np.int8), prepend=0, append=0)
    pauses = np.column_stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)])
    return pauses[pauses[:, 1] - pauses[:, 0] >= _PAUSE]


def _overlaps(pauses: np.ndarray, least: int, most: int) -> np.ndarray:
    """Return the parts of pauses between two frames, shape (parts, 2)."""
    parts = pauses.clip(least, most)
    return parts[parts[:, 0] < parts[:, 1]]
