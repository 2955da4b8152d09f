"""YouTube Music's history, as Google Takeout gives it: among everything watched on YouTube."""

from __future__ import annotations

from pipeline.exports import reader
from pipeline.exports._shared.entries import entries_of, field, json_with
from pipeline.exports._shared.tally import NO_ARTIST, UNREADABLE, Tally
from pipeline.exports._shared.unpacking import Part

ELSEWHERE_ON_YOUTUBE = "not YouTube Music"

_MUSIC = "YouTube Music"
_TOPIC = " - Topic"
# Channels that stand for no artist: what a person uploaded, and what YouTube could not tell.
_NOBODY = frozenset({"Music Library Uploads", "Release", "Various Artists"})


@reader(
    "youtube_music",
    label="YouTube Music history (Google Takeout)",
    how="On takeout.google.com choose only “YouTube and YouTube Music”, of it only the history, "
    "and JSON as the history's format.",
    fits=json_with("header", "subtitles"),
    names=r"watch-history\.json",
    advice={
        r"watch-history\.html$": "this is the history as a web page. Ask Google Takeout again and "
        "choose JSON as the history's format."
    },
)
def read(part: Part, tally: Tally) -> None:
    """Count plays by channel, which for music is the artist's."""
    for entry in entries_of(part, keep=frozenset({"header", "subtitles", "name"})):
        channel = field(entry, "subtitles", 0, "name")
        if not isinstance(entry, dict) or not isinstance(channel, str | None):
            tally.leave(UNREADABLE)
        elif entry.get("header") != _MUSIC:
            tally.leave(ELSEWHERE_ON_YOUTUBE)
        elif channel is None or channel.removesuffix(_TOPIC) in _NOBODY:
            tally.leave(NO_ARTIST)
        else:
            tally.add(channel.removesuffix(_TOPIC))
