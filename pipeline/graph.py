"""What depends on what: imports between the project's modules, and the code behind a stage."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipeline.core.tables import sql

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "pipeline")


def module_path(module: str) -> Path | None:
    """Give the file of one of the project's modules, or None when it is another's."""
    stem = ROOT.joinpath(*module.split("."))
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if module.split(".", maxsplit=1)[0] in PACKAGES and path.is_file():
            return path
    return None


def modules() -> dict[str, Path]:
    """Give every module of the project by dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports(path: Path) -> frozenset[str]:
    """Give the dotted names that a file imports, inside functions too.

    ``from a import b`` gives both ``a`` and ``a.b``, because b may be a module.
    """
    return frozenset(_imports(ast.parse(path.read_text(encoding="utf-8"))))


def reachable(module: str) -> dict[str, Path]:
    """Give `module` and every module of the project that it imports, directly or not."""
    found: dict[str, Path] = {}
    pending = [module]
    while pending:
        name = pending.pop()
        path = module_path(name)
        if path is not None and name not in found:
            found[name] = path
            pending.extend(imports(path))
    return found


def code_digest(seeds: tuple[str, ...], statements: tuple[str, ...]) -> str:
    """Digest the code of modules, of all that they import here, and of SQL statements."""
    files = {path for module in seeds for path in reachable(module).values()}
    files |= {sql.FOLDER / f"{name}.sql" for name in statements}
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
