"""Who has a build open: its readers share a lock on a file, and who removes it needs it alone.

The lock is the operating system's (flock). It needs no file of its own and no right to write, so
that a build in a read-only folder opens too, and it ends with the process that holds it, however
that ends. It holds between processes and containers of one machine, and over NFS where the server
keeps locks. Where a file system has none, readers open builds all the same, and whoever wants to
remove one is told that nobody can tell.
"""

from __future__ import annotations

import errno
import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What flock says of a file that is locked otherwise; NFS may say the second.
_LOCKED = (errno.EWOULDBLOCK, errno.EACCES)


class Lease:
    """A reader's hold on a file, until it is released or the process ends.

    Examples
    --------
    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile() as file:
    ...     lease = share(Path(file.name))
    ...     with alone(Path(file.name)) as obstacle:
    ...         print(obstacle)
    ...     lease.release()
    ...     with alone(Path(file.name)) as obstacle:
    ...         print(obstacle)
    it is open in a running program
    None
    """

    def __init__(self, handle: int) -> None:
        # Also when the reader is forgotten without having been closed.
        self.release = weakref.finalize(self, os.close, handle)


def share(path: Path) -> Lease | None:
    """Hold a file together with its other readers; None where it is being removed or gone.

    Examples
    --------
    >>> share(Path("no such file")) is None
    True
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    lease = Lease(handle)
    problem = _lock(handle, fcntl.LOCK_SH)
    if problem in _LOCKED or not _lies_at(path, handle):
        lease.release()
        return None
    return lease


@contextmanager
def alone(path: Path) -> Iterator[str | None]:
    """Hold a file against everybody; gives why it cannot be held, None where it is.

    A file that is missing has no readers.

    Examples
    --------
    >>> with alone(Path("no such file")) as obstacle:
    ...     obstacle is None
    True
    """
    try:
        handle = _open_to_lock(path)
    except FileNotFoundError:
        yield None
        return
    try:
        yield _obstacle(_lock(handle, fcntl.LOCK_EX))
    finally:
        os.close(handle)


def _open_to_lock(path: Path) -> int:
    try:
        # NFS locks no file against others that was opened for reading alone.
        return os.open(path, os.O_RDWR)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        return os.open(path, os.O_RDONLY)


def _lock(handle: int, kind: int) -> int | None:
    """Lock at once or not at all; gives the number of the error, None where there was none."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno
    return None


def _obstacle(problem: int | None) -> str | None:
    if problem is None:
        return None
    if problem in _LOCKED:
        return "it is open in a running program"
    return f"whether a program has it open cannot be told here ({os.strerror(problem)})"


def _lies_at(path: Path, handle: int) -> bool:
    """Whether the file is still where it was opened: it may have gone before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
