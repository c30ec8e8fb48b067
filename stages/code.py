"""Writes for each stage of a cell the digests of our code that it runs.

A stage of a cell depends on its file here and not on the code itself, because DVC would list all of
the code once more for every cell and every seed. So an edit runs those stages again whose code has
changed, and DVC has little to compare.
"""

import json
from pathlib import Path

from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import print_done
from stages._common import DATA, MODELS

CODE = DATA / "code"
STAGES_OF_CELLS = ("train", "resynthesize", "score", "probe", "summarise")


def main() -> None:
    """Run the stage."""
    with atomic_path(CODE, replace_folder=True) as folder:
        folder.mkdir()
        for stage in STAGES_OF_CELLS:
            # The digests of a model are in data/variants, for the cells of that model.
            files = code_digest.closure(Path(f"stages/{stage}.py"), skip_folders=[MODELS])
            text = json.dumps(code_digest.digest(files), indent=2)
            (folder / f"{stage}.json").write_text(text + "\n")
    print_done(f"code of {', '.join(STAGES_OF_CELLS)}", CODE)


if __name__ == "__main__":
    main()
