"""Data sets to learn from: one reader a file, found by itself.

A reader turns the files of a data set into the tables ``listeners``, ``plays``, ``quarantine`` and
``ingest_counts``. It repairs nothing and maps nothing: a row is kept as it is or set aside with a
reason, and rows read = rows kept + rows set aside. Only what makes a whole file unusable is an
error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.core.errors import UserError
from pipeline.core.progress import Progress, no_progress
from pipeline.core.registry import Registry

if TYPE_CHECKING:
    import duckdb

    from pipeline.config import SourceConfig
    from pipeline.core.tables.store import Rows


class SourceError(UserError):
    """The files of a source cannot be read at all; the message lists every problem at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(f"the source cannot be read:{listed}")


class Read(Protocol):
    """Reads a source into the tables listeners, plays, quarantine and ingest_counts."""

    def __call__(
        self,
        connection: duckdb.DuckDBPyConnection,
        config: SourceConfig,
        *,
        seed: int,
        progress: Progress,
    ) -> dict[str, Rows]:
        """Give the tables, each ordered by its key; SourceError when a file is unusable."""


@dataclass(frozen=True)
class Source:
    """A source as declared.

    `fingerprint` lists the files that `read` would read, and raises the same SourceError when
    they are missing; a simulated source has none.
    """

    name: str
    label: str
    licence: str
    simulated: bool
    read: Read
    fingerprint: Callable[[SourceConfig], list[Path]]


SOURCES: Registry[Source] = Registry("pipeline.sources", "source")


def _no_files(config: SourceConfig) -> list[Path]:
    return []


def source(
    name: str,
    *,
    label: str,
    licence: str,
    simulated: bool = False,
    fingerprint: Callable[[SourceConfig], list[Path]] = _no_files,
) -> Callable[[Read], Read]:
    """Declare the function below as the reader of the source `name`."""

    def declare(read: Read) -> Read:
        SOURCES.add(name, Source(name, label, licence, simulated, read, fingerprint))
        return read

    return declare


def read_plays(
    connection: duckdb.DuckDBPyConnection, path: Path, *, progress: Progress = no_progress
) -> dict[str, Rows]:
    """Read plays alone, in the layout of ``user_top_artists``: a file or a folder of parts.

    The listeners are those who have a play; their country and scrobbles are null.
    """
    from pipeline.sources.lastfm_500k import read_plays_alone

    return read_plays_alone(connection, path, progress=progress)
