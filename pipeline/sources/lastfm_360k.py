"""The Last.fm data set of 360,000 listeners, published by the Music Technology Group, Barcelona.

A folder with two tab-separated files without header, compressed or not:

- ``usersha1-profile.tsv``: user, gender, age, country, signup
- ``usersha1-artmbid-artname-plays.tsv``: user, mbid, artist, plays

Nothing is quoted: a quote is part of a name. Scrobble totals are unknown. Ranks are computed: most
plays first, equal plays by the artist's name. Gender, age and date of signup are never loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.progress import Progress
from pipeline.sources import SourceError, source
from pipeline.sources._shared.delimited import COMPRESSIONS, Layout
from pipeline.sources._shared.files import contents, folder_of, look_at_headerless
from pipeline.sources._shared.reading import Ranking, Reading

if TYPE_CHECKING:
    import duckdb

    from pipeline.config import SourceConfig
    from pipeline.core.tables.store import Rows

USERS, PLAYS = "usersha1-profile.tsv", "usersha1-artmbid-artname-plays.tsv"
SUBFOLDER = "lastfm-dataset-360K"
"""Folder within the published archive."""

USER_LAYOUT = Layout(
    "\t", ("user", "gender", "age", "country", "signup"), header=False, quotes=False
)
PLAY_LAYOUT = Layout("\t", ("user", "mbid", "artist", "plays"), header=False, quotes=False)
USER_COLUMNS = {"user_id": "user", "country_label": "country"}
PLAY_COLUMNS = {"user_id": "user", "mbid": "mbid", "artist_name": "artist", "playcount": "plays"}


def _files(config: SourceConfig) -> tuple[Path, dict[str, Path]]:
    """Find both files, in the folder or in that of the archive; SourceError if not there."""
    folder = folder_of(config.path, config.name)
    if (folder / SUBFOLDER).is_dir():
        folder = folder / SUBFOLDER
    found: dict[str, Path] = {}
    problems = []
    for name in (USERS, PLAYS):
        there = [folder / (name + c) for c in ("", *COMPRESSIONS) if (folder / (name + c)).exists()]
        if there:
            found[name] = there[0]
        else:
            problems.append(f"{folder}: expected {name}; it holds {contents(folder)}")
    if problems:
        raise SourceError(problems)
    return folder, found


def fingerprint(config: SourceConfig) -> list[Path]:
    """List both files; SourceError when one is missing."""
    return list(_files(config)[1].values())


@source(
    "lastfm_360k",
    label="Last.fm, 360,000 listeners",
    licence="Non-commercial use only, by the terms of Last.fm and the Music Technology Group",
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
    folder, found = _files(config)
    problems: list[str] = []
    users = look_at_headerless(found[USERS], folder, USER_LAYOUT, problems)
    plays = look_at_headerless(found[PLAYS], folder, PLAY_LAYOUT, problems)
    if problems:
        raise SourceError(problems)
    reading = Reading(connection, progress)
    reading.load_users(users, USER_COLUMNS)
    reading.load_plays(plays, PLAY_COLUMNS)
    return reading.tables(Ranking.BY_PLAYS, listeners_apart=True)
