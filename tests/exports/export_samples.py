"""A small file of every kind that a reader reads, in the exact form of its service."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass


def packed(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Put files into a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def extended(artist: str | None, ms: object, **changes: object) -> dict[str, object]:
    """A play of Spotify's extended streaming history, every field of it."""
    return {
        "ts": "2023-05-01T10:00:00Z",
        "username": "somebody",
        "platform": "android",
        "ms_played": ms,
        "conn_country": "IS",
        "ip_addr_decrypted": "192.0.2.1",
        "user_agent_decrypted": "unknown",
        "master_metadata_track_name": None if artist is None else "Title",
        "master_metadata_album_artist_name": artist,
        "master_metadata_album_album_name": None if artist is None else "Album",
        "spotify_track_uri": None if artist is None else "spotify:track:1",
        "episode_name": "Episode" if artist is None else None,
        "episode_show_name": "Show" if artist is None else None,
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "offline": False,
        "offline_timestamp": 0,
        "incognito_mode": False,
        **changes,
    }


def account(artist: object, ms: object) -> dict[str, object]:
    """A play of Spotify's account data."""
    return {
        "endTime": "2023-05-01 10:00",
        "artistName": artist,
        "trackName": "Title",
        "msPlayed": ms,
    }


def watched(channel: str | None, header: str = "YouTube Music") -> dict[str, object]:
    """Something watched, as Google Takeout writes it; a removed video has no channel."""
    entry: dict[str, object] = {
        "header": header,
        "title": "Watched Title",
        "titleUrl": "https://www.youtube.com/watch?v=x",
        "time": "2023-05-01T10:00:00.000Z",
        "products": ["YouTube"],
        "activityControls": ["YouTube watch history"],
    }
    if channel is not None:
        entry["subtitles"] = [{"name": channel, "url": "https://www.youtube.com/channel/x"}]
    return entry


def listen(artist: object) -> dict[str, object]:
    """A listen of a ListenBrainz export."""
    return {
        "listened_at": 1682935200,
        "track_metadata": {
            "artist_name": artist,
            "track_name": "Title",
            "additional_info": {"recording_msid": "x", "artist_name": "not this one"},
        },
        "inserted_at": 1682935201.5,
    }


def as_lines(*entries: object) -> bytes:
    return b"".join(as_json(entry) + b"\n" for entry in entries)


DAILY_HEADER = (
    "Country,Track Identifier,Media type,Date Played,Hours,Play Duration Milliseconds,"
    "End Reason Type,Source Type,Play Count,Skip Count,Ignore For Recommendations,"
    "Track Reference,Track Description\r\n"
)


def daily(track: str, plays: object) -> str:
    """A row of Apple Music's daily tracks."""
    return (
        f'"Iceland","1","AUDIO","20230501","9, 10","200000","NATURAL_END_OF_TRACK","IPHONE",'
        f'"{plays}","0","","1","{track}"\r\n'
    )


def in_apple_zips(files: Mapping[str, bytes]) -> bytes:
    """A zip within a zip, as Apple sends it."""
    folder = "Apple_Media_Services/Apple Music Activity/"
    inner = packed({folder + name: content for name, content in files.items()})
    return packed({"Apple_Media_Services.zip": inner, "Legal.pdf": b"%PDF"})


@dataclass(frozen=True)
class Sample:
    """A file of one kind, the artists with plays that are in it, and the entries left out."""

    name: str
    content: bytes
    artists: tuple[tuple[str, float | None], ...]
    left_out: Mapping[str, int]


DAILY_NAME = "Apple Music - Play History Daily Tracks.csv"
TRACKS_NAME = "Apple Music - Track Play History.csv"

_AUDIO = "Spotify Extended Streaming History/Streaming_History_Audio"

