"""Who may know whom, read from the imports of every file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.codebase.definitions import read_module
from pipeline.codebase.reach import project
from pipeline.codebase.source_files import ROOT, module_files

MODULES = module_files()
LISTED = ("exports", "sources", "engines", "stages", "recipes", "metrics")

# What a package may import of the project, besides itself. A package that is not listed here is
# refused, so that a new one has to be thought about.
MAY_KNOW = {
    "pipeline.core": (),
    "pipeline.codebase": (),
    **{f"pipeline.{name}": ("pipeline.core", "pipeline.config") for name in LISTED},
    "pipeline.exports": ("pipeline.core",),
    "pipeline.stages": (
        "pipeline.core",
        "pipeline.config",
        *(f"pipeline.{name}" for name in LISTED if name not in ("stages", "exports")),
    ),
    "app.charts": ("app.look.palette", "app.look.words", "pipeline.core"),
    "app": ("pipeline.core", "pipeline.exports"),
}
TOP = "the top of the pipeline: the command line and what it is made of"
HEAVY = ("gensim", "umap", "numba", "doit")


def package_of(module: str) -> str:
    """The longest name in MAY_KNOW that `module` lies in, or TOP."""
    fitting = [p for p in MAY_KNOW if module == p or module.startswith(f"{p}.")]
    if fitting:
        return max(fitting, key=len)
    at_the_top = module.count(".") <= 1 and module.startswith("pipeline")
    return TOP if at_the_top or module.startswith("pipeline.commands.") else module


def project_imports(module: str) -> set[str]:
    """Modules of the project that `module` imports; packages that merely hold one left out."""
    names = {n for n in project().module(module).mentions if n in MODULES}
    return {n for n in names if MODULES[n].name != "__init__.py" or n not in ("app", "pipeline")}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_module_knows_only_whom_it_may(module: str) -> None:
    package = package_of(module)
    if package == TOP:
        return
    allowed = (package, *MAY_KNOW[package])
    strangers = {
        name
        for name in project_imports(module)
        if not any(name == a or name.startswith(f"{a}.") for a in allowed)
    }
    assert not strangers, f"{module} may know {allowed}, yet imports {sorted(strangers)}"


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.startswith("app.charts")))
def test_charts_never_know_streamlit(module: str) -> None:
    assert not [n for n in project().module(module).mentions if n.split(".")[0] == "streamlit"]


def test_nobody_above_is_known_by_the_app() -> None:
    tops = {m for m in MODULES if package_of(m) == TOP and m != "pipeline"}
    known = {n for m in MODULES if m.startswith("app") for n in project_imports(m)}
    assert not known & tops


@pytest.mark.parametrize("package", ["pipeline.core", "app"], ids=["core", "app"])
def test_serving_never_loads_what_only_training_needs(package: str) -> None:
    names = [m for m in MODULES if m.startswith(package) and not m.startswith("app.views")]
    names = [m for m in names if m != "app.Home"]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"loaded = [h for h in {HEAVY!r} if h in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_rule_sees_an_import_inside_a_function(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("def f():\n    from pipeline.stages import clean\n")
    assert "pipeline.stages.clean" in read_module(path, "x").mentions


# --- the picture of the house -------------------------------------------------------------------


PICTURE = ROOT / "docs" / "architecture.md"


def room_of(module: str) -> str:
    """The folder of a package that `module` lies in, or the package for what lies beside them."""
    first, second, *_ = [*module.split("."), "", ""]
    folder = (ROOT / first / second).is_dir() and second not in ("", "commands")
    return f"{first}.{second}" if folder or module == "pipeline.config" else first


def test_the_picture_of_the_house_shows_who_knows_whom() -> None:
    house = PICTURE.read_text(encoding="utf-8").partition("<!-- end of house -->")[0]
    drawn = {
        (one.replace("_", "."), other.replace("_", "."))
        for left, right in re.findall(r"^ +([\w& ]+) --> ([\w& ]+)$", house, re.MULTILINE)
        for one in left.split(" & ")
        for other in right.split(" & ")
    }
    there = {(room_of(m), room_of(n)) for m in MODULES for n in project_imports(m)}
    known = {(one, other) for one, other in there if other not in (one, "pipeline.core")}
    assert drawn == known, f"{PICTURE.name} should draw {sorted(known)}"
    rooms = {room for arrow in there for room in arrow}
    boxes = set(re.findall(r'^ +(\w+)\["', house, re.MULTILINE))
    assert {box.replace("_", ".") for box in boxes} == rooms
