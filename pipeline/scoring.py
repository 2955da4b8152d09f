"""Score every listener of a file of plays."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.core.atomic import replacing
from pipeline.core.errors import UserError
from pipeline.core.model.predictor import Play, Predictor
from pipeline.core.progress import Progress
from pipeline.sources import read_plays


class ScoreError(UserError):
    """The plays cannot be scored."""


def plays_of_user(path: Path, user_id: str | None) -> tuple[str, list[Play]]:
    """Read one listener's plays, by rank, from a file in the layout of ``user_top_artists``.

    Parameters
    ----------
    path : Path
        CSV or Parquet.
    user_id : str or None
        None for the first listener of the file.

    Returns
    -------
    user_id : str
        Whose plays they are.
    plays : list of Play

    Raises
    ------
    SourceError, ScoreError
        When the file cannot be read, or has no such listener.
    """
    with duckdb.connect() as connection:
        tables = read_plays(connection, path)
        listeners = _arrow(connection, tables["listeners"]).to_pylist()
        wanted = [row for row in listeners if user_id in (None, row["user_id"])][:1]
        if not wanted:
            raise ScoreError(
                f"expected plays of user_id {user_id!r} in {path}; it holds {len(listeners)} "
                f"others, such as {', '.join(row['user_id'] for row in listeners[:3])}"
            )
        rows = _arrow(connection, tables["plays"])
    own = rows.filter(pc.equal(rows["listener"], wanted[0]["listener"])).sort_by("rank")
    plays = [Play(row["artist_name"], row["playcount"]) for row in own.to_pylist()]
    return wanted[0]["user_id"], plays


SCHEMA = pa.schema(
    {
        "user_id": pa.string(),
        "country": pa.dictionary(pa.int16(), pa.string()),
        "probability": pa.float32(),
    }
)
"""What is written: every country of the build for every listener, by listener and position."""


def score_file(
    predictor: Predictor,
    plays: Path,
    out: Path,
    *,
    recipe: str | None,
    progress: Progress,
) -> pa.Table:
    """Write P(country) of every listener in `plays` to `out` as Parquet.

    Parameters
    ----------
    predictor : Predictor
        The models.
    plays : Path
        A file, CSV or Parquet, in the layout of ``user_top_artists``.
    out : Path
        File to write, whole or not at all.
    recipe : str or None
        None for the build's default.
    progress : callable
        Told the share done and a few words.

    Returns
    -------
    Table
        What became of the rows that were read, as in the table ingest_counts.

    Raises
    ------
    SourceError, ScoreError
        When the file cannot be read, or holds no listener.
    """
    connection = duckdb.connect()
    try:
        tables = read_plays(connection, plays)
        listeners = _arrow(connection, tables["listeners"])
        rows = _arrow(connection, tables["plays"])
        counts = _arrow(connection, tables["ingest_counts"])
    finally:
        connection.close()
    if not len(listeners):
        raise ScoreError(f"expected plays of at least one listener in {plays}; found none")
    with replacing(out) as partial, pq.ParquetWriter(partial, SCHEMA) as writer:
        _write_scores(predictor, listeners, rows, writer, recipe=recipe, progress=progress)
    return counts


def _write_scores(
    predictor: Predictor,
    listeners: pa.Table,
    plays: pa.Table,
    writer: pq.ParquetWriter,
    *,
    recipe: str | None,
    progress: Progress,
) -> None:
    user_ids = listeners["user_id"].combine_chunks()
    scrobbles = np.full(len(listeners), np.nan)
    done = 0
    for layers in predictor.predict_many(plays, scrobbles, recipe=recipe):
        n = len(layers.country)
        ids = user_ids.slice(done, n)
        writer.write_table(_long(ids, layers.country, predictor.countries))
        done += n
        progress(done / len(listeners), f"{done:,} of {len(listeners):,} listeners")


def _long(
    user_ids: pa.Array, probabilities: NDArray[np.float64], countries: tuple[str, ...]
) -> pa.Table:
    """Turn probabilities of shape (n, n_countries) into one row a listener and country."""
    n, k = probabilities.shape
    codes = pa.DictionaryArray.from_arrays(
        pa.array(np.tile(np.arange(k, dtype=np.int16), n)), pa.array(countries, pa.string())
    )
    repeated = user_ids.take(pa.array(np.repeat(np.arange(n), k)))
    values = pa.array(probabilities.ravel().astype(np.float32))
    return pa.Table.from_arrays([repeated.cast(pa.string()), codes, values], schema=SCHEMA)


def _arrow(connection: duckdb.DuckDBPyConnection, rows: object) -> pa.Table:
    if isinstance(rows, duckdb.DuckDBPyRelation):
        return rows.to_arrow_table()
    return rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows)
