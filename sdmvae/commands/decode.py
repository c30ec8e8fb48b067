"""The command that writes the speech of codes."""

import argparse
from pathlib import Path

from sdmvae.commands import shared
from sdmvae.commands.outputs import AUDIO, CODES, OutputError, Pairs, count_files, pair_files
from sdmvae.runtime.messages import print_done

HELP = "write the speech of codes, edited or not"
EXAMPLE = "sdmvae decode codes.npz speech.wav --cell vae-m32"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, help=".npz files of `sdmvae encode`, or folders of them"
    )
    parser.add_argument("output", type=Path, help="a .wav or .flac file, or a folder for several")
    shared.add_cell(parser)
    parser.add_argument(
        "--make-phase",
        action="store_true",
        help="make a phase by the algorithm of Griffin and Lim, also where the file has the speech",
    )
    shared.add_force(parser)


def check(arguments: argparse.Namespace) -> None:
    """Refuse an unknown cell, missing inputs, and outputs that exist."""
    shared.find(arguments)
    _pairs(arguments)


def run(arguments: argparse.Namespace) -> None:
    """Decode one file after the other."""
    from sdmvae.codes import code_file
    from sdmvae.codes.values import CodeError

    pairs = _pairs(arguments)
    with shared.one_line_errors():
        cell = shared.load(arguments)

    def write(source: Path, target: Path) -> None:
        codes, name, seed = code_file.read(source)
        if name not in ("", cell.about.name):
            raise OutputError(f"{source}: has codes of {name}, not of {cell.about.name}")
        if seed not in ("", cell.about.seed):
            raise OutputError(
                f"{source}: has codes of {name} with the seed {seed}, not {cell.about.seed}"
            )
        try:
            speech = cell.decode(codes, make_phase=arguments.make_phase)
        except CodeError as error:
            raise OutputError(f"{source}: {error}") from error
        shared.write_speech(target, speech, force=arguments.force)

    shared.for_each(pairs, "decode", write)
    print_done(f"decode {cell.about.name}: {count_files(pairs)}", arguments.output)


def _pairs(arguments: argparse.Namespace) -> Pairs:
    return pair_files(
        arguments.inputs, arguments.output, reads=CODES, writes=AUDIO, force=arguments.force
    )
