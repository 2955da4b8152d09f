"""Apple Music's tracks with the time of their last play: no play counts."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.apple_tracks import HOW, artist_of
from pipeline.exports._shared.delimited import header_of, rows_of
from pipeline.exports._shared.tally import NO_ARTIST, Tally
from pipeline.exports._shared.unpacking import Part
from pipeline.exports.table import ARTIST_COLUMNS

_TRACK = "track_name"


def _fits(head: str) -> bool:
    header = header_of(head)
    return _TRACK in header and not set(header) & set(ARTIST_COLUMNS)


@reader(
    "apple_music_tracks",
    label="Apple Music track history",
    how=HOW,
    fits=_fits,
    names=r"Apple Music - Track Play History\.csv",
)
def read(part: Part, tally: Tally) -> None:
    """Count tracks by the artist in “Artist - Title”: as near to plays as this file comes."""
    header, rows = rows_of(part, needed=(_TRACK,), strict=False)
    track = header.index(_TRACK)
    for row in rows:
        artist = artist_of(row.cell(track))
        if artist:
            tally.add(artist)
        else:
            tally.leave(NO_ARTIST)
