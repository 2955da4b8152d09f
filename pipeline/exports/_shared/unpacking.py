"""The files of an upload: itself, or what lies within a zip or a zip within a zip.

Nothing is written to disk. Zips are held to limits, for a small one can hold more than any memory.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from pipeline.exports import ExportError

LARGEST_FILE = 256 << 20  # bytes, unpacked
LARGEST_TOTAL = 1 << 30  # bytes, unpacked, of all files that could hold plays
MOST_ENTRIES = 20_000
HARMLESS_BYTES = 100 << 20  # below it, nobody minds how well a zip is packed
HIGHEST_RATIO = 250  # listening histories pack to a tenth or twentieth
DEEPEST = 2  # zips within each other
HEAD_BYTES = 64 << 10

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ZIP = ".zip"
_READABLE = frozenset({".json", ".jsonl", ".csv", ".tsv", _ZIP})
_MAC_FOLDER = "__MACOSX"
_ENCRYPTED = 0x1
# All that the standard library raises on a damaged zip.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Part:
    """One file, alone or within a zip.

    `head` is its beginning; `read` gives all of it, ExportError when it is damaged or too large.
    """

    name: str
    head: bytes
    read: Callable[[], bytes]


@dataclass
class Unpacking:
    """Opens the uploads of one list, which share the limits.

    `others` are the names of files that are not opened: of another kind, or too deep.
    """

    others: list[str] = field(default_factory=list)
    _declared: int = 0

    def parts(self, content: bytes | BinaryIO, name: str) -> list[Part]:
        """Give the files that could hold plays; ExportError when a limit is broken."""
        data = content if isinstance(content, bytes) else _all_of(content)
        if not data.strip(b"\0\t\r\n "):
            raise ExportError(f"{name} is empty. Download it again.")
        if len(data) > LARGEST_TOTAL:
            raise ExportError(_too_large(name, len(data), LARGEST_TOTAL))
        if not data.startswith(_ZIP_STARTS):
            return [Part(name, data[:HEAD_BYTES], lambda: data)]
        return list(self._within(data, name, depth=1))

    def _within(self, data: bytes, name: str, *, depth: int) -> Iterator[Part]:
        archive, members = _open(data, name)
        readable = [m for m in members if _suffix(m) in _READABLE]
        self.others += [f"{name}/{m.filename}" for m in members if _suffix(m) not in _READABLE]
        self._check(readable, name)
        for member in readable:
            path = f"{name}/{member.filename}"
            if _suffix(member) != _ZIP:
                yield _part(archive, member, path)
            elif depth < DEEPEST:
                yield from self._within(_unpack(archive, member, path), path, depth=depth + 1)
            else:
                self.others.append(path)

    def _check(self, members: list[zipfile.ZipInfo], name: str) -> None:
        """Hold the declared sizes to the limits, before anything is unpacked."""
        encrypted = [m.filename for m in members if m.flag_bits & _ENCRYPTED]
        if encrypted:
            raise ExportError(
                f"{name} is locked with a password ({encrypted[0]}). Unpack it and give the "
                "files themselves."
            )
        unpacked = sum(m.file_size for m in members)
        packed = sum(m.compress_size for m in members)
        self._declared += unpacked
        if self._declared > LARGEST_TOTAL:
            raise ExportError(_too_large(name, self._declared, LARGEST_TOTAL))
        if unpacked > HARMLESS_BYTES and unpacked > HIGHEST_RATIO * packed:
            raise ExportError(
                f"{name} would unpack to {_megabytes(unpacked)}, {unpacked // max(packed, 1)} "
                f"times its size; no listening history packs so well (at most {HIGHEST_RATIO} "
                "times is read). Give the files within it themselves."
            )


def _open(data: bytes, name: str) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """Open a zip and list its files, without folders and what a Mac adds."""
    # Counted before the directory is read: each of its entries takes far more memory than bytes.
    entries = data.count(_DIRECTORY_ENTRY)
    if entries > MOST_ENTRIES:
        raise ExportError(
            f"{name} holds {entries:,} files; at most {MOST_ENTRIES:,} are looked "
            "through. Give those that hold plays by themselves."
        )
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        members = [m for m in archive.infolist() if not m.is_dir()]
    except _DAMAGE as error:
        raise ExportError(_damaged(name)) from error
    return archive, [m for m in members if not _hidden(m)]


def _hidden(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return path.name.startswith(".") or _MAC_FOLDER in path.parts


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _all_of(file: BinaryIO) -> bytes:
    """Read a file from its start, wherever an earlier reader left it."""
    if file.seekable():
        file.seek(0)
    return file.read(LARGEST_TOTAL + 1)


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> Part:
    head = _unpack(archive, member, path, most=HEAD_BYTES)
    return Part(path, head, lambda: _unpack(archive, member, path))


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, *, most: int | None = None
) -> bytes:
    """Give the content, or its first `most` bytes."""
    if most is None and member.file_size > LARGEST_FILE:
        raise ExportError(_too_large(path, member.file_size, LARGEST_FILE))
    try:
        with archive.open(member) as file:
            return file.read(LARGEST_FILE if most is None else most)
    except _DAMAGE as error:
        raise ExportError(_damaged(path)) from error


def _damaged(name: str) -> str:
    return f"{name} is cut off or damaged: it does not unpack. Download it again."


def _too_large(name: str, size: int, most: int) -> str:
    return (
        f"{name} comes to {_megabytes(size)} unpacked; at most {_megabytes(most)} are read. Give "
        "only the files that hold plays."
    )


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB"
