from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from pipeline.codebase.definitions import BODY, DOCSTRINGS, Import, Module, read_module

Read: TypeAlias = Callable[..., Module]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Take source text to pieces, as the module `name`."""

    def from_text(text: str, name: str = "pipeline.room.thing") -> Module:
        path = tmp_path / f"{name.rpartition('.')[2]}.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return read_module(path, name)

    return from_text


PLAIN = """
LEAST = 3
SHARES: dict[str, float] = {}


def half(x, *, least=LEAST):
    y = max(x, least)
    return y / 2


class Pair:
    first: int
    second: int = 0

    def total(self):
        return self.first + self.second
"""


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("a comment", PLAIN.replace("y = max(x, least)", "y = max(x, least)  # not less")),
        ("formatting", PLAIN.replace("max(x, least)", "max(\n        x,\n        least,\n    )")),
        ("lines that move", "# why\n\n\n" + PLAIN),
        ("the module's docstring", '"""Halves."""\n' + PLAIN),
        ("a function's docstring", PLAIN.replace("    y =", '    """Halve."""\n    y =')),
        ("a class's docstring", PLAIN.replace("class Pair:", 'class Pair:\n    """Two."""\n')),
        ("a value's docstring", PLAIN.replace("LEAST = 3", 'LEAST = 3\n"""At least."""')),
        ("a parameter's annotation", PLAIN.replace("half(x,", "half(x: float,")),
        ("a result's annotation", PLAIN.replace("total(self):", "total(self) -> int:")),
        ("a value's annotation", PLAIN.replace("LEAST = 3", "LEAST: int = 3")),
        ("a variable's annotation", PLAIN.replace("    y = max", "    y: float = max")),
    ],
)
def test_wording_changes_no_definition(read: Read, name: str, changed: str) -> None:
    assert changed != PLAIN
    before, after = read(PLAIN).definitions, read(changed).definitions
    pieces = set(before) - {DOCSTRINGS}
    assert pieces == set(after) - {DOCSTRINGS} == {BODY, "LEAST", "SHARES", "half", "Pair"}
    assert {n: before[n].digest for n in pieces} == {n: after[n].digest for n in pieces}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("LEAST = 3", "LEAST = 4", {"LEAST"}),
        ("y / 2", "y / 3", {"half"}),
        ("least=LEAST", "least=None", {"half"}),
        ("second: int = 0", "second: int = 1", {"Pair"}),
        ("first: int", "first: str", {"Pair"}),
        ("{}", "{'a': 1}", {"SHARES"}),
        ("\nclass Pair", "\nSHARES['b'] = 2\n\nclass Pair", {BODY}),
        ("\nclass Pair", "\nLEAST += 1\n\nclass Pair", {BODY, "LEAST"}),
        ("\nclass Pair", "\nif LEAST:\n    SHARES = 1\n\nclass Pair", {BODY, "SHARES"}),
        ("\nclass Pair", "\nprint(LEAST)\n\nclass Pair", {BODY}),
    ],
)
def test_what_is_computed_changes_its_definition(
    read: Read, old: str, new: str, changed: set[str]
) -> None:
    assert PLAIN.count(old) == 1
    before, after = read(PLAIN).definitions, read(PLAIN.replace(old, new)).definitions
    assert {n for n in before if before[n].digest != after[n].digest} == changed


def test_docstrings_are_a_piece_of_their_own(read: Read) -> None:
    text = 'def f():\n    """{0}"""\n\n\nclass C:\n    """Of C."""\n'
    first, second = read(text.format("One.")), read(text.format("Two."))
    different = {
        n for n in first.definitions if first.definitions[n].digest != second.definitions[n].digest
    }
    assert different == {DOCSTRINGS}


def test_a_definition_knows_the_names_members_and_words_that_it_uses(read: Read) -> None:
    module = read(
        """
        def load(folder):
            return regions.order(open(folder / "data/world.csv"), key)[LEAST].df().rows
        """
    )
    load = module.definitions["load"]
    assert load.names == {"open", "folder", "key", "LEAST"}
    assert load.members == {("regions", "order")}
    assert load.words == {"world.csv"}


def test_imports_are_bound_where_they_stand(read: Read) -> None:
    module = read(
        """
        from typing import TYPE_CHECKING

        import numpy as np
        import scipy.sparse
        from pipeline.core import errors as e
        from . import near
        from ..other.thing import far

        if TYPE_CHECKING:
            import duckdb

        try:
            import fast
        except ImportError:
            import slow as fast

        def f():
            from pipeline.core.model import blend
            return blend
        """
    )
    assert module.imports == {
        "TYPE_CHECKING": (Import("typing", "TYPE_CHECKING"),),
        "np": (Import("numpy", None),),
        "scipy": (Import("scipy.sparse", None),),
        "e": (Import("pipeline.core", "errors"),),
        "near": (Import("pipeline.room", "near"),),
        "far": (Import("pipeline.other.thing", "far"),),
        "duckdb": (Import("duckdb", None),),
        "fast": (Import("fast", None), Import("slow", None)),
    }
    assert module.definitions["f"].imports == {"blend": (Import("pipeline.core.model", "blend"),)}
    # What is only for type checkers, or inside a function, is not loaded with the module.
    assert {"pipeline.core.errors", "fast", "slow"} <= module.loads
    assert not {"duckdb", "pipeline.core.model.blend"} & module.loads
    assert {"duckdb", "pipeline.core.model.blend", "pipeline.room.near"} <= module.mentions
