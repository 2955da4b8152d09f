from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_service import Local, serving

from pipeline.core.errors import UserError
from pipeline.exports import MOST, ExportError, ListedArtist, OwnList, fetch

MBID = "87c5dedd-371d-4a53-9f7f-80522fb7f3cb"
KEY = "0123456789abcdef"


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """A service of one's own, on this machine alone."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as answering:
        yield answering


def lastfm(*artists: dict[str, Any]) -> dict[str, Any]:
    """An answer of user.gettopartists."""
    return {
        "topartists": {
            "artist": list(artists),
            "@attr": {"user": "somebody", "page": "1", "perPage": "50", "totalPages": "1"},
        }
    }


def lastfm_artist(name: object, plays: object, mbid: str = "", rank: int = 1) -> dict[str, Any]:
    return {
        "streamable": "0",
        "image": [{"size": "small", "#text": ""}],
        "mbid": mbid,
        "url": "https://www.last.fm/music/x",
        "playcount": plays,
        "@attr": {"rank": str(rank)},
        "name": name,
    }


def listenbrainz(*artists: dict[str, Any]) -> dict[str, Any]:
    """An answer of stats/user/…/artists."""
    return {
        "payload": {
            "artists": list(artists),
            "count": len(artists),
            "from_ts": 0,
            "range": "all_time",
            "user_id": "somebody",
        }
    }


def listenbrainz_artist(name: object, plays: object, mbids: object = None) -> dict[str, Any]:
    return {"artist_name": name, "listen_count": plays, "artist_mbids": mbids}


def ask_lastfm(local: Local, user: str = "somebody", **given: Any) -> OwnList:
    return fetch("lastfm", user, **{"key": KEY, "base_url": local.url, **given})


def ask_listenbrainz(local: Local, user: str = "somebody", **given: Any) -> OwnList:
    return fetch("listenbrainz", user, **{"base_url": local.url, **given})


def refused(service: str, local: Local, **given: Any) -> str:
    ask = {"lastfm": ask_lastfm, "listenbrainz": ask_listenbrainz}[service]
    with pytest.raises(ExportError) as caught:
        ask(local, **given)
    assert KEY not in str(caught.value)
    return str(caught.value)


# --- Last.fm --------------------------------------------------------------------------------------


def test_lastfm_gives_artists_with_plays_and_ids(local: Local) -> None:
    local.say(
        lastfm(
            lastfm_artist("Björk", "312", MBID, rank=1),
            lastfm_artist("múm", "97", rank=2),
            lastfm_artist(None, "5", rank=3),
        )
    )
    found = ask_lastfm(local)
    assert found.artists == (ListedArtist("Björk", 312, MBID), ListedArtist("múm", 97))
    assert (found.label, found.rows_read, found.rows_used) == ("Last.fm", 3, 2)


def test_lastfm_is_asked_as_its_documentation_says(local: Local) -> None:
    local.say(lastfm(lastfm_artist("Björk", "312")))
    ask_lastfm(local, "A & B/é")
    assert local.path == "/2.0/"
    assert local.query == {
        "method": "user.gettopartists",
        "user": "A & B/é",
        "period": "overall",
        "limit": str(MOST),
        "api_key": KEY,
        "format": "json",
    }
    assert local.asked_with["User-Agent"].startswith("listener-atlas")


def test_a_single_artist_comes_without_a_list(local: Local) -> None:
    answer = lastfm()
    answer["topartists"]["artist"] = lastfm_artist("Björk", "312")
    local.say(answer)
    assert ask_lastfm(local).artists == (ListedArtist("Björk", 312),)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (6, 404, "Last.fm knows no user “somebody”. Check the spelling."),
        (10, 403, "Last.fm refuses the key of this app."),
        (17, 403, "The Last.fm user “somebody” keeps their listening private."),
        (29, 429, "Last.fm is asked too often just now. Try again in a minute."),
        (8, 200, "Last.fm refuses: why it does (error 8). Try again later."),
        ("x", 400, "Last.fm refuses: why it does (error x). Try again later."),
    ],
)
def test_lastfms_errors_are_put_in_words(
    local: Local, code: object, status: int, words: str
) -> None:
    local.say({"error": code, "message": "why it does", "links": []}, status)
    assert refused("lastfm", local).startswith(words)


def test_a_user_without_scrobbles(local: Local) -> None:
    local.say(lastfm())
    assert "has not scrobbled anything yet" in refused("lastfm", local)


def test_the_key_comes_from_the_environment(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    local.say(lastfm(lastfm_artist("Björk", "312")))
    monkeypatch.setenv("LASTFM_API_KEY", "from outside")
    ask_lastfm(local, key=None)
    assert local.query["api_key"] == "from outside"


def test_without_a_key_nobody_is_asked(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LASTFM_API_KEY", raising=False)
    said = refused("lastfm", local, key=None)
    assert "LASTFM_API_KEY" in said and "last.fm/api/account/create" in said
    assert local.path == ""


# --- ListenBrainz ---------------------------------------------------------------------------------


def test_listenbrainz_gives_artists_with_plays_and_ids(local: Local) -> None:
    local.say(
        listenbrainz(
            listenbrainz_artist("múm", 97),
            listenbrainz_artist("Björk", 312, [MBID]),
            listenbrainz_artist("Björk feat. múm", 4, [MBID, MBID]),
            listenbrainz_artist("Sigur Rós", 3, []),
        )
    )
    found = ask_listenbrainz(local, "A/é")
    assert found.artists == (
        ListedArtist("Björk", 312, MBID),
        ListedArtist("múm", 97),
        ListedArtist("Björk feat. múm", 4),
        ListedArtist("Sigur Rós", 3),
    )
    assert local.path == "/1/stats/user/A%2F%C3%A9/artists"
    assert local.query == {"count": str(MOST), "range": "all_time"}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (204, b"", "has no statistics of the user “somebody” yet"),
        (404, {"code": 404, "error": "Cannot find user: somebody"}, "knows no user “somebody”"),
        (429, {"code": 429, "error": "Too many"}, "asked too often"),
        (400, {"code": 400, "error": "Bad"}, "an answer that cannot be read (status 400)"),
        (503, b"<html>", "ListenBrainz is in trouble (status 503)"),
        (200, listenbrainz(), "has no statistics of the user “somebody” yet"),
    ],
)
def test_listenbrainz_refusals_are_put_in_words(
    local: Local, status: int, body: Any, words: str
) -> None:
    local.say(body, status)
    assert words in refused("listenbrainz", local)


# --- both -----------------------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("service", ["lastfm", "listenbrainz"])


@BOTH
@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000, b"[]", b"{}", b"null"])
def test_an_answer_that_makes_no_sense(service: str, local: Local, body: bytes) -> None:
    local.say(body)
    assert "gave an answer that cannot be read (status 200)" in refused(service, local)


@BOTH
def test_a_service_in_trouble(service: str, local: Local) -> None:
    local.say(b"Bad gateway", 502)
    assert "is in trouble (status 502). Try again later" in refused(service, local)


@BOTH
def test_no_network(service: str, local: Local) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    said = refused(service, local, base_url=f"http://127.0.0.1:{port}")
    assert "cannot be reached. Check the network and try again" in said


@BOTH
def test_a_name_that_no_server_has(service: str, local: Local) -> None:
    assert "cannot be reached" in refused(service, local, base_url="http://a..invalid")


@BOTH
def test_an_answer_that_never_comes(service: str, local: Local) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        said = refused(service, local, base_url=address, timeout=0.2)
    assert "did not answer within 0.2 seconds" in said


@BOTH
def test_an_answer_that_trickles_for_ever(service: str, local: Local) -> None:
    wait = threading.Event()

    def drop() -> bytes:
        wait.wait(0.02)
        return b" "

    local.trickle = drop
    assert "did not answer within 0.3 seconds" in refused(service, local, timeout=0.3)


@BOTH
def test_an_answer_that_does_not_end(
    service: str, local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.exports._shared.web.LARGEST_ANSWER", 1000)
    local.trickle = lambda: b" " * 500
    assert "cannot be reached" in refused(service, local)


@BOTH
def test_a_redirection_is_followed(service: str, local: Local) -> None:
    local.moved_to = "/elsewhere"
    local.say(b"", 502)
    assert "is in trouble (status 502)" in refused(service, local)
    assert local.path == "/elsewhere"


@BOTH
@pytest.mark.parametrize("user", ["", "  "])
def test_an_empty_name(service: str, local: Local, user: str) -> None:
    assert "it is empty" in refused(service, local, user=user)
    assert local.path == ""


@pytest.mark.parametrize(
    "user",
    [" Some Body ", "https://www.last.fm/de/user/Some%20Body?x=1", "last.fm/user/Some%20Body/"],
)
def test_the_address_of_a_profile_is_as_good_as_its_name(local: Local, user: str) -> None:
    local.say(lastfm(lastfm_artist("Björk", "312")))
    ask_lastfm(local, user)
    assert local.query["user"] == "Some Body"


def test_a_service_that_is_not_declared() -> None:
    with pytest.raises(KeyError, match="there is no service 'myspace'; there are: lastfm"):
        fetch("myspace", "somebody")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=VALUES, level=st.integers(0, 3))
def test_any_json_is_an_answer_or_an_error(local: Local, value: Any, level: int) -> None:
    lastfm_forms = [value, {"topartists": value}, {"topartists": {"artist": value}}]
    brainz_forms = [value, {"payload": value}, {"payload": {"artists": value}}]
    lastfm_forms.append(lastfm(lastfm_artist(value, value)))
    brainz_forms.append(listenbrainz(listenbrainz_artist(value, value, value)))
    for ask, forms in ((ask_lastfm, lastfm_forms), (ask_listenbrainz, brainz_forms)):
        local.say(forms[level])
        try:
            assert isinstance(ask(local), OwnList)
        except UserError as error:
            assert str(error)
