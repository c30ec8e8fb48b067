"""Each variant -> its model, arguments and the digest of the model's code, for its cells."""

import json
from pathlib import Path

from sdmvae import models, params
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import check_models

VARIANTS = Path("data/variants")
MODELS = Path("sdmvae/models")  # a variant adds the file of its own model


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, models.ModelError):
        settings = params.read()
        check_models(settings)
        with atomic_path(VARIANTS, replace_folder=True) as folder:
            folder.mkdir()
            for name, variant in settings.variants.items():
                code = code_digest.closure(
                    Path(f"sdmvae/models/{variant.model}.py"), skip_folders=[MODELS]
                )
                description = {
                    "model": variant.model,
                    "arguments": variant.arguments,
                    "code": code_digest.digest(code),
                }
                text = json.dumps(description, indent=2, sort_keys=True)
                (folder / f"{name}.json").write_text(text + "\n")
    print_done(f"variants: {', '.join(settings.variants)}", VARIANTS)


if __name__ == "__main__":
    main()
