"""Spotify's extended streaming history: every play since the account was opened."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.entries import entries_of, field, json_with, number
from pipeline.exports._shared.tally import (
    LEAST_MS,
    NO_ARTIST,
    PODCAST,
    UNDER_30_S,
    UNREADABLE,
    Tally,
)
from pipeline.exports._shared.unpacking import Part

ARTIST = "master_metadata_album_artist_name"
HEARD = "ms_played"


@reader(
    "spotify_extended",
    label="Spotify extended streaming history",
    how="On spotify.com/account/privacy ask for your extended streaming history; a zip comes by "
    "e-mail within a month.",
    fits=json_with(ARTIST, HEARD),
    names=r"Streaming_History_Audio_.*\.json|endsong_\d+\.json",
    replaces=("spotify_account",),
)
def read(part: Part, tally: Tally) -> None:
    """Count plays by the artist of the album; a null artist is a podcast."""
    for entry in entries_of(part, keep=frozenset({ARTIST, HEARD})):
        artist, heard = field(entry, ARTIST), number(field(entry, HEARD))
        if heard is None or not isinstance(artist, str | None):
            tally.leave(UNREADABLE)
        elif artist is None:
            tally.leave(PODCAST)
        elif not artist.strip():
            tally.leave(NO_ARTIST)
        elif heard < LEAST_MS:
            tally.leave(UNDER_30_S)
        else:
            tally.add(artist)
