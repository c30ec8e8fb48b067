"""The command that sends one recording through a cell, and prints the scores."""

import argparse
from pathlib import Path

from sdmvae.commands import shared
from sdmvae.commands.outputs import AUDIO, check_output

HELP = "send a recording through a trained cell and back, and print the scores"
EXAMPLE = "sdmvae resynthesize speech.wav resynthesis.wav --cell vae-m32"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("recording", type=Path, help="an audio file that libsndfile reads")
    parser.add_argument(
        "output", type=Path, help="the .wav or .flac file to write: 16 kHz, 16 bits, one channel"
    )
    shared.add_cell(parser)
    shared.add_force(parser)


def check(arguments: argparse.Namespace) -> None:
    """Refuse an unknown cell, and an output that exists or is the recording."""
    shared.find(arguments)
    check_output(arguments.output, [arguments.recording], AUDIO, force=arguments.force)


def run(arguments: argparse.Namespace) -> None:
    """Write the resynthesis, and print its scores beside the mean over test speech."""
    from sdmvae.commands.score_table import score_files, table
    from sdmvae.evaluation.scores.base import finite_mean
    from sdmvae.nn.sparsity import hoyer

    recording, output = arguments.recording, arguments.output
    with shared.one_line_errors():
        cell = shared.load(arguments, [recording])
        speech, analysis = cell.resynthesize(recording)
        shared.write_speech(output, speech, force=arguments.force)
        scored = score_files(recording, output)
    scores = {
        **scored.scores,
        "hoyer": finite_mean(hoyer(analysis.codes)),
        "likelihood": float(analysis.bounds["likelihood"].mean()),
    }
    print(f"{output}: {len(speech) / cell.rate:.2f} s, {len(analysis.codes)} frames, ", end="")
    print(cell.about.name)
    print(table(scores, {"perfect": scored.perfect, "test speech": cell.about.scores}))
    if scored.remark:
        print(scored.remark)
