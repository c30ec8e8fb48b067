"""Merge a preset, a file of presets/, into params.yaml. This is a command, not a DVC stage.

Usage: python -m stages.apply_preset NAME [KEY=VALUE ...], for example

    python -m stages.apply_preset further train.epochs=100

`make NAME` runs a preset in a folder of its own, and leaves params.yaml as it is.
"""

import sys
import tempfile
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from sdmvae import params
from sdmvae.presets import merging
from sdmvae.presets.merging import PARAMS, PresetError
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on


def main() -> None:
    """Apply the preset that the command line names and print what changes."""
    with exit_on(PresetError, params.ParameterError):
        params.read(PARAMS)
        name = "".join(sys.argv[1:2])
        values, changes = merging.combine(name, sys.argv[2:])
        text, _ = check(name, values)
        if changes:
            with atomic_path(PARAMS) as part:
                part.write_text(text, encoding="utf-8")
    print("\n".join(changes) or f"{PARAMS} has these values already")
    if changes:
        print(f"{PARAMS} is changed; `git checkout {PARAMS}` takes it back to the last commit")


def check(name: str, values: CommentedMap) -> tuple[str, params.Params]:
    """Return the text of a params.yaml with these values, and the parameters in it.

    Raises:
        PresetError: The parameters are not valid after the preset has been applied.
    """
    text = merging.dump(values)
    with tempfile.TemporaryDirectory(prefix="sdmvae-") as folder:
        path = Path(folder) / PARAMS
        path.write_text(text, encoding="utf-8")
        try:
            return text, params.read(path)
        except params.ParameterError as error:
            message = str(error).removeprefix(f"{path}: ")
            raise PresetError(f"{name}: {PARAMS} would not be valid: {message}") from error


if __name__ == "__main__":
    main()
