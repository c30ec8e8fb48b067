"""Arguments for classes that params.yaml names, found from the classes themselves.

A test that runs for every model (or likelihood, or corpus) needs arguments for it. They are found
from the annotations of the constructor, so that a new file needs no entry in any list of a test.
"""

import inspect
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sdmvae import models
from sdmvae.models.base import LatentModel
from sdmvae.nn import dictionaries, likelihoods
from tests.support.networks import seeded

REPRESENTATIONS = ("power", "magnitude", "log-power")
SHAPES = ((6, 6), (6, 12), (6, 3), (6, 9), (6, 18), (6, 5), (8, 64), (6, 36))


def candidates() -> tuple[Any, ...]:
    """Return the values that are tried for an argument, in this order."""
    return (0.5, 1.0, 2.0, 5, 2, 1, True, False, *REPRESENTATIONS, *dictionaries.names())


def accepted(annotation: Any) -> list[Any]:
    """Return the candidates that an annotation accepts."""
    adapter = TypeAdapter(annotation, config=ConfigDict(strict=True))
    values = []
    for value in candidates():
        try:
            adapter.validate_python(value)
        except ValidationError:
            continue
        values.append(value)
    return values


def required(definition: type, builds: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Return values for the arguments that have no default.

    Args:
        definition: The class.
        builds: It constructs the class from arguments, and raises ValueError if the class refuses
            them.
    """
    parameters = {
        key: accepted(parameter.annotation)
        for key, parameter in _keyword_only(definition).items()
        if parameter.default is parameter.empty
    }
    for values in product(*parameters.values()):
        arguments = dict(zip(parameters, values, strict=True))
        if _is_built(builds, arguments):
            return arguments
    raise AssertionError(
        f"{definition.__name__}: no combination of {candidates()} is accepted; "
        "add a value to tests/support/arguments.py"
    )


def variations(
    definition: type, builds: Callable[[dict[str, Any]], Any]
) -> Iterator[dict[str, Any]]:
    """Give the required arguments, then these and one optional argument away from its default.

    So every argument of a class is used by at least one variation.
    """
    arguments = required(definition, builds)
    yield arguments
    for key, parameter in _keyword_only(definition).items():
        if parameter.default is parameter.empty:
            continue
        for value in accepted(parameter.annotation):
            changed = {**arguments, key: value}
            if value != parameter.default and _is_built(builds, changed):
                yield changed
                break


def model_variations(name: str) -> list[dict[str, Any]]:
    """Return sets of arguments for a model that `sdmvae.models` holds."""

    def builds(arguments: dict[str, Any]) -> LatentModel:
        return models.build(name, arguments, m=3, bins=9, generator=seeded())

    return list(variations(models.find(name), builds))


def all_models() -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the arguments of every model, once for each set of arguments."""
    return [(name, arguments) for name in models.names() for arguments in model_variations(name)]


def representations(likelihood: str) -> list[str]:
    """Return the representations of a frame that a likelihood accepts."""

    def builds(arguments: dict[str, Any]) -> Any:
        return likelihoods.build(likelihood, **arguments)

    return [name for name in REPRESENTATIONS if _is_built(builds, {"representation": name})]


def dictionary_shape(name: str) -> tuple[int, int]:
    """Return a shape (m, k) with which a dictionary exists."""
    for m, k in SHAPES:
        if _is_built(lambda shape: dictionaries.build(name, *shape, seeded()), (m, k)):
            return m, k
    raise AssertionError(
        f"dictionary {name} has none of the shapes {SHAPES}; add one to tests/support/arguments.py"
    )


def _keyword_only(definition: type) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(definition).parameters
    return {
        key: parameter
        for key, parameter in parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def _is_built(builds: Callable[[Any], Any], arguments: Any) -> bool:
    try:
        builds(arguments)
    except ValueError:
        return False
    return True
