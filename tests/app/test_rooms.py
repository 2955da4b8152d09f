"""Which room of the app may know which, read from the imports of every file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"

# What a room may import of the app, besides itself; a room that is not listed is refused.
MAY_KNOW: dict[str, tuple[str, ...]] = {
    "look": (),
    "queries": ("app.look.words",),
    "charts": ("app.look.palette", "app.look.words"),
    "shell": ("app.look",),
    "views": ("app.look", "app.queries", "app.charts", "app.shell"),
    "serving": ("app.queries",),
}
FILES = {
    ".".join(path.relative_to(APP.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(APP.rglob("*.py"))
    if path.parent != APP
}


def imported(path: Path) -> set[str]:
    """Modules of the app that a file imports, those within functions too, and names of theirs."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("app.")}


def page_of(module: str) -> str:
    """The page that a module of views belongs to: the file, or the folder, right below views."""
    return module.split(".")[2] if module.count(".") >= 2 else ""


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("module", FILES)
def test_each_room_knows_only_those_below_it(module: str) -> None:
    room = module.split(".")[1]
    allowed = (f"app.{room}", *MAY_KNOW[room])
    strangers = [
        name
        for name in imported(FILES[module])
        if not any(within(name, package) for package in allowed)
    ]
    assert not strangers, f"{module} may know {allowed}, yet imports {sorted(strangers)}"


@pytest.mark.parametrize("module", [name for name in FILES if name.startswith("app.views.")])
def test_no_page_knows_another_page(module: str) -> None:
    others = {
        name
        for name in imported(FILES[module])
        if within(name, "app.views") and page_of(name) != page_of(module)
    }
    assert not others, f"{module} reaches into another page: {sorted(others)}"


def test_the_rules_see_imports_within_functions(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    imports = "    from app.views.my_music import state\n    import app.shell.data\n"
    path.write_text("def f():\n" + imports)
    assert imported(path) == {"app.views.my_music.state", "app.shell.data"}
    assert page_of("app.views.my_music.state") == "my_music"
