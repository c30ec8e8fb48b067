"""The program `sdmvae`: its commands, what each is given, and how each ends.

A command is a module with HELP, EXAMPLE, `add_arguments`, `check`, which loads no numerical
library, and `run`, which may.
"""

import argparse
from typing import Protocol

from sdmvae.codes.finding import CellError
from sdmvae.commands import cells, decode, encode, export, generate, resynthesize, score
from sdmvae.commands.outputs import OutputError
from sdmvae.runtime.determinism import pin_arithmetic
from sdmvae.runtime.messages import exit_on


class Command(Protocol):
    """What the module of a command has."""

    HELP: str
    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def check(self, arguments: argparse.Namespace) -> None:
        """Refuse wrong arguments with a `CellError` or an `OutputError`."""

    def run(self, arguments: argparse.Namespace) -> None:
        """Do the work."""


COMMANDS: dict[str, Command] = {
    "cells": cells,
    "encode": encode,
    "decode": decode,
    "resynthesize": resynthesize,
    "generate": generate,
    "score": score,
    "export": export,
}


def main() -> None:
    """Check the arguments, and run the command that they name."""
    arguments = _parser().parse_args()
    command = COMMANDS[arguments.command]
    with exit_on(CellError, OutputError):
        command.check(arguments)
    # NumPy and PyTorch choose their instructions when they are imported, which `run` does.
    pin_arithmetic()
    with exit_on(CellError, OutputError):
        command.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sdmvae",
        description="Codes and speech of trained cells.",
        epilog="sdmvae COMMAND --help shows the arguments of a command, and an example.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        part = commands.add_parser(
            name,
            help=command.HELP,
            description=f"{command.HELP[0].upper()}{command.HELP[1:]}.",
            epilog=f"example:\n  {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(part)
    return parser
