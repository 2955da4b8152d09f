from __future__ import annotations

import json
from typing import Any

import pytest
from music_page import enter, press
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.views.my_music import bringing
from pipeline.exports import READERS, ExportError, LeftOut, ListedArtist, OwnList


def bring_from(app: AppTest, source: str) -> AppTest:
    chosen: Any = app.get_by_key("bring_from")
    chosen.set_value(source)
    return run(app)


def upload(app: AppTest, **files: bytes) -> AppTest:
    bring_from(app, "Files")
    for name, content in files.items():
        app.file_uploader[0].upload(name.replace("__", "."), content)
    return run(app)


def plays(artist: str, times: int) -> list[dict[str, object]]:
    entry = {
        "ts": "2024-01-01T00:00:00Z",
        "ms_played": 60_000,
        "master_metadata_album_artist_name": artist,
        "master_metadata_track_name": "x",
    }
    return [entry] * times


def test_a_file_becomes_the_list_and_what_was_left_out_is_told(
    app: AppTest, artists: list[str]
) -> None:
    history = [*plays(artists[0], 3), *plays(artists[1], 5), {**plays("x", 1)[0], "ms_played": 9}]
    upload(app, Streaming_History_Audio_1__json=json.dumps(history).encode())
    assert app.text_area(key="artists").value == f"{artists[1]} (5)\n{artists[0]} (3)"
    assert "Spotify extended streaming history: 9 entries read" in words(app)
    assert "1 under 30 s." in words(app)
    assert "**2 of 2** artists found" in words(app)


def test_several_files_are_added_up_and_then_let_go(app: AppTest, artists: list[str]) -> None:
    one, other = (json.dumps(plays(artists[0], n)).encode() for n in (2, 4))
    upload(app, Streaming_History_Audio_1__json=one, Streaming_History_Audio_2__json=other)
    assert app.text_area(key="artists").value == f"{artists[0]} (6)"
    assert app.file_uploader[0].value == []


def test_what_cannot_be_read_leaves_the_list_alone(app: AppTest, artists: list[str]) -> None:
    enter(app, artists[0])
    upload(app, holiday__jpg=b"\xff\xd8\xff\xe0")
    assert app.error
    assert app.text_area(key="artists").value == artists[0]


def test_how_to_get_each_export_is_told(app: AppTest) -> None:
    bring_from(app, "Files")
    for reader in READERS.values():
        assert f"- **{reader.label}**: {reader.how}" in words(app)


def test_without_a_key_the_rest_is_offered(app: AppTest) -> None:
    bring_from(app, "Last.fm")
    assert "This app has no key for Last.fm" in words(app)
    assert "LASTFM_API_KEY" in words(app)
    assert "ListenBrainz, files and a pasted list do as well" in words(app)
    assert not app.text_input(key="artist_search").disabled
    assert "Fetch my artists" not in [b.label for b in app.button]


def test_a_user_name_is_asked_for_with_the_key_of_the_environment(
    app: AppTest, artists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, str | None]] = []

    def fetch(service: str, user: str, *, key: str | None) -> OwnList:
        asked.append((service, user, key))
        found = tuple(ListedArtist(name, 9 - i) for i, name in enumerate(artists[:2]))
        return OwnList("Last.fm user", found, (LeftOut("no artist", 1),), 3)

    monkeypatch.setattr(bringing, "fetch", fetch)
    monkeypatch.setenv("LASTFM_API_KEY", "secret")
    bring_from(app, "Last.fm")
    assert asked == []
    app.text_input(key="user_lastfm").set_value("somebody")
    press(app, "Fetch my artists")
    assert asked == [("lastfm", "somebody", "secret")]
    assert app.text_area(key="artists").value == f"{artists[0]} (9)\n{artists[1]} (8)"
    assert "left out: 1 no artist." in words(app)


def test_what_a_service_refuses_is_told(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(service: str, user: str, *, key: str | None) -> OwnList:
        raise ExportError(f"ListenBrainz knows no user {user}.")

    monkeypatch.setattr(bringing, "fetch", fetch)
    bring_from(app, "ListenBrainz")
    app.text_input(key="user_listenbrainz").set_value("nobody")
    press(app, "Fetch my artists")
    assert "ListenBrainz knows no user nobody" in words(app)
    assert app.text_area(key="artists").value == ""
