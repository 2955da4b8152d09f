from __future__ import annotations

import json
import os
import pty
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.builds.artifacts import current_build, current_id
from tests.commands.calling import call, message


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
