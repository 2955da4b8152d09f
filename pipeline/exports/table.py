"""A table of artists: CSV with a header, separated by commas, semicolons or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.exports import ExportError, reader
from pipeline.exports._shared.delimited import Row, header_of, rows_of, shown
from pipeline.exports._shared.tally import NO_ARTIST, Tally
from pipeline.exports._shared.unpacking import Part

ARTIST_COLUMNS = ("artist", "artist_name", "name")
PLAYS_COLUMNS = ("playcount", "plays", "count", "scrobbles")
RANK_COLUMN, MBID_COLUMN = "rank", "mbid"

MOST_PLAYS = 10**12
MOST_ROWS = 500_000
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[,.'’\s]\d{3})+")
_NUMBER = re.compile(r"\d+(?:\.\d*)?")
_LONGEST = 20  # characters of a number
_TOLD = 10


def _fits(head: str) -> bool:
    return _first(header_of(head), ARTIST_COLUMNS) is not None


@reader(
    "table",
    label="Table of artists (CSV)",
    how="Save a table with a column artist, and if you can plays, as CSV from any spreadsheet.",
    fits=_fits,
    names=r".*\.(?:csv|tsv)",
    general=True,
)
def read(part: Part, tally: Tally) -> None:
    """Take artists, in the order of their rank if there is one.

    Raises
    ------
    ExportError
        When there is no column of artists, or a play count or rank is not a number: all such rows.
    """
    header, rows = rows_of(part)
    artist = _first(header, ARTIST_COLUMNS)
    if artist is None:
        raise ExportError(
            f"{part.name}: expected a first row with one of the columns "
            f"{', '.join(ARTIST_COLUMNS)}; got {shown(header)}. Name the column of artists so."
        )
    plays, rank = _first(header, PLAYS_COLUMNS), _first(header, (RANK_COLUMN,))
    mbid = _first(header, (MBID_COLUMN,))
    for row in _checked(part, header, rows, plays=plays, rank=rank):
        if row.cell(artist):
            tally.add(row.cell(artist), _number(row.cell(plays)), row.cell(mbid))
        else:
            tally.leave(NO_ARTIST)


def _first(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Find the first of `names` that there is."""
    return next((header.index(name) for name in names if name in header), None)


def _number(cell: str) -> float | None:
    """Read a number, thousands apart or not; None for an empty cell, else ValueError."""
    if not cell:
        return None
    if _GROUPED.fullmatch(cell):
        cell = re.sub(r"\D", "", cell)
    if not _NUMBER.fullmatch(cell) or len(cell) > _LONGEST or float(cell) > MOST_PLAYS:
        raise ValueError(cell)
    return float(cell)


def _checked(
    part: Part, header: Sequence[str], rows: Iterable[Row], *, plays: int | None, rank: int | None
) -> list[Row]:
    """Give the rows by rank, those without one last; ExportError lists all that are wrong."""
    numbers = [column for column in (plays, rank) if column is not None]
    kept: list[Row] = []
    problems: list[str] = []
    for row in rows:
        problems += [f"row {row.number:,}: {problem}" for problem in _wrong(row, header, numbers)]
        kept.append(row)
        if len(kept) > MOST_ROWS:
            raise ExportError(
                f"{part.name} has more than {MOST_ROWS:,} rows. Give the artists you play most."
            )
    if problems:
        more = f"; and {len(problems) - _TOLD:,} more" if len(problems) > _TOLD else ""
        raise ExportError(
            f"{part.name}: {'; '.join(problems[:_TOLD])}{more}. Correct these rows; leave a cell "
            "empty where a number is not known."
        )
    return sorted(kept, key=lambda row: _place(row.cell(rank)))


def _place(rank: str) -> float:
    place = _number(rank)
    return float("inf") if place is None else place


def _wrong(row: Row, header: Sequence[str], numbers: Sequence[int]) -> list[str]:
    if any(cell.strip() for cell in row.cells[len(header) :]):
        return [
            f"expected {len(header)} cells, got {len(row.cells)} (a cell with the separator in it "
            "is put into quotes)"
        ]
    wrong = []
    for column in numbers:
        try:
            _number(row.cell(column))
        except ValueError:
            cell = row.cell(column)[:40]
            wrong.append(f"expected a number from 0 in the column {header[column]}, got “{cell}”")
    return wrong
