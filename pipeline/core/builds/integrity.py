"""Whether the files of a build are those that were sealed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.core.builds.build import MANIFEST, read_manifest
from pipeline.core.builds.manifest import FileRecord


def sha256_of(path: Path) -> str:
    """Digest a file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "empty"
    ...     path.touch()
    ...     sha256_of(path)[:12]
    'e3b0c44298fc'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_records(folder: Path) -> list[FileRecord]:
    """List the files of a build with size and digest, by path, the manifest left out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "quarantine.csv").write_bytes(b"file,row,")
    ...     [(record.path, record.bytes) for record in file_records(Path(folder))]
    [('quarantine.csv', 9)]
    """
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return [
        FileRecord(
            path=p.relative_to(folder).as_posix(), bytes=p.stat().st_size, sha256=sha256_of(p)
        )
        for p in paths
    ]


def damage(folder: Path) -> list[str]:
    """Compare a build's files with its manifest; one sentence for each that differs.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     damage(build.folder)
    []
    """
    recorded = {f.path: f for f in read_manifest(folder).files}
    found = {f.path: f for f in file_records(folder)}
    problems = [f"{p} is missing" for p in recorded if p not in found]
    problems += [f"{p} is not in the manifest" for p in found if p not in recorded]
    problems += [
        f"{p} has changed since it was sealed"
        for p in recorded
        if p in found and found[p].sha256 != recorded[p].sha256
    ]
    return problems
