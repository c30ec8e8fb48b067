"""The command that prints the scores of any estimate of a recording."""

import argparse
from pathlib import Path

from sdmvae.commands import shared
from sdmvae.commands.outputs import OutputError

HELP = "print the scores of an estimate of a recording"
EXAMPLE = "sdmvae score speech.wav resynthesis.wav"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("reference", type=Path, help="the original recording")
    parser.add_argument("estimate", type=Path, help="the estimate, of the same length")


def check(arguments: argparse.Namespace) -> None:
    """Refuse files that do not exist."""
    for path in (arguments.reference, arguments.estimate):
        if not path.is_file():
            raise OutputError(f"{path}: no such file")


def run(arguments: argparse.Namespace) -> None:
    """Print every score that utterances have, beside that of a perfect estimate."""
    from sdmvae.commands.score_table import score_files, table
    from sdmvae.dsp import audio_file

    with shared.one_line_errors():
        lengths = [
            len(audio_file.read_normalised(path)[0]) / audio_file.SAMPLE_RATE
            for path in (arguments.reference, arguments.estimate)
        ]
        if lengths[0] != lengths[1]:
            raise OutputError(
                f"{arguments.estimate}: lasts {lengths[1]:.3f} s, and {arguments.reference} "
                f"{lengths[0]:.3f} s: scores compare recordings of one length"
            )
        scored = score_files(arguments.reference, arguments.estimate)
    print(table(scored.scores, {"perfect": scored.perfect}))
    if scored.remark:
        print(scored.remark)
