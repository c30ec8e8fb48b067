"""Presets, files of parameters, are merged into the text of params.yaml; its comments stay."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

PARAMS, PRESETS = Path("params.yaml"), Path("presets")


class PresetError(ValueError):
    """A preset cannot be used; the message is one line."""


def names() -> list[str]:
    """Return the names of all presets."""
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def combine(
    name: str, settings: Sequence[str] = (), *, root: str = ""
) -> tuple[CommentedMap, list[str]]:
    """Merge a preset and single settings into the values of params.yaml.

    Args:
        name: The name of the preset, without folder and suffix.
        settings: Settings that follow the preset, each as ``section.key=value``.
        root: The folder of the corpus, which comes before the settings; empty if none is given.

    Returns:
        The values, and one line per key that differs from params.yaml.

    Raises:
        PresetError: There is no such preset, or a file or a setting cannot be read.
    """
    if name not in names():
        found = f"{name!r}: no such preset" if name else "give the name of a preset"
        raise PresetError(f"{found}; the presets are {', '.join(names())}")
    values, preset = read(PARAMS), read(PRESETS / f"{name}.yaml")
    given = [CommentedMap({"corpus": CommentedMap({"root": root})})] if root else []
    additions = [preset, *given, *map(_nest, settings)]
    before = read(PARAMS)
    for addition in additions:
        merge(values, addition)
    return values, list(differences(before, values))


def read(path: Path) -> CommentedMap:
    """Return the values of a file, with its comments.

    Raises:
        PresetError: It has no sections with keys.
        OSError: It cannot be read.
    """
    return _parse(path.read_text(encoding="utf-8"), str(path))


def merge(values: CommentedMap, additions: CommentedMap) -> None:
    """Merge nested mappings into `values`."""
    for key, new in additions.items():
        old = values.get(key)
        if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
            merge(old, new)
        else:
            values[key] = new


def differences(before: CommentedMap, after: CommentedMap, prefix: str = "") -> Iterator[str]:
    """Yield one line per key of nested mappings that is new or has another value."""
    for key, new in after.items():
        old = before.get(key)
        if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
            yield from differences(old, new, f"{prefix}{key}.")
        elif key not in before:
            yield f"{prefix}{key}: added: {_one_line(new)}"
        elif old != new:
            yield f"{prefix}{key}: {_one_line(old)} -> {_one_line(new)}"


def dump(values: CommentedMap) -> str:
    """Return the text of a file with these values and their comments."""
    text = io.StringIO()
    _yaml().dump(values, text)
    return text.getvalue()


def _nest(setting: str) -> CommentedMap:
    """Return ``a.b=1`` as the nested mapping ``{a: {b: 1}}``."""
    keys, equals, value = setting.partition("=")
    if not equals:
        raise PresetError(f"{setting!r}: write a setting as section.key=value")
    nested = _parse(f"value: {value}", setting)["value"]
    for key in reversed(keys.split(".")):
        nested = CommentedMap({key: nested})
    return CommentedMap(nested)


def _parse(text: str, where: str) -> CommentedMap:
    try:
        values: Any = _yaml().load(text)
    except YAMLError as error:
        raise PresetError(f"{where}: not YAML: {error}") from error
    if not isinstance(values, CommentedMap):
        raise PresetError(f"{where}: write sections with keys, as in {PARAMS}")
    return values


def _one_line(value: object) -> str:
    if isinstance(value, CommentedMap):
        return "{" + ", ".join(f"{key}: {_one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_one_line, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


class _Representer(RoundTripRepresenter):
    """Writes null in full; ruamel.yaml leaves the value empty."""

    def represent_none(self, data: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_none)


def _yaml() -> YAML:
    """Return a reader and writer that keeps comments, quotes and the form of numbers."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = 10_000
    return yaml
