from __future__ import annotations

import time

from export_samples import as_json, extended, packed

from pipeline.exports import read


def test_a_hundred_thousand_plays_are_read_within_seconds() -> None:
    names = [f"Artist {i}" for i in range(500)]
    one = as_json([extended(names[i % 500], 20_000 + 20 * i, ts=str(i)) for i in range(12_500)])
    folder = "Spotify Extended Streaming History/Streaming_History_Audio"
    zipped = packed({f"{folder}_{i}.json": one[:-1] + b" " * i + b"]" for i in range(8)})
    started = time.process_time()
    found = read(zipped, "my_spotify_data.zip")
    assert time.process_time() - started < 5
    # 500 plays of each file are heard for less than 30 s.
    assert (found.rows_read, found.rows_used) == (100_000, 96_000)
    assert len(found.artists) == 500
    assert {a.playcount for a in found.artists} == {8 * 24}
