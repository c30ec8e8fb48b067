"""The command that writes the codes of recordings."""

import argparse
from pathlib import Path

from sdmvae.commands import shared
from sdmvae.commands.outputs import CODES, TABLES, Pairs, count_files, pair_files
from sdmvae.corpora.base import Corpus
from sdmvae.runtime.messages import print_done

HELP = "write the codes of recordings, with their times"
EXAMPLE = "sdmvae encode speech.wav codes.npz --cell vae-m32"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="+", type=Path, help="audio files, or folders of them")
    parser.add_argument("output", type=Path, help="a .npz or .csv file, or a folder for several")
    shared.add_cell(parser)
    parser.add_argument(
        "--tables", action="store_true", help="write .csv files into a folder, not .npz files"
    )
    parser.add_argument(
        "--no-original", action="store_true", help="leave out the speech, which gives the phase"
    )
    shared.add_force(parser)


def check(arguments: argparse.Namespace) -> None:
    """Refuse an unknown cell, missing inputs, and outputs that exist."""
    shared.find(arguments)
    _pairs(arguments)


def run(arguments: argparse.Namespace) -> None:
    """Encode one file after the other."""
    from dataclasses import replace

    pairs = _pairs(arguments)
    with shared.one_line_errors():
        cell = shared.load(arguments, arguments.inputs)

    def write(source: Path, target: Path) -> None:
        codes = cell.encode(source)
        if arguments.no_original:
            codes = replace(codes, original=None)
        shared.write_codes(target, codes, cell, force=arguments.force)

    shared.for_each(pairs, "encode", write)
    what = f"encode {cell.about.name}: {count_files(pairs)}, {cell.dims} numbers every "
    print_done(f"{what}{1000 * cell.period:g} ms", arguments.output)


def _pairs(arguments: argparse.Namespace) -> Pairs:
    return pair_files(
        arguments.inputs,
        arguments.output,
        reads=Corpus.suffixes,
        writes=(*TABLES, *CODES) if arguments.tables else (*CODES, *TABLES),
        force=arguments.force,
    )
