"""Spotify's account data: the plays of the last year."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.entries import entries_of, field, json_with, number
from pipeline.exports._shared.tally import LEAST_MS, NO_ARTIST, UNDER_30_S, UNREADABLE, Tally
from pipeline.exports._shared.unpacking import Part

ARTIST, HEARD = "artistName", "msPlayed"
_NOBODY = ("", "Unknown Artist")


@reader(
    "spotify_account",
    label="Spotify account data",
    how="On spotify.com/account/privacy ask for your account data; a zip with the last year comes "
    "by e-mail within a few days.",
    fits=json_with(ARTIST, HEARD),
    names=r"StreamingHistory(?:_music_)?\d+\.json",
)
def read(part: Part, tally: Tally) -> None:
    """Count plays by artist."""
    for entry in entries_of(part, keep=frozenset({ARTIST, HEARD})):
        artist, heard = field(entry, ARTIST), number(field(entry, HEARD))
        if heard is None or not isinstance(artist, str | None):
            tally.leave(UNREADABLE)
        elif artist is None or artist.strip() in _NOBODY:
            tally.leave(NO_ARTIST)
        elif heard < LEAST_MS:
            tally.leave(UNDER_30_S)
        else:
            tally.add(artist)
