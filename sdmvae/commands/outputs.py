"""Which file a command writes for which input, so that nothing is lost by it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

AUDIO_FORMATS = {".wav": "WAV", ".flac": "FLAC"}
AUDIO = tuple(AUDIO_FORMATS)
CODES = (".npz",)
TABLES = (".csv",)

Pairs = list[tuple[Path, Path]]


class OutputError(ValueError):
    """An input or an output cannot be used; the message is one line."""


def check_output(
    output: Path, inputs: Iterable[Path], suffixes: Sequence[str], *, force: bool
) -> None:
    """Check that a file can be written and that nothing is lost by it.

    Args:
        output: The file to write.
        inputs: The inputs, which are never replaced, also not through a link.
        suffixes: The suffixes that the output may have, in small letters.
        force: Allow an existing file to be replaced.

    Raises:
        OutputError: The output must not be written; the message says what to change.
    """
    if output.is_dir():
        raise OutputError(f"{output}: is a folder: give the name of a file in it")
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise OutputError(f"{output}: is the recording itself: give another output")
    if output.suffix.lower() not in suffixes:
        raise OutputError(
            f"{output}: has the suffix {output.suffix!r}: give one of {', '.join(suffixes)}"
        )
    if not output.parent.is_dir():
        raise OutputError(f"{output}: {output.parent} is no folder: make it first")
    check_place(output, force=force)


def check_place(output: Path, *, force: bool) -> None:
    """Check that there is no file at a place, or that one may be replaced.

    Args:
        output: The file to write.
        force: Allow an existing file to be replaced.

    Raises:
        OutputError: The output must not be written; the message says what to change.
    """
    if output.exists() and not output.is_file():
        raise OutputError(f"{output}: is not a regular file: give another output")
    if not force and (output.exists() or output.is_symlink()):
        raise OutputError(f"{output}: exists already: add --force to replace it")


def pair_files(
    inputs: Sequence[Path],
    output: Path,
    *,
    reads: Sequence[str],
    writes: Sequence[str],
    force: bool,
) -> Pairs:
    """Return the output of each input.

    One file gives one file if the output has a suffix. Otherwise the output is a folder, in which
    the files of a folder keep their places below it.

    Args:
        inputs: Files and folders.
        output: A file or a folder.
        reads: The suffixes of the files that are taken from folders, in small letters.
        writes: The suffixes that an output may have; in a folder it gets the first.
        force: Allow existing files to be replaced.

    Raises:
        OutputError: There is no such input, or an output must not be written.
    """
    for path in inputs:
        if not path.exists():
            raise OutputError(f"{path}: no such file or folder")
    if output.suffix and not output.is_dir():
        if len(inputs) > 1 or inputs[0].is_dir():
            raise OutputError(f"{output}: is one file for several: give a folder without a suffix")
        check_output(output, inputs, writes, force=force)
        return [(inputs[0], output)]
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output}: is a file: give a folder")
    pairs: dict[Path, Path] = {}
    for source, relative in _list_files(inputs, reads):
        target = output / relative.with_suffix(writes[0])
        if target in pairs:
            raise OutputError(f"{target}: is the output of both {pairs[target]} and {source}")
        check_place(target, force=force)
        pairs[target] = source
    if not pairs:
        raise OutputError(f"{inputs[0]}: holds no file that can be read")
    return [(source, target) for target, source in pairs.items()]


def count_files(pairs: Pairs) -> str:
    """Return how many files there are, such as "2 files"."""
    return f"{len(pairs)} file{'s' if len(pairs) != 1 else ''}"


def _list_files(inputs: Sequence[Path], reads: Sequence[str]) -> list[tuple[Path, Path]]:
    """Return each file with its place in the output folder."""
    found = []
    for path in inputs:
        if path.is_dir():
            files = [each for each in sorted(path.rglob("*")) if each.suffix.lower() in reads]
            found += [(each, each.relative_to(path)) for each in files if each.is_file()]
        else:
            found.append((path, Path(path.name)))
    return found
