"""Merge a preset, a file of presets/, into params.yaml. This is a command, not a DVC stage.

Usage: python -m stages.apply_preset NAME [KEY=VALUE ...], for example

    python -m stages.apply_preset further train.epochs=100
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from sdmvae import params
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on

PARAMS, PRESETS = Path("params.yaml"), Path("presets")


class PresetError(ValueError):
    """A preset cannot be applied; the message is one line."""


def main() -> None:
    """Apply the preset that the command line names and print what changes."""
    with exit_on(PresetError, params.ParameterError):
        if len(sys.argv) < 2:
            raise PresetError(f"give the name of a preset: {', '.join(names())}")
        changes = apply(sys.argv[1], sys.argv[2:])
    print("\n".join(changes) or f"{PARAMS} has these values already")
    if changes:
        print(f"{PARAMS} is changed; `git checkout {PARAMS}` takes it back to the last commit")


def names() -> list[str]:
    """Return the names of all presets."""
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def apply(name: str, settings: list[str]) -> list[str]:
    """Merge a preset and single settings into params.yaml.

    Args:
        name: The name of the preset, without folder and suffix.
        settings: Settings that follow the preset, each as ``section.key=value``.

    Returns:
        One line per key that changed.

    Raises:
        PresetError: There is no such preset, or the result is not valid. params.yaml is as before.
        params.ParameterError: params.yaml is not valid before the preset is applied.
    """
    if name not in names():
        raise PresetError(f"{name!r}: no such preset; the presets are {', '.join(names())}")
    params.read(PARAMS)
    values = _parse(PARAMS.read_text(encoding="utf-8"), str(PARAMS))
    preset = PRESETS / f"{name}.yaml"
    additions = [_parse(preset.read_text(encoding="utf-8"), str(preset)), *map(_nest, settings)]
    changes = [change for addition in additions for change in merge(values, addition)]
    if not changes:
        return []
    text = io.StringIO()
    _yaml().dump(values, text)
    with atomic_path(PARAMS) as part:
        part.write_text(text.getvalue(), encoding="utf-8")
        try:
            params.read(part)
        except params.ParameterError as error:
            message = str(error).removeprefix(f"{part}: ")
            raise PresetError(f"{name}: {PARAMS} would not be valid: {message}") from error
    return changes


def merge(values: CommentedMap, additions: CommentedMap, prefix: str = "") -> Iterator[str]:
    """Merge nested mappings into `values` and yield one line per key that changes."""
    for key, new in additions.items():
        old = values.get(key)
        if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
            yield from merge(old, new, f"{prefix}{key}.")
        elif key not in values:
            values[key] = new
            yield f"{prefix}{key}: added: {_one_line(new)}"
        elif old != new:
            values[key] = new
            yield f"{prefix}{key}: {_one_line(old)} -> {_one_line(new)}"


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
        values = _yaml().load(text)
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


if __name__ == "__main__":
    main()
