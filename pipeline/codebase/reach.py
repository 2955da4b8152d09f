"""What a piece of code reaches: definitions of the project, packages of others, data files.

A definition reaches what the names in it stand for, and what those reach in turn. Whatever cannot
be followed by name is taken whole: a module that is handed around reaches all of its definitions,
and a class all of its methods. What a registry finds, and what arrives as an argument, no name
leads to; whoever asks gives it as a seed. A data file belongs to the definitions that name it.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.codebase.definitions import (
    BODY,
    DOCSTRINGS,
    Definition,
    Import,
    Imports,
    Module,
    read_module,
)
from pipeline.codebase.source_files import ROOT, data_files, module_files


class Name(NamedTuple):
    """A definition: where it stands, and what it is called there."""

    module: str
    name: str


@dataclass(frozen=True)
class Reached:
    """What code reaches.

    Attributes
    ----------
    definitions : frozenset of Name
        Definitions of the project.
    links : frozenset of str
        What the names stand for that imports bind on the way.
    packages : frozenset of str
        Packages of others, by the name under which they are imported.
    files : frozenset of Path
        Data files of the project.
    stops : frozenset of Name
        Definitions that were reached and, as asked, not looked into.
    """

    definitions: frozenset[Name]
    links: frozenset[str]
    packages: frozenset[str]
    files: frozenset[Path]
    stops: frozenset[Name]


class Codebase:
    """The code below one folder.

    Parameters
    ----------
    root : Path
        Folder of the project's packages.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._paths = module_files(root)
        self._modules: dict[str, Module] = {}
        self._files: dict[str, list[Path]] = {}
        for path in data_files(root):
            self._files.setdefault(path.name, []).append(path)

    @property
    def modules(self) -> tuple[str, ...]:
        """Every module by dotted name, sorted."""
        return tuple(sorted(self._paths))

    def module(self, name: str) -> Module:
        """Take a module to pieces, once."""
        if name not in self._modules:
            self._modules[name] = read_module(self._paths[name], name)
        return self._modules[name]

    def whole(self, module: str) -> list[Name]:
        """Give every definition of a module, without what it says of itself."""
        return [Name(module, n) for n in self.module(module).definitions if n != DOCSTRINGS]

    def reached(self, seeds: Iterable[Name], *, stops: Collection[Name] = ()) -> Reached:
        """Follow `seeds`, but not into `stops`: what those give counts otherwise.

        Raises
        ------
        KeyError
            When a seed is no definition of the project.
        """
        walk = _Walk(self)
        pending = list(seeds)
        stopped = set()
        while pending:
            name = pending.pop()
            if name in stops:
                stopped.add(name)
            elif name not in walk.definitions:
                walk.definitions.add(name)
                pending += walk.step(name)
        words = {w for n in walk.definitions for w in self.definition(n).words}
        return Reached(
            definitions=frozenset(walk.definitions),
            links=frozenset(walk.links),
            packages=frozenset(walk.packages),
            files=frozenset(p for w in words for p in self._files.get(w, ())),
            stops=frozenset(stopped),
        )

    def digest(self, reached: Reached) -> str:
        """Digest what was reached; the packages of others are not part of it."""
        lines = [f"{n.module} {n.name} {self.definition(n).digest}" for n in reached.definitions]
        lines += reached.links
        for path in reached.files:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f"{path.relative_to(self.root).as_posix()} {content}")
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def definition(self, name: Name) -> Definition:
        """Look a definition up; KeyError when there is none of the name."""
        try:
            return self.module(name.module).definitions[name.name]
        except KeyError:
            raise KeyError(f"there is no {name.name!r} in a module {name.module!r}") from None


class _Walk:
    """One way through the code."""

    def __init__(self, code: Codebase) -> None:
        self._code = code
        self._known = set(code.modules)
        self.definitions: set[Name] = set()
        self.links: set[str] = set()
        self.packages: set[str] = set()

    def step(self, name: Name) -> Iterator[Name]:
        """Give what a definition reaches at once."""
        definition = self._code.definition(name)
        yield Name(name.module, BODY)
        if name.name == BODY:
            yield from self._loaded(name.module)
        for each in definition.names:
            yield from self._named(name.module, each, definition.imports)
        for owner, member in definition.members:
            yield from self._member(name.module, owner, member, definition.imports)

    def _loaded(self, module: str) -> Iterator[Name]:
        """Bodies that run when a module is imported: its packages', and those that it loads."""
        parts = module.split(".")
        above = {".".join(parts[:i]) for i in range(1, len(parts))}
        for each in above | self._code.module(module).loads:
            if each in self._known:
                yield Name(each, BODY)

    def _imports(self, module: str, name: str, own: Imports) -> Iterator[Import]:
        yield from own.get(name, ())
        for found in self._code.module(module).imports.get(name, ()):
            self.links.add(f"{module} {name} is {found.module} {found.name or ''}")
            yield found

    def _named(self, module: str, name: str, own: Imports) -> Iterator[Name]:
        for found in self._imports(module, name, own):
            yield from self._imported(found)
        if name in self._code.module(module).definitions:
            yield Name(module, name)

    def _member(self, module: str, owner: str, member: str, own: Imports) -> Iterator[Name]:
        for found in self._imports(module, owner, own):
            whole = found.module if found.name is None else f"{found.module}.{found.name}"
            yield from self._imported(Import(whole, member) if whole in self._known else found)
        if owner in self._code.module(module).definitions:
            yield Name(module, owner)

    def _imported(self, found: Import) -> Iterator[Name]:
        if found.module not in self._known:
            top = found.module.partition(".")[0]
            if top not in sys.stdlib_module_names:
                self.packages.add(top)
            return
        module = self._code.module(found.module)
        if found.name is None:
            yield from self._code.whole(found.module)
        elif found.name in module.definitions or found.name in module.imports:
            yield from self._named(found.module, found.name, {})
        else:
            submodule = f"{found.module}.{found.name}"
            yield from self._code.whole(submodule if submodule in self._known else found.module)


@cache
def project() -> Codebase:
    """The code that runs."""
    return Codebase(ROOT)


def name_of(thing: Callable[..., Any] | type) -> Name:
    """Give the definition that a function or class is, or is part of."""
    original = inspect.unwrap(thing)
    return Name(original.__module__, original.__qualname__.partition(".")[0])
