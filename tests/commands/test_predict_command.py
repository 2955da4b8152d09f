from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.core.builds.build import Build
from tests.commands.calling import call, message


def test_predict_prints_both_layers(tiny_artifacts: Path, tiny_build: Build) -> None:
    names = tiny_build.sql("SELECT artist_name FROM artists WHERE artist < 3")["artist_name"]
    result = call("predict", ", ".join([*names, "Xqzzyv Wpklm"]), "--artifacts", tiny_artifacts)
    assert result.exit_code == 0, result.output
    said = message(result)
    for words in ("Layer 1", "Layer 2", "P(country)", "judged by name alone: Xqzzyv Wpklm"):
        assert words in said


def test_predict_says_what_a_misspelt_name_was_taken_for(
    tiny_artifacts: Path, tiny_build: Build
) -> None:
    name = tiny_build.sql("SELECT artist_name FROM artists WHERE artist = 0")["artist_name"].iat[0]
    said = message(call("predict", f"THE {name.upper()}", "--artifacts", tiny_artifacts))
    assert f"→ {name}" in said


def test_predict_reads_a_listener_from_a_file(
    tiny_artifacts: Path, shared_data: Callable[[str], Path]
) -> None:
    sample = shared_data("lastfm500k_sample") / "user_top_artists.csv"
    first = call("predict", sample, "--artifacts", tiny_artifacts)
    assert first.exit_code == 0, first.output
    assert "50 artists of user_id 1" in message(first)
    other = call("predict", sample, "--user", "7", "--artifacts", tiny_artifacts)
    assert "artists of user_id 7" in message(other)
    missing = call("predict", sample, "--user", "nobody", "--artifacts", tiny_artifacts)
    assert missing.exit_code == 1
    assert "user_id 'nobody'" in message(missing)
