"""What several commands share: the choice of a cell, its loading, and how outputs are written."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sdmvae.codes import finding
from sdmvae.commands.outputs import (
    AUDIO_FORMATS,
    TABLES,
    OutputError,
    Pairs,
    check_place,
    count_files,
)
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.progress import progress

if TYPE_CHECKING:
    import numpy as np

    from sdmvae.codes.cell import TrainedCell
    from sdmvae.codes.values import Codes


def add_cell(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that choose a trained cell."""
    parser.add_argument(
        "--cell", required=True, help=f"the name of a folder in {finding.MODELS}, or any folder"
    )
    parser.add_argument("--seed", help="the seed that it was trained with; by default, the lowest")
    parser.add_argument("--device", default="cpu", help="cpu (the default), cuda, cuda:<n> or auto")


def add_force(parser: argparse.ArgumentParser) -> None:
    """Declare the argument that allows outputs to be replaced."""
    parser.add_argument("--force", action="store_true", help="replace an output that exists")


def find(arguments: argparse.Namespace) -> finding.CellFiles:
    """Return the files of the cell that the arguments choose.

    Raises:
        CellError: There is no such cell.
    """
    return finding.find(arguments.cell, arguments.seed)


def load(arguments: argparse.Namespace, inputs: Iterable[Path] = ()) -> "TrainedCell":
    """Load the cell that the arguments choose, and warn if it may not suit the inputs.

    Args:
        arguments: The arguments.
        inputs: The recordings that it is used for. Those in the folder of the run are the speech
            of its own corpus.
    """
    from sdmvae.codes import loading

    cell = loading.load(arguments.cell, arguments.seed, arguments.device)
    data = find(arguments).origin.resolve().parent
    if cell.about.caution and not all(_is_of_run(path, data) for path in inputs):
        print(f"warning: {cell.about.caution}", file=sys.stderr)
    return cell


def _is_of_run(path: Path, data: Path) -> bool:
    return any(path.resolve().is_relative_to(data / name) for name in ("speech", "voices"))


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn the errors of the codes, the cells and the recordings into an `OutputError`."""
    from sdmvae.codes.values import CodeError
    from sdmvae.dsp.audio_file import AudioError
    from sdmvae.evaluation.fitted_priors import PriorError
    from sdmvae.runtime.plugins import PluginError
    from sdmvae.training.device import DeviceError
    from sdmvae.training.saved import WeightsError

    try:
        yield
    except (CodeError, AudioError, PriorError, PluginError, DeviceError, WeightsError) as error:
        raise OutputError(str(error)) from error


def for_each(pairs: Pairs, title: str, write: Callable[[Path, Path], None]) -> None:
    """Write one file after the other. Of several, one that cannot be used does not end the work.

    Args:
        pairs: The inputs with their outputs.
        title: What the progress bar is named.
        write: Writes the output of an input.

    Raises:
        OutputError: An input could not be used. Of several, each has a line on stderr.
    """
    left_out = []
    for source, target in progress(pairs, title, len(pairs), "file"):
        try:
            with one_line_errors():
                write(source, target)
        except OutputError as error:
            if len(pairs) == 1:
                raise
            left_out.append(f"left out: {error}")
    if left_out:
        print(*left_out, sep="\n", file=sys.stderr)
        raise OutputError(f"{len(left_out)} of {count_files(pairs)} left out")


def write_speech(path: Path, samples: "np.ndarray", *, force: bool) -> None:
    """Write samples at 16 kHz with 16 bits, in the format of the suffix.

    Args:
        path: The file to write.
        samples: Shape (n,).
        force: Allow an existing file to be replaced.
    """
    from sdmvae.dsp import audio_file

    with _placed(path, force=force) as part:
        format = AUDIO_FORMATS[path.suffix.lower()]
        audio_file.write(part, samples, format=format, subtype="PCM_16")


def write_codes(path: Path, codes: "Codes", cell: "TrainedCell", *, force: bool) -> None:
    """Write codes as `code_file.write` does, or as `code_table.write` does if the suffix is .csv.

    Args:
        path: The file to write.
        codes: The codes.
        cell: The cell that they are of.
        force: Allow an existing file to be replaced.
    """
    from sdmvae.codes import code_file, code_table

    with _placed(path, force=force) as part:
        if path.suffix.lower() in TABLES:
            code_table.write(part, codes)
        else:
            code_file.write(part, codes, cell)


@contextmanager
def _placed(path: Path, *, force: bool) -> Iterator[Path]:
    with atomic_path(path) as part:
        yield part
        # Checked again, because another program may have written a file there by now.
        check_place(path, force=force)
