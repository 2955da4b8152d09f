"""A module in pieces: each of its definitions, what it is but for its wording, and what it uses.

A definition is what a top-level statement binds: a function, a class, a value. Two pieces have
names of their own: ``BODY`` is what a module does when it is imported beyond binding names, and
``DOCSTRINGS`` is what it says of itself.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeAlias

BODY = ""
DOCSTRINGS = "__doc__"

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Documented: TypeAlias = ast.Module | ast.ClassDef | _Function


class Import(NamedTuple):
    """Something of another module; `name` is None where it is the module itself."""

    module: str
    name: str | None


Imports: TypeAlias = Mapping[str, tuple[Import, ...]]
"""What the names stand for that imports bind; several where the code decides which."""


@dataclass(frozen=True)
class Definition:
    """One piece of a module.

    Attributes
    ----------
    digest : str
        Of its syntax tree. Comments, formatting, docstrings and the annotations of parameters,
        results and variables are not part of it; those of a class's fields declare something, and
        are.
    names : frozenset of str
        Names that it looks up, local ones among them.
    members : frozenset of (str, str)
        Attributes of names that it looks up, such as ``("regions", "region_of")``.
    imports : Imports
        What it imports itself.
    words : frozenset of str
        Last parts of those of its strings that may be paths of files.
    """

    digest: str
    names: frozenset[str]
    members: frozenset[tuple[str, str]]
    imports: Imports
    words: frozenset[str]


@dataclass(frozen=True)
class Module:
    """A module in pieces.

    Attributes
    ----------
    definitions : mapping of str to Definition
        By name.
    imports : Imports
        What it imports outside functions, for type checkers too.
    loads : frozenset of str
        Dotted names that are loaded with it. ``from a import b`` gives both ``a`` and ``a.b``,
        because b may be a module.
    mentions : frozenset of str
        The same of every import in it, those inside functions and for type checkers too.
    """

    definitions: Mapping[str, Definition]
    imports: Imports
    loads: frozenset[str]
    mentions: frozenset[str]


def read_module(path: Path, name: str) -> Module:
    """Take the file of the module `name` to pieces."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    documented = _definition(package, _docstrings(tree))
    pieces: dict[str, list[ast.stmt]] = defaultdict(list, {BODY: []})
    imports: list[ast.stmt] = []
    loaded: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports.append(statement)
            loaded.append(statement)
            continue
        bound = _bound(statement)
        for each in bound:
            pieces[each].append(statement)
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = [s for s in ast.walk(statement) if isinstance(s, ast.Import | ast.ImportFrom)]
            imports += inner
            if not _for_type_checkers(statement):
                loaded += inner
                if not (bound and isinstance(statement, ast.Assign | ast.AnnAssign)):
                    pieces[BODY].append(statement)
    return Module(
        definitions={n: _definition(package, bare(s)) for n, s in pieces.items()}
        | {DOCSTRINGS: documented},
        imports=_imports(imports, package),
        loads=frozenset(_dotted(loaded, package)),
        mentions=frozenset(_dotted(ast.walk(tree), package)),
    )


def _for_type_checkers(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test) in (
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    )


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a top-level statement binds, those in its branches too."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.AnnAssign):
        targets: list[ast.AST] = [statement.target]
    else:
        targets = list(statement.targets) if isinstance(statement, ast.Assign) else [statement]
    names = set()
    for node in (n for target in targets for n in ast.walk(target)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def _definition(package: str, nodes: Iterable[ast.AST]) -> Definition:
    uses, digest = _Uses(), hashlib.sha256()
    for node in nodes:
        uses.visit(node)
        digest.update(ast.dump(node).encode())
    return Definition(
        digest=digest.hexdigest(),
        names=frozenset(uses.names),
        members=frozenset(uses.members),
        imports=_imports(uses.imports, package),
        words=frozenset(uses.words),
    )


class _Uses(ast.NodeVisitor):
    """Collects what a piece of code looks up."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.imports: list[ast.stmt] = []
        self.words: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self.members.add((node.value.id, node.attr))
        else:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.imports.append(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imports.append(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "." in node.value:
            self.words.add(PurePosixPath(node.value).name)


# --- imports -------------------------------------------------------------------------------------


def _imports(statements: Iterable[ast.AST], package: str) -> Imports:
    bound: dict[str, list[Import]] = defaultdict(list)
    for statement in statements:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                bound[name].append(Import(alias.name, None))
        elif isinstance(statement, ast.ImportFrom):
            module = _absolute(statement, package)
            for alias in statement.names:
                bound[alias.asname or alias.name].append(Import(module, alias.name))
    return {name: tuple(found) for name, found in bound.items()}


def _dotted(nodes: Iterable[ast.AST], package: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _absolute(statement: ast.ImportFrom, package: str) -> str:
    """Give the module that ``from … import`` names, without leading dots."""
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - statement.level + 1])
    return f"{base}.{statement.module}" if statement.module else base


# --- wording -------------------------------------------------------------------------------------


def bare(statements: Iterable[ast.stmt]) -> list[ast.AST]:
    """Leave out what changes nothing that is computed: docstrings, most annotations."""
    return [left for s in statements if (left := _Bare().visit(s)) is not None]


class _Bare(ast.NodeTransformer):
    """Leaves docstrings and annotations out, but for those of a class's fields."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: _Function) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        fields = {id(s): s for s in node.body if isinstance(s, ast.AnnAssign)}
        kept = (fields.get(id(s)) or self.visit(s) for s in node.body)
        node.body = [s for s in kept if s is not None]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.Assign(targets=[node.target], value=self.visit(node.value))

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)


def _docstrings(tree: ast.Module) -> list[ast.AST]:
    """What `tree` and everything in it says of itself, in order."""
    documented = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [ast.Constant(text) for n in documented if (text := ast.get_docstring(n))]
