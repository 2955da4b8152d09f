"""Which files the project is made of: its modules, and the data files beside them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "pipeline")


def module_files(root: Path = ROOT) -> dict[str, Path]:
    """Give every module of the project by dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def data_files(root: Path = ROOT) -> list[Path]:
    """Give every file of the project's packages that is not Python's, sorted."""
    files = (p for package in PACKAGES for p in (root / package).rglob("*") if p.is_file())
    return sorted(p for p in files if p.suffix != ".py" and "__pycache__" not in p.parts)
