"""What the two kinds of Apple Music's files share."""

from __future__ import annotations

HOW = (
    "On privacy.apple.com ask for a copy of your data and choose “Apple Media Services "
    "information”; a zip comes within a week."
)

_BEFORE_TITLE = " - "


def artist_of(track: str) -> str:
    """Give what stands before the first " - "; "" where there is none."""
    artist, divided, _ = track.partition(_BEFORE_TITLE)
    return artist.strip() if divided else ""
