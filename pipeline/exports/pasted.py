"""A list of artists as people type it: pasted, or in a text file.

One artist a line, or on a single line with commas between. A leading ``1.``, ``-`` or ``•`` is
dropped; a trailing ``(123)``, ``— 123 plays`` or a number behind a tab is the play count.
"""

from __future__ import annotations

import re

from pipeline.exports import ListedArtist, OwnList, reader
from pipeline.exports._shared.delimited import text_of
from pipeline.exports._shared.tally import Tally
from pipeline.exports._shared.unpacking import Part

_BULLET = re.compile(r"^(?:\d{1,3}[.)]\s+|[-–—•*]\s+)")
_COUNT = r"(?P<count>\d[\d,.' \u00a0\u202f]*)"
_PLAYS = r"(?:plays?|scrobbles?|listens?)"
_ENDINGS = (
    re.compile(rf"\s*\({_COUNT}\s*{_PLAYS}?\)$", re.IGNORECASE),
    re.compile(rf"\s*[-–—:\t]\s*{_COUNT}\s*{_PLAYS}$", re.IGNORECASE),
    re.compile(rf"\s*\t\s*{_COUNT}$"),
)
_COMMA = re.compile(r",(?![^(]*\))")
_MOST_DIGITS = 12  # more are no play count


def pieces(text: str) -> list[str]:
    """Give the lines, or the parts of a single line between its commas; none is blank."""
    written = [line for line in text.splitlines() if line.strip()]
    parts = _COMMA.split(written[0]) if len(written) == 1 else written
    return [part.strip() for part in parts if part.strip()]


def read_piece(piece: str) -> ListedArtist:
    """Tell name and play count of a piece; the name stands as it is written."""
    name = _BULLET.sub("", piece)
    for ending in _ENDINGS:
        found = ending.search(name)
        if found and found.start():
            digits = re.sub(r"\D", "", found["count"])
            if len(digits) <= _MOST_DIGITS:
                return ListedArtist(name[: found.start()].strip(), int(digits))
    return ListedArtist(name)


def add_text(text: str, tally: Tally) -> None:
    """Add every piece of a text."""
    for piece in pieces(text):
        entry = read_piece(piece)
        tally.add(entry.artist_name, entry.playcount)


def paste(text: str) -> OwnList:
    """Read a pasted list."""
    tally = Tally()
    add_text(text, tally)
    return tally.own_list("Pasted list")


@reader(
    "text",
    label="Text file, one artist a line",
    how="Write one artist a line, with the number of plays in brackets if you like, and save it as "
    ".txt.",
    fits=lambda head: False,
    names=r".*\.txt",
    general=True,
)
def read(part: Part, tally: Tally) -> None:
    """Take the lines."""
    add_text(text_of(part), tally)
