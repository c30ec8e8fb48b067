"""One variant -> its model, arguments and the digest of the model's code, for its cells."""

import json
from pathlib import Path

from sdmvae import params, sources
from sdmvae.files import whole
from stages import named
from stages.reporting import refusing


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError):
        settings = params.read()
        name = named.variant(settings)
        variant = settings.variants[name]
        code = sources.closure(Path(f"sdmvae/models/{variant.model}.py"))
        description = {
            "model": variant.model,
            "arguments": variant.arguments,
            "code": sources.digest(code),
        }
        with whole(Path(f"data/variants/{name}.json")) as path:
            path.write_text(json.dumps(description, indent=2, sort_keys=True) + "\n")
    print(f"variant {name}: {variant.model} {variant.arguments or ''}")


if __name__ == "__main__":
    main()