SAMPLES: dict[str, list[Sample]] = {
    "spotify_extended": [
        Sample(
            "my_spotify_data.zip",
            packed(
                {
                    f"{_AUDIO}_2022_0.json": as_json(
                        [
                            extended("Björk", 30_000),
                            extended("Björk", 29_999),
                            extended("múm", 250_000, skipped=True),
                        ]
                    ),
                    f"{_AUDIO}_2023_1.json": as_json(
                        [
                            extended("BJÖRK", 90_000, incognito_mode=True),
                            extended(None, 900_000),
                            extended("", 90_000),
                        ]
                    ),
                    "Spotify Extended Streaming History/ReadMeFirst.pdf": b"%PDF",
                }
            ),
            (("Björk", 2), ("múm", 1)),
            {"under 30 s": 1, "podcasts": 1, "no artist": 1},
        ),
        Sample("endsong_0.json", as_json([extended("múm", 31_000)]), (("múm", 1),), {}),
        Sample("whatever", as_json([extended("múm", 31_000)]), (("múm", 1),), {}),
    ],
    "spotify_account": [
        Sample(
            "my_spotify_data.zip",
            packed(
                {
                    "MyData/StreamingHistory_music_0.json": as_json(
                        [account("múm", 29_000), account("múm", 31_000), account("Björk", 60_000)]
                    ),
                    "MyData/StreamingHistory_music_1.json": as_json(
                        [account("björk", 60_000), account("Unknown Artist", 60_000)]
                    ),
                    "MyData/StreamingHistory_podcast_0.json": as_json(
                        [{"podcastName": "Show", "episodeName": "One", "msPlayed": 60_000}]
                    ),
                    "MyData/Userdata.json": as_json({"username": "x", "country": "IS"}),
                }
            ),
            (("Björk", 2), ("múm", 1)),
            {"under 30 s": 1, "no artist": 1},
        ),
        Sample("StreamingHistory0.json", as_json([account("múm", 31_000)]), (("múm", 1),), {}),
    ],
    "youtube_music": [
        Sample(
            "takeout-20230501.zip",
            packed(
                {
                    "Takeout/YouTube and YouTube Music/history/watch-history.json": as_json(
                        [
                            watched("Björk - Topic"),
                            watched("múm"),
                            watched("Some vlogger", "YouTube"),
                            watched(None),
                            watched("múm - Topic"),
                        ]
                    ),
                    "Takeout/archive_browser.html": b"<html>",
                }
            ),
            (("múm", 2), ("Björk", 1)),
            {"not YouTube Music": 1, "no artist": 1},
        ),
        Sample("Wiedergabeverlauf.json", as_json([watched("Björk - Topic")]), (("Björk", 1),), {}),
    ],
    "listenbrainz_export": [
        Sample(
            "listenbrainz_somebody.zip",
            packed(
                {
                    "user.json": as_json({"user_id": 1, "username": "somebody"}),
                    "listens/2022/12.jsonl": as_lines(listen("Björk"), listen("múm")),
                    "listens/2023/1.jsonl": as_lines(listen("múm"), listen(None)),
                }
            ),
            (("múm", 2), ("Björk", 1)),
            {"no artist": 1},
        ),
        Sample(
            "somebody_lb-2020-01-01.json",
            as_json([listen("Björk"), listen("múm"), listen("múm")]),
            (("múm", 2), ("Björk", 1)),
            {},
        ),
    ],
    "apple_music_daily": [
        Sample(
            "apple.zip",
            in_apple_zips(
                {
                    DAILY_NAME: (
                        DAILY_HEADER
                        + daily("Björk - Jóga", 2)
                        + daily("múm - Green Grass - Of Tunnel", 4)
                        + daily("Björk - Hunter", 3)
                        + daily("Björk - Hunter", 0)
                        + daily("Untitled", 1)
                    ).encode()
                }
            ),
            (("Björk", 5), ("múm", 4)),
            {"never played": 1, "no artist": 1},
        ),
    ],
    "apple_music_tracks": [
        Sample(
            "apple.zip",
            in_apple_zips(
                {
                    TRACKS_NAME: (
                        "Track Name,Last Played Date,Is User Initiated\n"
                        '"Björk - Jóga","1682935200000","true"\n'
                        '"múm - Green Grass - Of Tunnel","1682935200000","true"\n'
                        '"múm - Slow Down","1682935200000","false"\n'
                        '"Untitled","1682935200000","false"\n'
                    ).encode()
                }
            ),
            (("múm", 2), ("Björk", 1)),
            {"no artist": 1},
        ),
    ],
    "table": [
        Sample(
            "artists.csv",
            'Artist,Plays\nmúm,97\n"Tyler, The Creator",312\n,4\n'.encode(),
            (("Tyler, The Creator", 312), ("múm", 97)),
            {"no artist": 1},
        ),
    ],
    "text": [
        Sample(
            "artists.txt",
            "1. múm (97)\n2. Björk — 312 plays\n".encode(),
            (("Björk", 312), ("múm", 97)),
            {},
        ),
    ],
}
