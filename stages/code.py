"""Digests of all the code that each stage, each model and the corpora run, for DVC to watch."""

import json
from pathlib import Path

from sdmvae import models
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done

CODE = Path("data/code")
MODELS = Path("sdmvae/models")  # a variant adds the file of its own model


def main() -> None:
    """Run the stage."""
    starts = {path.stem: [path] for path in sorted(Path("stages").glob("[a-z]*.py"))}
    starts |= {f"models/{name}": [Path(f"sdmvae/models/{name}.py")] for name in models.names()}
    starts["corpora"] = sorted(Path("sdmvae/corpora").glob("*.py"))
    with exit_on(), atomic_path(CODE, replace_folder=True) as folder:
        (folder / "models").mkdir(parents=True)
        for name, paths in starts.items():
            code = sorted(
                {
                    each
                    for path in paths
                    for each in code_digest.closure(path, skip_folders=[MODELS])
                }
            )
            text = json.dumps(code_digest.digest(code), indent=2)
            (folder / f"{name}.json").write_text(text + "\n")
    print_done(f"code: digests of {len(starts)} stages, models and sets of corpora", CODE)


if __name__ == "__main__":
    main()
