"""What is read from a source, and what became of every row."""

from __future__ import annotations

from pipeline.core.tables.columns import int32, int64, text
from pipeline.core.tables.declaration import Storage, Table


class Listeners(Table, key=("listener",), storage=Storage.WORK):
    """Listeners as the source gives them, one row a listener."""

    listener = int32("Dense number of the listener, from 0.", at_least=0)
    user_id = text("The source's own name for the listener.")
    country_label = text("Country as the listener wrote it; null where it was left out.", null=True)
    total_scrobbles = int64(
        "Plays over the listener's whole history; null where unknown.", null=True, at_least=0
    )


class Plays(Table, key=("listener", "rank"), storage=Storage.WORK):
    """Favourite artists as the source gives them, one row a listener and rank."""

    listener = int32("The listener.", at_least=0)
    rank = int32("Rank among the listener's artists; 1 is the most played.", at_least=1)
    artist_name = text("Name as the source spells it.")
    playcount = int64(
        "Times the listener played the artist; null where unknown.", null=True, at_least=0
    )
    mbid = text("MusicBrainz id; null where unknown.", null=True)


class Quarantine(Table, storage=Storage.DATABASE):
    """Rows of the source that could not be read, with the reason."""

    file = text("Name of the file.")
    row_number = int64(
        "Number of the row in its file; the first row, a header included, is 1; null where a "
        "Parquet file has no order.",
        null=True,
        at_least=1,
    )
    reason = text("Why the row was set aside, in a few words.")
    expected = text("What was expected instead.")
    content = text("The row as it stands in the file.", null=True)


class RowCounts(Table, key=("step", "rows_of", "outcome", "reason"), storage=Storage.DATABASE):
    """What became of every row that was read: rows read = rows kept + rows set aside."""

    step = text("The step that looked at the rows.", one_of=("ingest", "clean"))
    rows_of = text("What a row is: a listener or a play.", one_of=("listeners", "plays"))
    outcome = text(
        "Whether the rows were read, kept or set aside.", one_of=("read", "kept", "set aside")
    )
    reason = text("Why rows were set aside; empty for the others.")
    rows = int64("Number of rows.", at_least=0)


class IngestCounts(RowCounts, key=("step", "rows_of", "outcome", "reason"), storage=Storage.WORK):
    """What became of every row of the source's files while they were read."""
