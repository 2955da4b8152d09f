"""The artifacts folder: which builds lie there, and which one readers open.

Layout::

    work/SOURCE/      what lies between stages (see tables/store.py)
    builds/ID/        a sealed build (see build.py)
    current           the id of the build that readers open
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.atomic import write_text
from pipeline.core.builds.build import MANIFEST, Build, BuildError
from pipeline.core.builds.lease import alone

ARTIFACTS_VARIABLE = "ATLAS_ARTIFACTS"
_DOOMED = ".removed-"


def artifacts_folder(folder: Path | None = None) -> Path:
    """Give the artifacts folder: `folder`, else $ATLAS_ARTIFACTS, else ./artifacts.

    Examples
    --------
    >>> artifacts_folder(Path("elsewhere")).name
    'elsewhere'
    """
    return folder or Path(os.environ.get(ARTIFACTS_VARIABLE) or "artifacts")


def builds_folder(artifacts: Path) -> Path:
    """Give the folder that holds the builds.

    Examples
    --------
    >>> builds_folder(Path("artifacts")).as_posix()
    'artifacts/builds'
    """
    return artifacts / "builds"


def list_builds(artifacts: Path) -> list[Path]:
    """Give the folders of all sealed builds, the newest last.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("world-1", ".partial-world-2"):
    ...         (builds_folder(Path(folder)) / name).mkdir(parents=True)
    ...     [build.name for build in list_builds(Path(folder))]
    ['world-1']
    """
    folders = [p for p in builds_folder(artifacts).glob("*") if not p.name.startswith(".")]
    return sorted((p for p in folders if p.is_dir()), key=lambda p: (p.stat().st_mtime, p.name))


def current_id(artifacts: Path) -> str | None:
    """Give the id of the current build, or None when there is none.

    Examples
    --------
    >>> current_id(Path("there are no artifacts here")) is None
    True
    """
    pointer = artifacts / "current"
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def current_build(artifacts: Path | None = None) -> Build | None:
    """Open the current build, or give None when there is none; BuildError as Build.open.

    Examples
    --------
    >>> with current_build() as build:
    ...     build.id == current_id(artifacts_folder())
    True
    """
    folder = artifacts_folder(artifacts)
    name = current_id(folder)
    return Build.open(builds_folder(folder) / name) if name else None


def make_current(artifacts: Path, build_id: str) -> None:
    """Let readers open `build_id` from now on.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     make_current(Path(folder), "world-1")
    ...     current_id(Path(folder))
    'world-1'
    """
    write_text(artifacts / "current", build_id + "\n")


def choose(artifacts: Path, build_id: str) -> None:
    """Make a build current once it is known to open; BuildError otherwise.

    Examples
    --------
    >>> choose(Path("nowhere"), "world-1")
    Traceback (most recent call last):
        ...
    pipeline.core.builds.build.BuildError: there is no build 'world-1' in nowhere; there are: none
    """
    folder = builds_folder(artifacts) / build_id
    if not folder.is_dir():
        known = ", ".join(p.name for p in list_builds(artifacts)) or "none"
        raise BuildError(f"there is no build {build_id!r} in {artifacts}; there are: {known}")
    # While it is open, nobody removes it.
    with Build.open(folder):
        make_current(artifacts, build_id)


@dataclass(frozen=True)
class Pruned:
    """What pruning did.

    Attributes
    ----------
    removed : tuple of str
        Ids of the builds that are gone.
    left : mapping of str to str
        Why each build that was to go is still there, by its id.

    Examples
    --------
    >>> pruned = Pruned(removed=("world-1",), left={"world-2": "it is open in a running program"})
    >>> list(pruned.left)
    ['world-2']
    """

    removed: tuple[str, ...]
    left: Mapping[str, str]


def prune(artifacts: Path, *, keep: int, force: bool = False) -> Pruned:
    """Remove all builds but the current one and the newest, `keep` in all.

    Parameters
    ----------
    artifacts : Path
        The artifacts folder.
    keep : int
        Builds to keep, the current one among them.
    force : bool
        Whether to remove a build too that somebody has open, or of which nobody can tell. Who
        has it open gets a BuildError at the next thing to read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("world-1", "world-2"):
    ...         (builds_folder(Path(folder)) / name).mkdir(parents=True)
    ...     make_current(Path(folder), "world-2")
    ...     prune(Path(folder), keep=1)
    Pruned(removed=('world-1',), left={})
    """
    current = current_id(artifacts)
    others = [p for p in list_builds(artifacts) if p.name != current]
    kept = keep - (current is not None)
    removed: list[str] = []
    left: dict[str, str] = {}
    for folder in others[: max(len(others) - kept, 0)]:
        with alone(folder / MANIFEST) as obstacle:
            if obstacle and not force:
                left[folder.name] = obstacle
            # Another program may have made it current since.
            elif folder.name != current_id(artifacts):
                try:
                    _remove(folder)
                    removed.append(folder.name)
                except OSError as error:
                    left[folder.name] = f"it cannot be removed ({error.strerror})"
    _sweep(builds_folder(artifacts))
    return Pruned(tuple(removed), left)


def _remove(folder: Path) -> None:
    """Take a build away at once, so that nobody opens half of it, and then file by file."""
    doomed = folder.with_name(f"{_DOOMED}{folder.name}")
    shutil.rmtree(doomed, ignore_errors=True)
    folder.replace(doomed)
    # What is missing, another program has swept away.
    with suppress(FileNotFoundError):
        shutil.rmtree(doomed)


def _sweep(builds: Path) -> None:
    """Remove what a removal left that was cut short."""
    for leftover in builds.glob(f"{_DOOMED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
