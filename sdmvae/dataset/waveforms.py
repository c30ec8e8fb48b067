"""The waveform store: utterances in one .npy file, of which frames are made when they are needed.

`<name>.npy` holds the samples of one utterance after another, as bytes. An utterance is trimmed,
and reflected at both ends by half a window, so that every frame is of samples that follow one
another. Its samples are integers of two bytes if these are enough, or of three, the lowest byte
first. `<name>_index.npz` beside it holds what it takes to make frames of them:

- `peaks`: the integer that stands for the peak of each utterance, which is divided by it;
- `widths`: the bytes of each sample of the utterance, 2 or 3;
- `window`, `hop` and `floor` of the transform.

`<name>_lengths.npy` holds the number of frames of each utterance, as for frames that are stored.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdmvae.dataset import npy_file
from sdmvae.dataset.npy_file import NpyFile
from sdmvae.dsp import stft

BITS = 24  # of a sample in the speech of the pipeline


class Waveform(NamedTuple):
    """The samples of an utterance, and its peak.

    Attributes:
        samples: The bytes of the samples, shape (n, 2) or (n, 3), uint8.
        peak: What the integers have to be divided by.
    """

    samples: NDArray[np.uint8]
    peak: float


def lengths_path(path: Path) -> Path:
    """Return the path of the lengths that belong to a frame store."""
    return path.with_name(f"{path.stem}_lengths.npy")


def index_path(path: Path) -> Path:
    """Return the path of the index that belongs to a frame store with waveforms."""
    return path.with_name(f"{path.stem}_index.npz")


def pack(samples: NDArray[np.float64], peak: float) -> Waveform:
    """Return the smallest integers that give exactly these samples.

    Args:
        samples: Samples that were divided by the peak of their utterance, shape (n,).
        peak: The peak. Before, the samples were multiples of 2^-23.

    Raises:
        ValueError: There are no such integers.
    """
    scale = 2.0 ** (BITS - 1)
    integers, largest = np.rint(samples * (peak * scale)).astype("<i4"), peak * scale
    if not np.array_equal(integers / largest, samples):
        raise ValueError(f"the samples are not those of a recording with {BITS} bits")
    left_aligned = (integers << 8)[:, None].view(np.uint8)
    if not left_aligned[:, 1].any() and largest % 256 == 0:
        return Waveform(left_aligned[:, 2:], largest / 256)
    return Waveform(left_aligned[:, 1:], largest)


def unpack(samples: NDArray[np.uint8]) -> NDArray[np.integer]:
    """Return the integers of which `pack` returned the bytes, shape (..., n, 2 or 3)."""
    upper = samples[..., -2:].view("<i2")[..., 0]
    return upper if samples.shape[-1] == 2 else upper * np.int32(256) + samples[..., 0]


def write(
    path: Path, utterances: Iterable[Waveform], *, window: int, hop: int, floor: float
) -> int:
    """Write the waveforms of utterances one after another, and their index beside.

    Only one utterance is in memory at a time.

    Args:
        path: The file to write, ``<name>.npy``.
        utterances: The utterances, reflected at both ends by half a window.
        window: The length of the window, in samples.
        hop: The hop, in samples.
        floor: The least power of a bin.

    Returns:
        The number of frames.
    """
    lengths, peaks, widths = [], [], []

    def used() -> Iterator[NDArray[np.uint8]]:
        for samples, peak in utterances:
            lengths.append(1 + (len(samples) - window) // hop)
            peaks.append(peak)
            widths.append(samples.shape[1])
            yield samples[: (lengths[-1] - 1) * hop + window].reshape(-1)

    npy_file.write(path, used(), "|u1", ())
    np.save(lengths_path(path), np.array(lengths, "<i8"))
    np.savez(
        index_path(path),
        peaks=np.array(peaks, "<f8"),
        widths=np.array(widths, "<i8"),
        window=window,
        hop=hop,
        floor=floor,
    )
    return sum(lengths)


class Waveforms:
    """The frames that are made of a waveform store.

    Attributes:
        shape: The number of frames and the number of bins.
    """

    def __init__(self, file: NpyFile) -> None:
        """Use the samples in a file, and read the index beside it.

        Raises:
            ValueError: The index belongs to other samples.
        """
        lengths = np.load(lengths_path(file.path), allow_pickle=False)
        with np.load(index_path(file.path), allow_pickle=False) as index:
            self._peaks, self._widths = index["peaks"], index["widths"]
            self._window, self._hop = int(index["window"]), int(index["hop"])
            self._floor = float(index["floor"])
        self._ends = np.cumsum(lengths)
        bytes_of_utterances = ((lengths - 1) * self._hop + self._window) * self._widths
        if file.shape != (bytes_of_utterances.sum(),):
            raise ValueError(f"{index_path(file.path)}: the index of other waveforms")
        # The first byte of an utterance, less that of its first frame among the frames of all.
        self._origins = np.cumsum(bytes_of_utterances) - bytes_of_utterances
        self._origins -= (self._ends - lengths) * self._hop * self._widths
        self._file = file
        self.shape: tuple[int, int] = (int(lengths.sum()), self._window // 2 + 1)

    def read(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return some frames, in the order of their numbers."""
        frames = np.empty((len(rows), self.shape[1]), np.float32)
        utterances = np.searchsorted(self._ends, rows, side="right")
        widths, peaks = self._widths[utterances], self._peaks[utterances, None]
        positions = self._origins[utterances] + rows * (self._hop * widths)
        for width in np.unique(widths).tolist():
            (of_width,) = np.nonzero(widths == width)
            for block in stft.blocks(len(of_width)):
                here = of_width[block]
                samples = np.empty((len(here), self._window, width), np.uint8)
                self._file.read(positions[here], samples)
                pieces = unpack(samples) / peaks[here]
                frames[here] = stft.log_power_of_pieces(pieces, floor=self._floor)
        return frames
