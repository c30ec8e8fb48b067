"""The one mechanism by which a new file adds a model, corpus, likelihood or dictionary.

An open folder is a package with a module ``base``, which defines an abstract class, and with one
module (or sub-package) for each choice in params.yaml. Such a module defines exactly one concrete
class that is derived from the base. The keyword-only arguments of its constructor are the keys that
params.yaml may set, and their annotations say which values are allowed.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

Base = TypeVar("Base")


class PluginError(ValueError):
    """A name or an argument in params.yaml cannot be used; the message is one line."""


def names(package: ModuleType) -> list[str]:
    """Return the names of the choices in an open folder, sorted.

    Args:
        package: The open folder. Its module ``base``, and modules whose names start with an
            underscore, do not count.

    Returns:
        The names as params.yaml writes them: ``tcd-timit`` for the module ``tcd_timit``.
    """
    modules = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(
        name.replace("_", "-") for name in modules if name != "base" and not name.startswith("_")
    )


def find(package: ModuleType, base: type[Base], kind: str, name: str) -> type[Base]:
    """Return the class of a choice in an open folder.

    Args:
        package: The open folder.
        base: The abstract class that its classes are derived from.
        kind: What the choices are, for messages: "model", "corpus" and so on.
        name: The name in params.yaml; "-" and "_" mean the same.

    Raises:
        PluginError: There is no such choice, or its module does not define exactly one concrete
            class.
    """
    if name.replace("_", "-") not in names(package):
        raise PluginError(f"{kind}: {name!r}: there are {', '.join(names(package))}")
    module = importlib.import_module(f"{package.__name__}.{name.replace('-', '_')}")
    classes = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, base)
        and not inspect.isabstract(member)
        and f"{member.__module__}.".startswith(f"{module.__name__}.")
    ]
    if len(classes) != 1:
        class_names = ", ".join(member.__name__ for member in classes) or "none"
        raise PluginError(
            f"{kind}: {name!r}: its file must define exactly one concrete {base.__name__}; "
            f"found {class_names}"
        )
    return classes[0]


def build(
    package: ModuleType,
    base: type[Base],
    kind: str,
    name: str,
    arguments: Mapping[str, Any],
    given: Mapping[str, Any],
) -> Base:
    """Construct an object of a choice in an open folder.

    Args:
        package: The open folder.
        base: The abstract class that its classes are derived from.
        kind: What the choices are, for messages.
        name: The name in params.yaml.
        arguments: The keys and values in params.yaml. They are checked against the keyword-only
            arguments of the constructor.
        given: Values that the program provides, by name. The constructor receives those that are
            among its other arguments.

    Returns:
        The object.

    Raises:
        PluginError: The name is unknown, or an argument is unknown, missing or refused; the message
            is one line.
    """
    definition = find(package, base, kind, name)
    parameters = inspect.signature(definition).parameters
    allowed = {
        key: parameter
        for key, parameter in parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    for key in arguments:
        if key not in allowed:
            raise PluginError(
                f"{key}: unknown key; {kind} {name} takes {', '.join(allowed) or 'no arguments'}"
            )
    for key, parameter in allowed.items():
        if key in arguments:
            _check(key, arguments[key], parameter.annotation)
        elif parameter.default is parameter.empty:
            raise PluginError(f"{key}: is missing; {kind} {name} needs it")
    provided = {key: given[key] for key in parameters if key in given and key not in allowed}
    try:
        return definition(**provided, **arguments)
    except ValueError as error:
        raise PluginError(str(error)) from error


def _check(key: str, value: object, annotation: Any) -> None:
    """Check a value against the annotation of its argument, without any conversion of types."""
    try:
        TypeAdapter(annotation, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as error:
        reasons = [problem["msg"][0].lower() + problem["msg"][1:] for problem in error.errors()]
        message = " or ".join(dict.fromkeys(reasons))
        raise PluginError(f"{key}: {value!r}: {message}") from error
