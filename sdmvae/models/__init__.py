"""One small file a model; params.yaml names the file and gives the class its arguments."""

import importlib
import inspect
import pkgutil
import sys
from typing import Any

import torch
from pydantic import ConfigDict, TypeAdapter, ValidationError

from sdmvae.models.base import LatentModel
from sdmvae.runtime import plugins


class ModelError(ValueError):
    """A model cannot be built as asked; the message is one line."""


def names() -> list[str]:
    """Names of the models there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")


def find(name: str) -> type[LatentModel]:
    """Return the class of a model by its name in params.yaml.

    Raises:
        plugins.PluginError: There is no such model.
    """
    return plugins.find(sys.modules[__name__], LatentModel, "model", name)


def build(
    model: str, arguments: dict[str, Any], *, m: int, bins: int, generator: torch.Generator
) -> LatentModel:
    """The model `model` at latent dimension `m`, for frames of `bins`.

    Raises:
        ModelError: for a model there is not, an argument it does not take, lacks or refuses.
    """
    if model not in names():
        raise ModelError(f"model: {model!r}: there are {', '.join(names())}")
    module = importlib.import_module(f"{__name__}.{model}")
    (definition,) = (
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, LatentModel)
        and not inspect.isabstract(each)
        and each.__module__ == module.__name__
    )
    parameters = inspect.signature(definition).parameters
    taken = {
        name: parameter
        for name, parameter in parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    for name in arguments:
        if name not in taken:
            raise ModelError(
                f"{name}: unknown key; model {model} takes {', '.join(taken) or 'no arguments'}"
            )
    for name, parameter in taken.items():
        if name in arguments:
            _check(name, arguments[name], parameter.annotation)
        elif parameter.default is parameter.empty:
            raise ModelError(f"{name}: is missing; model {model} needs it")
    given = {"m": m, "bins": bins, "generator": generator}
    wanted = {name: given[name] for name in parameters if name in given}
    try:
        return definition(**wanted, **arguments)
    except ValueError as error:
        raise ModelError(str(error)) from error


def _check(name: str, value: Any, annotation: Any) -> None:
    try:
        TypeAdapter(annotation, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as error:
        message = " or ".join(
            dict.fromkeys(each["msg"][0].lower() + each["msg"][1:] for each in error.errors())
        )
        raise ModelError(f"{name}: {value!r}: {message}") from error
