"""The fundamental frequency of speech by WORLD: DIO, refined by StoneMask."""

import numpy as np
import pyworld


def track_pitch(samples: np.ndarray, *, rate: int, hop: int) -> np.ndarray:
    """Return F0 in Hz at the centre of each frame, 0 where a frame is not voiced.

    DIO finds F0 between 71 and 800 Hz (Morise, Kawahara and Katayose 2009). StoneMask refines it by
    the instantaneous frequency (Morise, Yokomori and Ozawa 2016).

    Args:
        samples: The signal, shape (n,).
        rate: The sample rate in Hz.
        hop: The distance between frames, in samples.

    Returns:
        F0, shape (1 + n // hop,).
    """
    signal = np.ascontiguousarray(samples, dtype=np.float64)
    coarse, times = pyworld.dio(signal, rate, frame_period=1000 * hop / rate)
    found = np.asarray(pyworld.stonemask(signal, coarse, times, rate))
    # WORLD counts its frames in milliseconds, so rounding can give it one frame more or less.
    frames = 1 + len(samples) // hop
    return np.pad(found[:frames], (0, max(0, frames - len(found))), mode="edge")
