"""Writing a file or a folder whole or not at all, whoever else writes or dies meanwhile.

A writer works in a folder of its own beside the path, ``.partial-NAME-…``, which it holds locked.
What is there when it ends well is brought to the disk and renamed into place; of several writers
the last to end wins. A folder that nobody holds is what a dead writer left, and the next writer of
the same path removes it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

_PARTIAL = ".partial-"
# What a rename says when a folder takes the place of something, or something that of a folder.
_IN_THE_WAY = {errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR, errno.ENOTDIR}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` when the block ends well.

    A file is replaced in one step: a reader sees the old one or the new one. A folder is first
    moved aside, so for an instant a reader sees none. When the block fails, `path` stays as it
    was.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counts.txt"
    ...     with replacing(path) as partial:
    ...         _ = partial.write_text("12")
    ...         path.exists()
    ...     path.read_text()
    False
    '12'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob(f"{_PARTIAL}{escape(path.name)}*"):
        _sweep(leftover)
    own, handle = _own_folder(path)
    try:
        yield own / path.name
        _bring_to_disk(own / path.name)
        _put_in_place(own / path.name, path)
        _sync(path.parent)
    finally:
        discard(own)
        os.close(handle)


def _own_folder(path: Path) -> tuple[Path, int]:
    """Make a folder beside `path` and lock it; the lock goes with the process, however it ends."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}{path.name}-", dir=path.parent))
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):  # where folders cannot be locked, leftovers are not removed
            fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.exists():
            return folder, handle
        # Another writer took it for a leftover before it was locked.
        os.close(handle)


def _sweep(leftover: Path) -> None:
    """Remove what a writer left, unless the writer is still at work."""
    try:
        handle = os.open(leftover, os.O_RDONLY)
    except OSError:  # gone meanwhile, or another user's
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by its writer, or nothing can be locked here
        return
    else:
        discard(leftover)
    finally:
        os.close(handle)


def _put_in_place(new: Path, path: Path) -> None:
    while True:
        try:
            new.replace(path)
            return
        except OSError as error:
            if error.errno not in _IN_THE_WAY:
                raise
        aside = Path(tempfile.mkdtemp(dir=new.parent)) / path.name
        try:
            path.replace(aside)
        except FileNotFoundError:
            continue  # another writer was quicker


def _bring_to_disk(written: Path) -> None:
    """Wait until a file, or all that is in a folder, would survive a loss of power."""
    if written.is_dir():
        for inside in written.rglob("*"):
            _sync(inside)
    _sync(written)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(path: Path) -> None:
    """Remove a file or folder if it is there.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "inside.txt").touch()
    >>> discard(folder)
    >>> discard(folder)
    >>> folder.exists()
    False
    """
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file at once, in UTF-8.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_text(Path(folder) / "note.txt", "Sigur Rós")
    ...     (Path(folder) / "note.txt").read_text(encoding="utf-8")
    'Sigur Rós'
    """
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")
