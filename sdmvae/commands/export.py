"""The command that writes all of a trained cell into one folder."""

import argparse
from pathlib import Path

from sdmvae.codes import finding
from sdmvae.commands import shared
from sdmvae.commands.outputs import OutputError
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import print_done

HELP = "write one folder with a trained cell and its model card, to give away"
EXAMPLE = "sdmvae export vae-m32 exported"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("cell", help=f"the name of a folder in {finding.MODELS}, or any folder")
    parser.add_argument("folder", type=Path, help="the folder to write")
    parser.add_argument("--seed", help="the seed that it was trained with; by default, the lowest")
    shared.add_force(parser)


def check(arguments: argparse.Namespace) -> None:
    """Refuse an unknown cell, and a folder that exists and is no earlier export."""
    shared.find(arguments)
    folder = arguments.folder
    if folder.exists() or folder.is_symlink():
        if not (folder / finding.EXPORT).is_file() or folder.is_symlink():
            raise OutputError(f"{folder}: exists and is no exported cell: give another folder")
        if not arguments.force:
            raise OutputError(f"{folder}: exists already: add --force to replace it")


def run(arguments: argparse.Namespace) -> None:
    """Write the folder whole or not at all."""
    from sdmvae.codes import export

    files = shared.find(arguments)
    with (
        shared.one_line_errors(),
        atomic_path(arguments.folder, replace_folder=True) as part,
    ):
        export.write(files, part)
    print_done(f"export {files.name}", arguments.folder)
