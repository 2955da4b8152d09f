"""ListenBrainz' export: a zip of JSON lines by month, formerly one JSON list."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.entries import entries_of, field, json_with, lines_of
from pipeline.exports._shared.tally import NO_ARTIST, UNREADABLE, Tally
from pipeline.exports._shared.unpacking import Part

_KEEP = frozenset({"track_metadata", "artist_name"})


@reader(
    "listenbrainz_export",
    label="ListenBrainz export",
    how="On listenbrainz.org choose “Export data” in your settings; a zip can be downloaded soon "
    "after.",
    fits=json_with("listened_at", "track_metadata"),
    names=r"listens/\d{4}/\d{1,2}\.jsonl",
)
def read(part: Part, tally: Tally) -> None:
    """Count listens by artist."""
    entries = entries_of if part.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else lines_of
    for entry in entries(part, keep=_KEEP):
        track = field(entry, "track_metadata")
        artist = field(track, "artist_name")
        if not isinstance(track, dict) or not isinstance(artist, str | None):
            tally.leave(UNREADABLE)
        elif artist is None:
            tally.leave(NO_ARTIST)
        else:
            tally.add(artist)
