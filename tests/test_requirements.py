"""The lists of packages: the pipeline installs what it needs, and the tests install the rest."""

import re
import tomllib
from collections.abc import Iterable
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import PROJECT

DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = DECLARED["optional-dependencies"]
# The lock files are those of the oldest Python that is allowed.
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.0"}


def pinned(name: str) -> dict[str, str]:
    """Return the versions in a lock file and in the files that it includes."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    pins = {
        canonicalize_name(pin[1]): pin[2] for pin in re.finditer(r"^([\w.-]+)==(\S+)$", text, re.M)
    }
    for included in re.findall(r"^-r (\S+)$", text, re.MULTILINE):
        pins |= pinned(included)
    return pins


def needed(requirements: Iterable[str]) -> set[str]:
    """Return the names of packages and of all that they need, as the installed ones say."""
    names: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in requirement.extras or {""}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            names.add(name)
            below = map(Requirement, metadata.requires(name) or ())
            marks = {"extra": extra, **PYTHON}
            waiting += [item for item in below if not item.marker or item.marker.evaluate(marks)]
    return names


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements.lock", DECLARED["dependencies"]),
        ("requirements-espeak.lock", EXTRAS["espeak"]),
        ("requirements-cluster.lock", [*DECLARED["dependencies"], *EXTRAS["cluster"]]),
        ("requirements-s3.lock", [*DECLARED["dependencies"], *EXTRAS["s3"]]),
        (
            "requirements-test.lock",
            [
                *DECLARED["dependencies"],
                *EXTRAS["espeak"],
                *EXTRAS["cluster"],
                *EXTRAS["s3"],
                *EXTRAS["test"],
            ],
        ),
    ],
)
def test_a_lock_file_has_the_packages_that_are_declared_and_what_they_need(lock, requirements):
    names, pins = needed(requirements), set(pinned(lock))
    assert pins <= names
    # PyTorch with CUDA needs more packages than PyTorch for processors, and it pins them itself.
    assert names - pins <= needed(["torch"])
    for text in requirements:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned(lock)[canonicalize_name(requirement.name)])


def test_the_environment_of_the_tests_has_the_pinned_versions():
    for name, version in pinned("requirements-test.lock").items():
        assert metadata.version(name).partition("+")[0] == version


def test_the_pipeline_installs_neither_what_is_optional_nor_the_packages_of_the_tests():
    assert not {"espeakng-loader", "distributed", "dvc-s3", "moto", "pytest", "ruff", "mypy"} & set(
        pinned("requirements.lock")
    )
