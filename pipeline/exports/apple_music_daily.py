"""Apple Music's plays by day and track."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.apple_tracks import HOW, artist_of
from pipeline.exports._shared.delimited import header_of, rows_of
from pipeline.exports._shared.entries import count
from pipeline.exports._shared.tally import NO_ARTIST, UNREADABLE, Tally
from pipeline.exports._shared.unpacking import Part

NEVER_PLAYED = "never played"

_TRACK, _PLAYS = "track_description", "play_count"


def _fits(head: str) -> bool:
    return {_TRACK, _PLAYS} <= set(header_of(head))


@reader(
    "apple_music_daily",
    label="Apple Music daily plays",
    how=HOW,
    fits=_fits,
    names=r"Apple Music - Play History Daily Tracks\.csv",
    replaces=("apple_music_tracks",),
)
def read(part: Part, tally: Tally) -> None:
    """Add up play counts by the artist in “Artist - Title”."""
    header, rows = rows_of(part, needed=(_TRACK, _PLAYS), strict=False)
    track, plays = header.index(_TRACK), header.index(_PLAYS)
    for row in rows:
        artist, played = artist_of(row.cell(track)), count(row.cell(plays))
        if played is None:
            tally.leave(UNREADABLE)
        elif not artist:
            tally.leave(NO_ARTIST)
        elif played == 0:
            tally.leave(NEVER_PLAYED)
        else:
            tally.add(artist, played)
