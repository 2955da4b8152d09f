"""A ListenBrainz user's top artists, over all of their time."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from pipeline.exports import MOST, ExportError, service
from pipeline.exports._shared.entries import count, field
from pipeline.exports._shared.tally import UNREADABLE, Tally
from pipeline.exports._shared.web import Answer, ask

_LABEL = "ListenBrainz"


@service(
    "listenbrainz",
    label=_LABEL,
    how="A user name is all that it takes.",
    base_url="https://api.listenbrainz.org",
)
def fetch(user: str, tally: Tally, *, key: str | None, base_url: str, timeout: float) -> None:
    """Take the artists with their listen counts; see `pipeline.exports.fetch`."""
    url = f"{base_url}/1/stats/user/{quote(user, safe='')}/artists"
    query = {"count": str(MOST), "range": "all_time"}
    answer = ask(url, query, service=_LABEL, timeout=timeout)
    _check(answer, user)
    artists = field(answer.json(), "payload", "artists")
    if not isinstance(artists, list):
        raise answer.unexpected()
    for artist in artists:
        _take(artist, tally)
    if not artists:
        raise ExportError(_nothing(user))


def _take(artist: object, tally: Tally) -> None:
    name, mbids = field(artist, "artist_name"), field(artist, "artist_mbids")
    if not isinstance(name, str):
        tally.leave(UNREADABLE)
        return
    # Several ids: a credit such as “A feat. B”, which is no artist of its own.
    single = field(mbids, 0) if isinstance(mbids, list) and len(mbids) == 1 else None
    plays = count(field(artist, "listen_count"))
    tally.add(name, plays, single if isinstance(single, str) else None)


def _check(answer: Answer, user: str) -> None:
    known = {
        HTTPStatus.NO_CONTENT: _nothing(user),
        HTTPStatus.NOT_FOUND: f"ListenBrainz knows no user “{user}”. Check the spelling.",
        HTTPStatus.TOO_MANY_REQUESTS: "ListenBrainz is asked too often just now. Try again in a "
        "minute.",
    }
    if answer.status in known:
        raise ExportError(known[HTTPStatus(answer.status)])
    if answer.status != HTTPStatus.OK:
        raise answer.unexpected()


def _nothing(user: str) -> str:
    return (
        f"ListenBrainz has no statistics of the user “{user}” yet. It reckons them up every few "
        "days; until then, give the export as a file."
    )
