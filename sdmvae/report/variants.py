"""What each variant is, in the words of its model's file."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sdmvae.evaluation.results import Results

MODELS = Path(__file__).parents[1] / "models"


def described(results: Results) -> list[dict[str, Any]]:
    """What each variant is: the first sentence of its model's file, and its arguments."""
    return [
        {
            "variant": name,
            "model": variant.model,
            "what": first_line(variant.model),
            "arguments": ", ".join(
                f"{key} {str(value).lower() if isinstance(value, bool) else value}"
                for key, value in variant.arguments.items()
            ),
        }
        for name, variant in results.settings.variants.items()
    ]


def of(cell: Mapping[str, Any]) -> str:
    """The name of a cell's variant."""
    return cell["cell"].removesuffix(f"-m{cell['m']}")


def first_line(model: str) -> str:
    """The first line of the model's docstring, read from its file; no model is loaded."""
    tree = ast.parse((MODELS / f"{model}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or model).splitlines()[0].rstrip(".")
