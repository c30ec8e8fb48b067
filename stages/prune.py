"""Removes the outputs of cells that params.yaml does not declare any more: `make prune`.

Only what dvc.lock records, unchanged, is removed. DVC's cache still has it, so a variant that is
declared again is restored, not trained again.
"""

from pathlib import Path

from sdmvae import params
from sdmvae.runtime.commands import CommandError
from sdmvae.runtime.dvc_outputs import cache_folder, locked_outputs, remove_unchanged
from sdmvae.runtime.messages import exit_on

OF_A_TRAINING, OF_A_CELL = ("train", "resynthesize", "score", "probe"), ("summarise",)


def main() -> None:
    """Run by hand."""
    with exit_on(params.ParameterError, CommandError):
        prune(params.read())


def prune(settings: params.Params) -> None:
    """Remove the outputs of cells that are not declared, and say what was removed or kept."""
    declared = {f"{stage}@{each.name}" for stage in OF_A_TRAINING for each in settings.trainings}
    declared |= {f"{stage}@{cell.name}" for stage in OF_A_CELL for cell in settings.cells}
    locked = locked_outputs(Path("dvc.lock"))
    stale = {stage: of for stage in locked if (of := _find_owner(stage)) and stage not in declared}
    # dvc.lock may know the output of a declared cell under an older name of its stage as well.
    in_use = {output.path for stage in locked.keys() - stale for output in locked[stage]}
    outputs = {
        output: owner
        for stage, owner in stale.items()
        for output in locked[stage]
        if output.path.exists() and output.path not in in_use
    }
    # Only the cache has the list of a folder's files.
    is_asked = any(output.md5.endswith(".dir") for output in outputs)
    cache = cache_folder(Path.cwd()) if is_asked else Path()
    removed = {output for output in outputs if remove_unchanged(output, cache)}
    if removed:
        cells = ", ".join(sorted({outputs[output] for output in removed}))
        print(f"removed the outputs of cells that are not declared: {cells}")
    for output in outputs:
        if output not in removed:
            print(f"{output.path}: belongs to no declared cell, and is kept because it was changed")


def _find_owner(stage: str) -> str | None:
    """Return what a stage runs for: a cell, or a cell with its seed."""
    name, _, owner = stage.partition("@")
    return owner if name in OF_A_TRAINING + OF_A_CELL else None


if __name__ == "__main__":
    main()
