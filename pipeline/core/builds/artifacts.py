"""The artifacts folder: which builds lie there, and which one readers open.

Layout::

    work/SOURCE/      what lies between stages (see tables/store.py)
    builds/ID/        a sealed build (see build.py)
    current           the id of the build that readers open
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pipeline.core.atomic import write_text
from pipeline.core.builds.build import Build, BuildError

ARTIFACTS_VARIABLE = "ATLAS_ARTIFACTS"


def artifacts_folder(folder: Path | None = None) -> Path:
    """Give the artifacts folder: `folder`, else $ATLAS_ARTIFACTS, else ./artifacts."""
    return folder or Path(os.environ.get(ARTIFACTS_VARIABLE) or "artifacts")


def builds_folder(artifacts: Path) -> Path:
    """Give the folder that holds the builds."""
    return artifacts / "builds"


def list_builds(artifacts: Path) -> list[Path]:
    """Give the folders of all sealed builds, the newest last."""
    folders = [p for p in builds_folder(artifacts).glob("*") if not p.name.startswith(".")]
    return sorted((p for p in folders if p.is_dir()), key=lambda p: (p.stat().st_mtime, p.name))


def current_id(artifacts: Path) -> str | None:
    """Give the id of the current build, or None when there is none."""
    pointer = artifacts / "current"
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def current_build(artifacts: Path | None = None) -> Build | None:
    """Open the current build, or give None when there is none; BuildError as Build.open."""
    folder = artifacts_folder(artifacts)
    name = current_id(folder)
    return Build.open(builds_folder(folder) / name) if name else None


def make_current(artifacts: Path, build_id: str) -> None:
    """Let readers open `build_id` from now on."""
    write_text(artifacts / "current", build_id + "\n")


def choose(artifacts: Path, build_id: str) -> None:
    """Make a build current once it is known to open; BuildError otherwise."""
    folder = builds_folder(artifacts) / build_id
    if not folder.is_dir():
        known = ", ".join(p.name for p in list_builds(artifacts)) or "none"
        raise BuildError(f"there is no build {build_id!r} in {artifacts}; there are: {known}")
    Build.open(folder).close()
    make_current(artifacts, build_id)


def prune(artifacts: Path, *, keep: int) -> list[str]:
    """Remove all builds but the current one and the newest, `keep` in all; give their ids."""
    current = current_id(artifacts)
    others = [p for p in list_builds(artifacts) if p.name != current]
    kept = keep - (current is not None)
    doomed = others[: max(len(others) - kept, 0)]
    for folder in doomed:
        shutil.rmtree(folder)
    return [folder.name for folder in doomed]
