import importlib
import itertools
import sys
from abc import ABC
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sdmvae.runtime import plugins
from sdmvae.runtime.plugins import PluginError

BASE = """
from abc import ABC, abstractmethod

class Shape(ABC):
    @abstractmethod
    def area(self): ...
"""
SQUARE = """
from typing import Annotated
from pydantic import Field
from {package}.base import Shape

class _Polygon(Shape):
    "An abstract class beside the concrete one."

class Square(Shape):
    def __init__(self, unit, *, side: Annotated[float, Field(gt=0)], label: str | None = None):
        if label == "refused":
            raise ValueError("label: refused")
        self.unit, self.side, self.label = unit, side, label
    def area(self):
        return self.side**2
"""
POINT = """
from {package}.base import Shape

class Point(Shape):
    def area(self):
        return 0
"""
FILES = {
    "__init__.py": "",
    "base.py": BASE,
    "square.py": SQUARE,
    "tiny_point.py": POINT,
    "_helpers.py": "X = 1",
    "pair/__init__.py": "from {package}.pair.shape import Pair",
    "pair/shape.py": POINT.replace("Point", "Pair"),
    "notes.txt": "no module",
}
numbers = itertools.count()


class Folder:
    """An open folder with its base class, as the functions of `plugins` take them."""

    def __init__(self, package: ModuleType, base: type[ABC]) -> None:
        self.package, self.base = package, base

    def find(self, name: str) -> type:
        return plugins.find(self.package, self.base, "shape", name)

    def build(self, name: str, arguments: dict[str, Any], **given: Any) -> Any:
        return plugins.build(self.package, self.base, "shape", name, arguments, given)


@pytest.fixture
def make_folder(tmp_path, monkeypatch):
    """Return a function that writes and imports an open folder, each time under a new name."""
    monkeypatch.syspath_prepend(tmp_path)
    made = []

    def make(**files: str) -> Folder:
        name = f"shapes{next(numbers)}"
        for path, text in (FILES | files).items():
            target = tmp_path / name / Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("{package}", name))
        made.append(name)
        importlib.invalidate_caches()
        package = importlib.import_module(name)
        return Folder(package, importlib.import_module(f"{name}.base").Shape)

    yield make
    for module in list(sys.modules):
        if module.partition(".")[0] in made:
            del sys.modules[module]


def test_the_names_are_sorted_and_leave_out_base_and_private_modules(make_folder):
    assert plugins.names(make_folder().package) == ["pair", "square", "tiny-point"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("square", "Square"),
        ("tiny-point", "Point"),
        ("tiny_point", "Point"),
        ("pair", "Pair"),
    ],
)
def test_a_name_finds_the_class_of_its_module_or_sub_package(make_folder, name, expected):
    assert make_folder().find(name).__name__ == expected


@pytest.mark.parametrize("name", ["circle", "base", "_helpers", "-helpers", "pair.shape", "", "."])
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(make_folder, name):
    with pytest.raises(PluginError) as caught:
        make_folder().find(name)
    assert str(caught.value) == f"shape: {name!r}: there are pair, square, tiny-point"


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("X = 1", "none"),
        ("from {package}.tiny_point import Point", "none"),
        ("from {package}.base import Shape\nclass Abstract(Shape): pass", "none"),
        (POINT + POINT.replace("Point", "Other"), "Other, Point"),
    ],
    ids=["no class", "an imported class", "an abstract class", "two classes"],
)
def test_a_module_without_exactly_one_concrete_class_is_refused(make_folder, text, classes):
    folder = make_folder(**{"circle.py": text})
    with pytest.raises(PluginError) as caught:
        folder.find("circle")
    assert str(caught.value) == (
        f"shape: 'circle': its file must define exactly one concrete Shape; found {classes}"
    )


def test_the_constructor_takes_given_values_by_name_and_the_arguments(make_folder):
    square = make_folder().build("square", {"side": 2.0, "label": "a"}, unit="m", unused=1)
    assert (square.unit, square.side, square.label) == ("m", 2.0, "a")


def test_an_argument_with_a_default_may_be_left_out(make_folder):
    assert make_folder().build("square", {"side": 2.0}, unit="m").label is None


def test_a_constructor_may_take_nothing(make_folder):
    assert make_folder().build("tiny-point", {}, unit="m").area() == 0


def test_a_keyword_only_argument_comes_from_the_parameters_and_is_not_given(make_folder):
    with pytest.raises(PluginError, match="side: is missing"):
        make_folder().build("square", {}, unit="m", side=2.0)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("circle", {}, "shape: 'circle': there are pair, square, tiny-point"),
        ("square", {}, "side: is missing; shape square needs it"),
        (
            "square",
            {"side": 1.0, "colour": 1},
            "colour: unknown key; shape square takes side, label",
        ),
        (
            "square",
            {"side": 1.0, "unit": "km"},
            "unit: unknown key; shape square takes side, label",
        ),
        ("tiny-point", {"side": 1.0}, "side: unknown key; shape tiny-point takes no arguments"),
        ("square", {"side": -1.0}, "side: -1.0: input should be greater than 0"),
        ("square", {"side": "1"}, "side: '1': input should be a valid number"),
        ("square", {"side": 1.0, "label": 2}, "label: 2: input should be a valid string"),
        ("square", {"side": 1.0, "label": "refused"}, "label: refused"),
    ],
)
def test_what_cannot_be_built_is_refused_in_one_line(make_folder, name, arguments, message):
    with pytest.raises(PluginError) as caught:
        make_folder().build(name, arguments, unit="m")
    assert str(caught.value) == message
