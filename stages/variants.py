"""Checks every declared cell, and writes for each variant the digests of its model's code.

The cells of a variant depend on its digests, so an edit of one model's file concerns its own cells.
Outputs of cells that params.yaml does not declare any more are removed first.
"""

import json
from pathlib import Path

from sdmvae import params
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, check_cells
from stages.prune import prune

VARIANTS = DATA / "variants"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        settings = params.read()
        check_cells(settings)
        prune(settings)
        with atomic_path(VARIANTS, replace_folder=True) as folder:
            folder.mkdir()
            for name, variant in settings.variants.items():
                file = Path(f"sdmvae/models/{variant.model.replace('-', '_')}.py")
                digests = code_digest.digest(code_digest.closure(file))
                text = json.dumps({"model": variant.model, "code": digests}, indent=2)
                (folder / f"{name}.json").write_text(text + "\n")
    print_done(f"variants: {', '.join(settings.variants)}", VARIANTS)


if __name__ == "__main__":
    main()
