"""A Last.fm user's top artists, over all of their time."""

from __future__ import annotations

from pipeline.exports import MOST, ExportError, service
from pipeline.exports._shared.entries import count, field, number
from pipeline.exports._shared.tally import UNREADABLE, Tally
from pipeline.exports._shared.web import ask

_LABEL = "Last.fm"
_SHOWN_MESSAGE = 200

NO_SUCH_USER, BAD_KEY, PRIVATE, TOO_MANY = 6, 10, 17, 29


@service(
    "lastfm",
    label=_LABEL,
    how="A key is free at last.fm/api/account/create.",
    base_url="https://ws.audioscrobbler.com",
    key_variable="LASTFM_API_KEY",
)
def fetch(user: str, tally: Tally, *, key: str | None, base_url: str, timeout: float) -> None:
    """Take the artists with their play counts; see `pipeline.exports.fetch`."""
    query = {
        "method": "user.gettopartists",
        "user": user,
        "period": "overall",
        "limit": str(MOST),
        "api_key": key or "",
        "format": "json",
    }
    answer = ask(f"{base_url}/2.0/", query, service=_LABEL, timeout=timeout)
    found = answer.json()
    if field(found, "error") is not None:
        raise ExportError(_refused(found, user))
    artists = field(found, "topartists", "artist")
    if isinstance(artists, dict):  # a single one comes without a list
        artists = [artists]
    if not isinstance(artists, list):
        raise answer.unexpected()
    for artist in artists:
        _take(artist, tally)
    if not artists:
        raise ExportError(f"The Last.fm user “{user}” has not scrobbled anything yet.")


def _take(artist: object, tally: Tally) -> None:
    name, mbid = field(artist, "name"), field(artist, "mbid")
    if isinstance(name, str):
        plays = count(field(artist, "playcount"))
        tally.add(name, plays, mbid if isinstance(mbid, str) else None)
    else:
        tally.leave(UNREADABLE)


def _refused(answer: object, user: str) -> str:
    given = field(answer, "error")
    said = str(field(answer, "message") or "no reason given")[:_SHOWN_MESSAGE]
    known = {
        NO_SUCH_USER: f"Last.fm knows no user “{user}”. Check the spelling.",
        BAD_KEY: "Last.fm refuses the key of this app. Whoever runs it checks the environment "
        "variable LASTFM_API_KEY.",
        PRIVATE: f"The Last.fm user “{user}” keeps their listening private. In Last.fm's settings, "
        "under Privacy, it can be opened.",
        TOO_MANY: "Last.fm is asked too often just now. Try again in a minute.",
    }
    return known.get(
        int(number(given) or 0), f"Last.fm refuses: {said} (error {given}). Try again later."
    )
