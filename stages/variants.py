"""Each variant -> its model, arguments and the digest of the model's code, for its cells."""

import json
from pathlib import Path

from sdmvae import models, params, sources
from sdmvae.files import whole
from stages.checking import check_models
from stages.reporting import closing, refusing

VARIANTS = Path("data/variants")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, models.ModelError):
        settings = params.read()
        check_models(settings)
        with whole(VARIANTS) as folder:
            folder.mkdir()
            for name, variant in settings.variants.items():
                code = sources.closure(Path(f"sdmvae/models/{variant.model}.py"))
                description = {
                    "model": variant.model,
                    "arguments": variant.arguments,
                    "code": sources.digest(code),
                }
                text = json.dumps(description, indent=2, sort_keys=True)
                (folder / f"{name}.json").write_text(text + "\n")
    closing(f"variants: {', '.join(settings.variants)}", VARIANTS)


if __name__ == "__main__":
    main()
