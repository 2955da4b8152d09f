"""Any table of listeners and artists: CSV, TSV or Parquet, a file or a folder of parts.

Its columns are named in the configuration. The listener's country stands in every row, or in a
table of its own (`users_path`) together with total_scrobbles, if known. In the one table, rows may
leave the country out; a listener whose rows name two countries is set aside.

Where there is no rank, the most played artist comes first, equal ones by name; where there are no
play counts either, the order of the rows counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.progress import Progress
from pipeline.sources import SourceError, source
from pipeline.sources._shared.files import Part, check_columns, look_at, parts_of
from pipeline.sources._shared.reading import Ranking, Reading

if TYPE_CHECKING:
    import duckdb

    from pipeline.config import SourceConfig
    from pipeline.core.tables.store import Rows

OPTIONAL = ("playcount", "rank", "mbid")
SCROBBLES = "total_scrobbles"
_REMEDY = "name the columns in the options of the source"


def _paths(config: SourceConfig, problems: list[str]) -> tuple[list[Path], list[Path]]:
    """Find the files of the listeners, if they stand apart, and of the plays."""
    if config.path is None:
        raise SourceError([f"the source {config.name} needs a path: a file or a folder of parts"])
    users = parts_of(config.users_path, problems) if config.users_path else []
    return users, parts_of(config.path, problems)


def fingerprint(config: SourceConfig) -> list[Path]:
    """List the files; SourceError when there are none."""
    problems: list[str] = []
    users, plays = _paths(config, problems)
    if problems:
        raise SourceError(problems)
    return users + plays


def _play_columns(config: SourceConfig, parts: Sequence[Part]) -> dict[str, str]:
    """Choose the columns to read: those named, and those that every part has by itself."""
    named = {"playcount": config.playcount_column, "rank": config.rank_column}
    named["mbid"] = config.mbid_column
    columns = {"user_id": config.user_column, "artist_name": config.artist_column}
    if config.users_path is None:
        columns["country_label"] = config.country_column
    for column in OPTIONAL:
        chosen = named[column]
        if chosen is not None:
            columns[column] = chosen
        elif parts and all(column in part.columns for part in parts):
            columns[column] = column
    return columns


def _user_columns(config: SourceConfig, parts: Sequence[Part]) -> dict[str, str]:
    columns = {"user_id": config.user_column, "country_label": config.country_column}
    if all(SCROBBLES in part.columns for part in parts):
        columns[SCROBBLES] = SCROBBLES
    return columns


@source(
    "table",
    label="A table of your own",
    licence="The terms of its owner",
    fingerprint=fingerprint,
)
def read(
    connection: duckdb.DuckDBPyConnection,
    config: SourceConfig,
    *,
    seed: int,
    progress: Progress,
) -> dict[str, Rows]:
    """Read `config.path`, and `config.users_path` if there is one; see `Read`."""
    problems: list[str] = []
    user_paths, play_paths = _paths(config, problems)
    apart = config.users_path is not None
    users = look_at(user_paths, _root(config.users_path), problems)
    plays = look_at(play_paths, _root(config.path), problems)
    user_columns = _user_columns(config, users)
    play_columns = _play_columns(config, plays)
    check_columns(users, user_columns, problems, remedy=_REMEDY)
    check_columns(plays, play_columns, problems, remedy=_REMEDY)
    if problems:
        raise SourceError(problems)
    reading = Reading(connection, progress)
    if apart:
        reading.load_users(users, user_columns)
    reading.load_plays(plays, play_columns)
    return reading.tables(_ranking(play_columns, reading), listeners_apart=apart)


def _root(path: Path | None) -> Path:
    return path.parent if path is not None else Path()


def _ranking(columns: dict[str, str], reading: Reading) -> Ranking:
    if "rank" in columns:
        return Ranking.GIVEN
    return Ranking.BY_PLAYS if reading.has_playcounts() else Ranking.BY_APPEARANCE
