from __future__ import annotations

import json
import os
import pty
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from pipeline.__main__ import app
from pipeline.core.builds.artifacts import builds_folder, current_build, current_id
from pipeline.core.builds.build import Build


def call(*arguments: object) -> Result:
    wide = {"COLUMNS": "200"}
    return CliRunner(env=wide).invoke(app, [str(a) for a in arguments])


def message(result: Result) -> str:
    """What was printed, on one line."""
    return " ".join(result.output.split())


def test_a_run_ends_with_a_summary(own_artifacts: Path) -> None:
    result = call(
        "run", "--preset", "tiny", "--set", "train.flat.rounds=4", "--artifacts", own_artifacts
    )
    assert result.exit_code == 0, result.output
    said = message(result)
    for words in (
        "ingest",
        "listeners",
        "set aside",
        "peak memory",
        "MiB",
        "majority",
        "is current",
    ):
        assert words in said
    # What was not done again is said to be so.
    assert "up to date" in said
    assert "train_recipe:flat" in said


def test_bars_are_drawn_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal, and nowhere else, the bars and doit both deal with the output."""
    process, terminal = pty.fork()
    if not process:
        command = ["run", "--preset", "tiny", "--recipes", "majority", "--artifacts", str(tmp_path)]
        os.execv(sys.executable, [sys.executable, "-m", "pipeline", *command])
    output = b""
    while select.select([terminal], [], [], 120)[0]:
        try:
            output += os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
    else:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    said = output.decode()
    assert "Learning artist vectors" in said
    assert "100 %" in said
    assert "is current" in said


def test_a_program_is_told_in_json(own_artifacts: Path) -> None:
    result = call(
        "run",
        "--preset",
        "tiny",
        "--progress",
        "json",
        "--set",
        "train.flat.rounds=4",
        "--artifacts",
        own_artifacts,
    )
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    shares = [line["done"] for line in lines[:-1]]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1, abs=0.01)
    assert all(
        set(line) == {"task", "stage", "done", "message", "remaining_seconds"}
        for line in lines[:-1]
    )
    assert lines[-1] == {"build": current_id(own_artifacts)}


def test_an_error_is_told_in_json(tmp_path: Path) -> None:
    result = call(
        "run",
        "--source",
        "lastfm_500k",
        "--path",
        tmp_path,
        "--progress",
        "json",
        "--artifacts",
        tmp_path / "a",
    )
    assert result.exit_code == 1
    assert "users" in json.loads(result.stdout.splitlines()[-1])["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "huge"], "there are: demo, large, original, tiny"),
        (["--source", "spotify"], "there is no source 'spotify'"),
        (["--source", "lastfm_500k"], "path"),
        (["--recipes", "forest"], "unknown recipes"),
        (["--set", "clean.min_listener=4"], "clean.min_listeners"),
        (["--set", "clean"], "stage.option=value"),
    ],
)
def test_wrong_options_are_a_message_and_no_trace(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    result = call("run", *arguments, "--artifacts", tmp_path)
    assert result.exit_code == 1
    assert words in message(result)
    assert "Traceback" not in result.output
    assert not (tmp_path / "builds").exists()


def test_the_real_sample_has_no_users_file(
    tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    sample = shared_data("lastfm500k_sample")
    result = call("run", "--source", "lastfm_500k", "--path", sample, "--artifacts", tmp_path)
    assert result.exit_code == 1
    assert "users" in message(result)
    assert "score" in message(result)


def test_15000_real_listeners_end_in_a_build(
    tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    folder = shared_data("lastfm15k")
    result = call(
        *("run", "--source", "lastfm_500k", "--path", folder, "--artifacts", tmp_path),
        *("--recipes", "logistic", "--set", "embed_artists.epochs=1"),
        *("--set", "embed_artists.vector_size=16"),
    )
    assert result.exit_code == 0, result.output
    build = current_build(tmp_path)
    assert build is not None
    kept = build.read("countries", "kept")
    assert len(kept) == 34
    assert kept["listeners"].min() > 50
    counts = build.read("row_counts", "step = 'ingest' AND outcome = 'kept'")
    assert counts.set_index("rows_of")["rows"].to_dict() == {"listeners": 12000, "plays": 230992}
    headline = build.manifest.headline
    assert headline["logistic"]["accuracy"] > headline["majority"]["accuracy"] + 0.05  # type: ignore[operator]
    build.close()


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


def test_commands_without_a_build_say_what_to_run(tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    plays.write_text("user_id,rank,artist_name,playcount,mbid\n")
    for arguments in (("predict", "Kult"), ("score", plays, tmp_path / "out.parquet")):
        result = call(*arguments, "--artifacts", tmp_path)
        assert result.exit_code == 1
        assert "python -m pipeline run" in message(result)


def test_score_writes_every_class(tiny_artifacts: Path, tiny_build: Build, tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    name = tiny_build.sql("SELECT artist_name FROM artists WHERE artist = 0")["artist_name"].iat[0]
    plays.write_text(f'user_id,rank,artist_name,playcount,mbid\n7,1,"{name}",5,\n7,2,"x",oops,\n')
    out = tmp_path / "out.parquet"
    result = call("score", plays, out, "--artifacts", tiny_artifacts, "--recipe", "flat")
    assert result.exit_code == 0, result.output
    scores = pd.read_parquet(out)
    assert set(scores["country"]) == set(tiny_build.read("countries", "kept")["country"])
    assert scores["probability"].sum() == pytest.approx(1, abs=1e-5)
    # The row that could not be read is counted.
    assert "plays set aside" in message(result)


def test_builds_are_listed_checked_and_pruned(own_artifacts: Path) -> None:
    name = current_id(own_artifacts)
    result = call("builds", "--check", "--artifacts", own_artifacts)
    assert result.exit_code == 0
    assert name in result.output
    assert "current; whole" in message(result)
    (builds_folder(own_artifacts) / str(name) / "quarantine.csv").write_text("changed")
    result = call("builds", "--check", "--artifacts", own_artifacts)
    assert result.exit_code == 1
    assert "quarantine.csv has changed" in message(result)
    assert call("builds", "--prune", "1", "--artifacts", own_artifacts).exit_code == 0
    assert current_id(own_artifacts) == name


def test_no_builds_say_what_to_run(tmp_path: Path) -> None:
    assert "python -m pipeline run" in message(call("builds", "--artifacts", tmp_path))


def test_world_writes_a_data_set_that_run_reads(tmp_path: Path) -> None:
    result = call("world", tmp_path / "data", "--listeners", 400)
    assert result.exit_code == 0, result.output
    users = pd.read_csv(tmp_path / "data" / "users.csv", keep_default_na=False)
    assert len(users) == 400
    run = call(
        *("run", "--source", "lastfm_500k", "--path", tmp_path / "data", "--preset", "tiny"),
        *("--recipes", "majority", "--artifacts", tmp_path / "artifacts"),
    )
    assert run.exit_code == 0, run.output
