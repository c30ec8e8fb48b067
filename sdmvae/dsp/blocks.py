"""Signals that come block by block: blocks of other lengths, and resampling."""

import math
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import numpy as np

_LENGTH = 2**18  # samples that are resampled at once


def regroup(blocks: Iterable[np.ndarray], lengths: Iterable[int]) -> Iterator[np.ndarray]:
    """Yield the same samples in blocks of given lengths.

    Args:
        blocks: Blocks of samples, shape (n,) each.
        lengths: The length of each new block, at least 1.

    Yields:
        Blocks of these lengths, as far as the samples suffice, and then one block of all samples
        that are left. None is empty.
    """
    held: list[np.ndarray] = []
    count = 0
    wanted = iter(lengths)
    length = next(wanted, sys.maxsize)
    for block in blocks:
        held.append(block)
        count += len(block)
        while count >= length:
            whole = np.concatenate(held) if len(held) > 1 else held[0]
            yield whole[:length]
            held, count = [whole[length:]], count - length
            length = next(wanted, sys.maxsize)
    if count:
        yield np.concatenate(held)


def resample(blocks: Iterable[np.ndarray], rate: int, target: int) -> Iterator[np.ndarray]:
    """Resample a signal by `scipy.signal.resample_poly`, without the whole signal in memory.

    The samples are those of `resample_poly` for the whole signal, bit for bit. A block is filtered
    together with as many samples before and after it as the filter is long.

    Args:
        blocks: Blocks of the signal, float64, shape (n,) each.
        rate: The sample rate of the signal, in Hz.
        target: The sample rate to bring it to, in Hz.

    Yields:
        Blocks of the resampled signal.
    """
    divisor = math.gcd(rate, target)
    up, down = target // divisor, rate // divisor
    if up == down:
        yield from blocks
        return
    # Imported here, because it takes a second and most files need no resampling.
    from scipy.signal import resample_poly

    # Whole multiples of `down` samples become whole multiples of `up`, so that no sample is moved.
    # The filter reaches over 10 max(up, down) samples at the rate up * rate, to each side.
    margin = down * math.ceil(10 * max(up, down) / (up * down))
    length = down * math.ceil(_LENGTH / down)
    held, before = np.zeros(0), 0
    for block in regroup(blocks, chain([length + margin], repeat(length))):
        held = np.concatenate([held, block])
        if len(held) == before + length + margin:
            start, end = before // down * up, (before + length) // down * up
            yield resample_poly(held, up, down)[start:end]
            held, before = held[before + length - margin :], margin
    if len(held) > before:
        yield resample_poly(held, up, down)[before // down * up :]
