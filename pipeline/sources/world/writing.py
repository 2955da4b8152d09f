"""The simulated world as files, in the layout of the ``lastfm_500k`` source, flaws included.

Missing play counts, names read in a wrong encoding and joke countries are there, so that a fresh
machine has something to build from that is as untidy as the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.progress import Progress, no_progress
from pipeline.sources.world.drawing import (
    CHUNK,
    LIST_LENGTH,
    Listeners,
    World,
    build_world,
    draw_listeners,
)
from pipeline.sources.world.knowledge import Artists
from pipeline.sources.world.pools import Flags, Random

if TYPE_CHECKING:
    import pyarrow as pa

USERS = "users"
PLAYS = "user_top_artists"

# Flaws of the original files.
UNLABELLED_SHARE = 0.03  # listeners without a country, in one of the spellings below
UNLABELLED: tuple[str | None, ...] = (None, "", "none", "null")
NO_PLAYCOUNT_SHARE = 0.004  # plays without a count
MOJIBAKE_SHARE = 0.04  # plays whose name, where not ASCII, was read as Mac Roman, not UTF-8
NO_MBID_SHARE = 0.05  # plays that lack the id that their artist has

FIRST_USER_ID = 1_000_001


def write_world(
    folder: Path,
    *,
    listeners: int,
    seed: int = 0,
    countries: Sequence[str] | None = None,
    difficulty: float = 1.0,
    as_parquet: bool = False,
    progress: Progress = no_progress,
) -> None:
    """Write ``users`` and ``user_top_artists`` of a simulated world into `folder`.

    The same arguments give the same bytes, and the first listeners of a larger world are those
    of a smaller one.

    Parameters
    ----------
    folder : Path
        Made when absent; files of the same names are replaced.
    listeners : int
        Rows of ``users``, those without a country included.
    seed : int
        Another seed gives other listeners, other invented artists and other tastes.
    countries : sequence of str, optional
        ISO 3166-1 alpha-2 codes that listeners may live in and state; all 119 when None.
    difficulty : float
        From 0 (taste and label reveal the home) to 1 (as hard as the original).
    as_parquet : bool
        Parquet files, with playcount as text as in the original, instead of CSV.
    progress : callable, optional
        Called with the fraction done and a sentence after each chunk.

    Raises
    ------
    ValueError
        If an argument is out of bounds, a code is unknown, or all codes are jokes.
    FileExistsError
        If `folder` holds the same tables in the other format, which a reader would mix up.
    """
    _check(folder, listeners=listeners, difficulty=difficulty, as_parquet=as_parquet)
    world = build_world(seed=seed, countries=countries, difficulty=difficulty)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        users, plays = (
            stack.enter_context(_writer(folder, name, schema, as_parquet=as_parquet))
            for name, schema in _schemas(as_parquet=as_parquet).items()
        )
        vocabulary = _vocabulary(world.artists)
        for first, chunk, random in draw_listeners(world, listeners=listeners, seed=seed):
            users.write_table(_users(world, chunk, first=first, random=random))
            table = _plays(vocabulary, chunk, first=first, random=random)
            plays.write_table(table.cast(plays.schema) if as_parquet else table)
            done = first + len(chunk.home)
            progress(done / listeners, f"simulated {done:,} of {listeners:,} listeners")


def _check(folder: Path, *, listeners: int, difficulty: float, as_parquet: bool) -> None:
    """Complain of all arguments out of bounds at once, then of files in the way."""
    problems = []
    if listeners < 1:
        problems.append(f"listeners must be at least 1, not {listeners}")
    if not 0 <= difficulty <= 1:
        problems.append(f"difficulty must be from 0 to 1, not {difficulty}")
    if problems:
        raise ValueError("cannot simulate this world: " + "; ".join(problems))
    other = "csv" if as_parquet else "parquet"
    there = [str(p) for name in (USERS, PLAYS) if (p := folder / f"{name}.{other}").exists()]
    if there:
        raise FileExistsError(
            f"the folder already holds the same tables as {other}: {', '.join(there)}; "
            "delete them or choose another folder"
        )


@dataclass(frozen=True)
class _Vocabulary:
    """Names, each as it is and then each as a wrong decoder shows it; and ids."""

    names: pa.Array
    mbids: pa.Array
    count: int
    beyond_ascii: Flags


def _vocabulary(artists: Artists) -> _Vocabulary:
    import pyarrow as pa

    spoilt = [n if n.isascii() else n.encode().decode("mac_roman") for n in artists.names]
    return _Vocabulary(
        names=pa.array(artists.names + spoilt, pa.string()),
        mbids=pa.array(artists.mbids, pa.string()),
        count=len(artists.names),
        beyond_ascii=np.array([not name.isascii() for name in artists.names]),
    )


def _users(world: World, chunk: Listeners, *, first: int, random: Random) -> pa.Table:
    """Rows of ``users`` of a chunk.

    Flaws are drawn for a whole chunk, so that a world cut short has the same ones.
    """
    import pyarrow as pa

    labels = pa.array([*(country.label for country in world.countries), *UNLABELLED], pa.string())
    missing = random.random(CHUNK) < UNLABELLED_SHARE
    spelling = len(world.countries) + random.integers(0, len(UNLABELLED), CHUNK)
    n = len(chunk.home)
    label = np.where(missing[:n], spelling[:n], chunk.country)
    return pa.table(
        {
            "user_id": pa.array(FIRST_USER_ID + first + np.arange(n)),
            "country": labels.take(pa.array(label)),
            "total_scrobbles": pa.array(chunk.total, mask=chunk.total < 0),
        }
    )


def _plays(vocabulary: _Vocabulary, chunk: Listeners, *, first: int, random: Random) -> pa.Table:
    """Rows of ``user_top_artists`` of a chunk."""
    import pyarrow as pa

    flaw = random.random((3, CHUNK, LIST_LENGTH), dtype=np.float32)[:, : len(chunk.home)]
    row, column = np.nonzero(np.arange(LIST_LENGTH) < chunk.length[:, None])
    artist = chunk.artist[row, column]
    no_count, spoilt, no_mbid = (flaw[i][row, column] for i in range(3))
    misread = (spoilt < MOJIBAKE_SHARE) & vocabulary.beyond_ascii[artist]
    return pa.table(
        {
            "user_id": pa.array(FIRST_USER_ID + first + row),
            "rank": pa.array((column + 1).astype(np.int32)),
            "artist_name": vocabulary.names.take(pa.array(artist + misread * vocabulary.count)),
            "playcount": pa.array(chunk.plays[row, column], mask=no_count < NO_PLAYCOUNT_SHARE),
            "mbid": vocabulary.mbids.take(pa.array(artist, mask=no_mbid < NO_MBID_SHARE)),
        }
    )


def _schemas(*, as_parquet: bool) -> dict[str, pa.Schema]:
    """Columns of both files; playcount is text in Parquet, as in the original."""
    import pyarrow as pa

    return {
        USERS: pa.schema(
            [("user_id", pa.int64()), ("country", pa.string()), ("total_scrobbles", pa.int64())]
        ),
        PLAYS: pa.schema(
            [
                ("user_id", pa.int64()),
                ("rank", pa.int32()),
                ("artist_name", pa.string()),
                ("playcount", pa.string() if as_parquet else pa.int64()),
                ("mbid", pa.string()),
            ]
        ),
    }


def _writer(folder: Path, name: str, schema: pa.Schema, *, as_parquet: bool) -> Any:
    """An Arrow writer of one file, to be used as a context manager."""
    if as_parquet:
        import pyarrow.parquet as pq

        return pq.ParquetWriter(folder / f"{name}.parquet", schema)
    from pyarrow import csv as arrow_csv

    options = arrow_csv.WriteOptions(quoting_header="none")
    return arrow_csv.CSVWriter(folder / f"{name}.csv", schema, write_options=options)
