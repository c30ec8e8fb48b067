"""The command that draws frames from a prior."""

import argparse
from pathlib import Path

from sdmvae.commands import shared
from sdmvae.commands.outputs import AUDIO, CODES, TABLES, OutputError, check_output
from sdmvae.runtime.messages import print_done

HELP = "draw independent frames from a prior, and write their speech or their codes"
EXAMPLE = "sdmvae generate frames.wav --cell vae-m32 --frames 100 --prior mixture"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "output", type=Path, help="a .wav or .flac file of speech, or .npz or .csv of codes"
    )
    shared.add_cell(parser)
    parser.add_argument("--frames", type=int, default=250, help="how many; by default, 250")
    parser.add_argument(
        "--prior",
        help="own, for the model's own prior; gaussian or mixture, for one that was fitted after "
        "training; by default, the best fit that the cell has",
    )
    parser.add_argument("--draw", type=int, default=0, help="the seed of the draw; by default, 0")
    shared.add_force(parser)


def check(arguments: argparse.Namespace) -> None:
    """Refuse an unknown cell, a wrong number, and an output that exists."""
    shared.find(arguments)
    check_output(arguments.output, (), (*AUDIO, *CODES, *TABLES), force=arguments.force)
    if arguments.frames < 2:
        raise OutputError(f"--frames: {arguments.frames}: give 2 or more")
    if arguments.draw < 0:
        raise OutputError(f"--draw: {arguments.draw}: give 0 or more")


def run(arguments: argparse.Namespace) -> None:
    """Draw the codes, and write them or their speech."""
    with shared.one_line_errors():
        cell = shared.load(arguments)
        codes = cell.generate(arguments.frames, arguments.prior, seed=arguments.draw)
        if arguments.output.suffix.lower() in (*CODES, *TABLES):
            shared.write_codes(arguments.output, codes, cell, force=arguments.force)
        else:
            speech = cell.decode(codes, seed=arguments.draw)
            shared.write_speech(arguments.output, speech, force=arguments.force)
    prior = arguments.prior or cell.priors[0]
    what = f"generate {cell.about.name}: {arguments.frames} frames of the prior {prior}"
    print_done(what, arguments.output)
