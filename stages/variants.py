"""Checks every declared cell, and writes for each variant the digests of its model's code.

So an edit of one model's file concerns its own cells. Outputs of cells that are not declared any
more are removed first.
"""

import json

import torch

from sdmvae import models, params
from sdmvae.nn import likelihoods
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.commands import CommandError
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from stages._common import DATA, MODELS
from stages.prune import prune

VARIANTS = DATA / "variants"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, CommandError):
        settings = params.read()
        check_cells(settings)
        prune(settings)
        with atomic_path(VARIANTS, replace_folder=True) as folder:
            folder.mkdir()
            for name, variant in settings.variants.items():
                file = MODELS / f"{variant.model.replace('-', '_')}.py"
                digests = code_digest.digest(code_digest.closure(file, skip_folders=[MODELS]))
                text = json.dumps({"model": variant.model, "code": digests}, indent=2)
                (folder / f"{name}.json").write_text(text + "\n")
    print_done(f"variants: {', '.join(settings.variants)}", VARIANTS)


def check_cells(settings: params.Params) -> None:
    """Build every cell's model, and the likelihood, once; raise ParameterError if one fails."""
    bins, generator = settings.stft.window // 2 + 1, torch.Generator().manual_seed(0)
    for cell in settings.cells:
        wanted, where = settings.variants[cell.variant], f"{cell.variant} at m = {cell.m}"
        try:
            models.build(wanted.model, wanted.arguments, m=cell.m, bins=bins, generator=generator)
        except PluginError as error:
            raise params.ParameterError(f"params.yaml: variants.{where}: {error}") from error
    try:
        likelihoods.build(settings.train.likelihood, settings.train.representation)
    except PluginError as error:
        raise params.ParameterError(f"params.yaml: train.{error}") from error


if __name__ == "__main__":
    main()
