"""The text box of a person's own list: what is read of it, and how it is changed for them."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.exports import MOST
from pipeline.exports import ListedArtist as Entry
from pipeline.exports._shared.tally import Tally, name_key
from pipeline.exports.pasted import add_text, pieces, read_piece

_PLAYS_OF_EQUAL_WEIGHT = 9
"""Plays that weigh as much as an unknown number of them; see `pipeline.core.model.features`."""

__all__ = ["MOST", "Entry", "append", "as_text", "drop", "parse", "replace"]


def parse(text: str) -> list[Entry]:
    """Read the list; see `pipeline.exports.pasted` for how it may be written.

    Equal names are added up, whatever their case. All entries are given, in the order of the list,
    also where play counts say another; the first `MOST` count.
    """
    tally = Tally()
    add_text(text, tally)
    return tally.in_order()


def as_text(entries: Iterable[Entry]) -> str:
    """Write a list so that `parse` reads the same, plays rounded to whole ones.

    A name that ends as a play count does gets one, where it has none: that of an artist without.
    """
    return _whole([_line(entry) for entry in entries])


def _line(entry: Entry) -> str:
    # A name that begins as a bullet does keeps its own behind another one.
    line = entry.artist_name
    if read_piece(f"{line} (1)").artist_name != line:
        line = f"- {line}"
    if entry.playcount is not None:
        return f"{line} ({round(entry.playcount)})"
    alone = read_piece(line).playcount is None
    return line if alone else f"{line} ({_PLAYS_OF_EQUAL_WEIGHT})"


def _whole(lines: list[str]) -> str:
    """Join lines; a single one, which would be split at its commas, is followed by its name."""
    if len(lines) == 1 and pieces(lines[0]) != lines:
        lines = [lines[0], read_piece(lines[0]).artist_name]
    return "\n".join(lines)


def append(text: str, name: str) -> str:
    """Add a name as a line of its own; a single line with commas is broken up first."""
    return _whole([*pieces(text), name])


def replace(text: str, old: str, new: str) -> str:
    """Put the name `new` wherever the name `old` stands, whatever its case; counts stay."""
    written = []
    for piece in pieces(text):
        name = read_piece(piece).artist_name
        written.append(piece.replace(name, new, 1) if _same(name, old) else piece)
    return "\n".join(written)


def drop(text: str, name: str) -> str:
    """Take out every line of a name, whatever its case."""
    return _whole([p for p in pieces(text) if not _same(read_piece(p).artist_name, name)])


def _same(name: str, other: str) -> bool:
    return name_key(name) == name_key(other)
