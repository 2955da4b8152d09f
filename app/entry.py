"""A list of artists as people type it."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 50
"""Artists of a list that count."""

_BULLET = re.compile(r"^(?:\d{1,3}[.)]\s+|[-–—•*]\s+)")
_COUNT = r"(?P<count>\d[\d,.' \u00a0\u202f]*)"
_PLAYS = r"(?:plays?|scrobbles?|listens?)"
_ENDINGS = (
    re.compile(rf"\s*\({_COUNT}\s*{_PLAYS}?\)$", re.IGNORECASE),
    re.compile(rf"\s*[-–—:\t]\s*{_COUNT}\s*{_PLAYS}$", re.IGNORECASE),
    re.compile(rf"\s*\t\s*{_COUNT}$"),
)
_COMMA = re.compile(r",(?![^(]*\))")


@dataclass(frozen=True)
class Entry:
    """An artist of the list; `playcount` is None where none was written."""

    artist_name: str
    playcount: int | None


def parse(text: str) -> list[Entry]:
    """Read a pasted list: one artist a line, or on a single line with commas between.

    A leading ``1.``, ``-`` or ``•`` is dropped; a trailing ``(123)``, ``— 123 plays`` or a number
    behind a tab is the play count. Equal names are added up, whatever their case. All entries are
    given, in the order of the list; the first `MOST` count.
    """
    merged: dict[str, Entry] = {}
    for piece in _pieces(text):
        entry = _read(piece)
        key = entry.artist_name.casefold()
        if key:
            merged[key] = _added(merged.get(key), entry)
    return list(merged.values())


def _pieces(text: str) -> list[str]:
    """Lines, or the parts of a single line between its commas; none is blank."""
    written = [line for line in text.splitlines() if line.strip()]
    parts = _COMMA.split(written[0]) if len(written) == 1 else written
    return [part.strip() for part in parts if part.strip()]


def _read(line: str) -> Entry:
    name = _BULLET.sub("", line)
    for ending in _ENDINGS:
        found = ending.search(name)
        if found and found.start():
            digits = re.sub(r"\D", "", found["count"])
            return Entry(name[: found.start()].strip(), int(digits))
    return Entry(name, None)


def _added(known: Entry | None, new: Entry) -> Entry:
    if known is None:
        return new
    counts = [e.playcount for e in (known, new) if e.playcount is not None]
    return Entry(known.artist_name, sum(counts) if counts else None)


def append(text: str, name: str) -> str:
    """Add a name as a line of its own; a single line with commas is broken up first."""
    return "\n".join([*_pieces(text), name])


def replace(text: str, old: str, new: str) -> str:
    """Put the name `new` wherever the name `old` stands, whatever its case; counts stay."""
    pieces = []
    for piece in _pieces(text):
        name = _read(piece).artist_name
        same = name.casefold() == old.casefold()
        pieces.append(piece.replace(name, new, 1) if same else piece)
    return "\n".join(pieces)
