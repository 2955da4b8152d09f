"""The data set that the original system was trained on, and every data set laid out like it.

A folder with two tables, each a file or a folder of parts, as CSV or Parquet:

- ``users``: user_id, country, total_scrobbles
- ``user_top_artists``: user_id, rank, artist_name, playcount, mbid

Listeners are those of the users table, whether they have plays or not. Plays of anybody else are
set aside and counted. A user_id is text. What is unknown is left empty.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.progress import Progress
from pipeline.sources import SourceError, source
from pipeline.sources._shared.files import (
    Part,
    candidates,
    check_columns,
    contents,
    expected_names,
    folder_of,
    look_at,
    parts_of,
)
from pipeline.sources._shared.reading import Ranking, Reading

if TYPE_CHECKING:
    import duckdb

    from pipeline.config import SourceConfig
    from pipeline.core.tables.store import Rows

USERS, PLAYS = "users", "user_top_artists"
USER_COLUMNS = {
    "user_id": "user_id",
    "country_label": "country",
    "total_scrobbles": "total_scrobbles",
}
PLAY_COLUMNS = {
    column: column for column in ("user_id", "rank", "artist_name", "playcount", "mbid")
}
_PURPOSE = {
    USERS: "without countries nothing can be trained, but `python -m pipeline score` reads plays "
    "alone",
    PLAYS: "without plays nothing can be learnt",
}
_REMEDY = "add them (empty where unknown), or read the file with the source `table`"


def _files(folder: Path, problems: list[str]) -> dict[str, list[Path]]:
    """Find the files of both tables."""
    found: dict[str, list[Path]] = {}
    for stem, purpose in _PURPOSE.items():
        there = candidates(folder, stem)
        if not there:
            problems.append(
                f"{folder}: expected {expected_names(stem)}; it holds {contents(folder)}: {purpose}"
            )
        if len(there) > 1:
            names = " and ".join(path.name for path in there)
            problems.append(f"{folder}: expected one of {names}; both are there: remove one")
        found[stem] = parts_of(there[0], problems) if len(there) == 1 else []
    return found


def fingerprint(config: SourceConfig) -> list[Path]:
    """List the files of both tables; SourceError when some are missing."""
    problems: list[str] = []
    found = _files(folder_of(config.path, config.name), problems)
    if problems:
        raise SourceError(problems)
    return found[USERS] + found[PLAYS]


@source(
    "lastfm_500k",
    label="Last.fm, 500,000 listeners",
    licence="The terms of the data set's author; not part of this project",
    fingerprint=fingerprint,
)
def read(
    connection: duckdb.DuckDBPyConnection,
    config: SourceConfig,
    *,
    seed: int,
    progress: Progress,
) -> dict[str, Rows]:
    """Read the folder `config.path`; see `Read`."""
    return read_folder(connection, folder_of(config.path, config.name), progress=progress)


def read_folder(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, progress: Progress
) -> dict[str, Rows]:
    """Read a folder of this layout; SourceError lists everything that stands in the way."""
    problems: list[str] = []
    found = _files(folder, problems)
    users = look_at(found[USERS], folder, problems)
    plays = look_at(found[PLAYS], folder, problems)
    check_columns(users, USER_COLUMNS, problems, remedy=_REMEDY)
    check_columns(plays, PLAY_COLUMNS, problems, remedy=_REMEDY)
    if problems:
        raise SourceError(problems)
    reading = Reading(connection, progress)
    reading.load_users(users, USER_COLUMNS)
    reading.load_plays(plays, PLAY_COLUMNS)
    return reading.tables(Ranking.GIVEN, listeners_apart=True)


def read_plays_alone(
    connection: duckdb.DuckDBPyConnection, path: Path, *, progress: Progress
) -> dict[str, Rows]:
    """Read a table ``user_top_artists`` alone; its listeners have no country and no scrobbles."""
    problems: list[str] = []
    plays: list[Part] = look_at(parts_of(path, problems), path.parent, problems)
    check_columns(plays, PLAY_COLUMNS, problems, remedy="add them, empty where unknown")
    if problems:
        raise SourceError(problems)
    reading = Reading(connection, progress)
    reading.load_plays(plays, PLAY_COLUMNS)
    return reading.tables(Ranking.GIVEN, listeners_apart=False)
