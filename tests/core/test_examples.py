"""Each public function and class of core shows in its docstring how it is used, and it is true.

Examples run as `python -m doctest` would run them, over the tiny build as the current one. Left out
is what an example would say nothing of: errors, enumerations, names of fields, and declarations of
tables, which stand column by column in the README of the artifacts.
"""

from __future__ import annotations

import doctest
import enum
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import is_typeddict

import pytest

from pipeline import core
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE
from pipeline.core.tables.declaration import Table

NEED_NO_EXAMPLE = (Exception, enum.Enum, Table)
MODULES = [
    found.name
    for found in pkgutil.walk_packages(core.__path__, f"{core.__name__}.")
    if not found.name.rpartition(".")[2].startswith("_")
]


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Functions and classes that the module itself defines."""
    for name, thing in vars(module).items():
        own = getattr(thing, "__module__", None) == module.__name__
        if name.startswith("_") or not own or not (callable(thing) and hasattr(thing, "__name__")):
            continue
        if is_typeddict(thing) or (inspect.isclass(thing) and issubclass(thing, NEED_NO_EXAMPLE)):
            continue
        yield name, thing


def has_example(thing: object) -> bool:
    """Whether its docstring, or for a class that of one of its methods, holds an example."""
    told = [thing]
    if inspect.isclass(thing):
        told += [v for name, v in vars(thing).items() if not name.startswith("_")]
    return any(">>> " in (inspect.getdoc(it) or "") for it in told)


def without_example(module: ModuleType) -> list[str]:
    return [name for name, thing in public(module) if not has_example(thing)]


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_an_example(name: str) -> None:
    missing = without_example(importlib.import_module(name))
    assert not missing, f"{name}: no example in the docstring of {', '.join(missing)}"


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_true(
    name: str, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(verbose=False)
    reports: list[str] = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name)):
        runner.run(test, out=reports.append)
    assert not runner.failures, "\n".join(reports)


def test_the_rule_sees_what_has_no_example() -> None:
    module = ModuleType("pretended")

    def bare() -> None:
        """Do nothing."""

    def shown() -> None:
        """Do nothing.

        >>> 1 + 1
        2
        """

    class Method:
        def shown(self) -> None:
            """Do nothing.

            >>> 1 + 1
            2
            """

    class MendableError(ValueError):
        """Something is wrong."""

    for thing in (bare, shown, Method, MendableError):
        thing.__module__ = module.__name__
        setattr(module, thing.__name__, thing)
    assert without_example(module) == ["bare"]
