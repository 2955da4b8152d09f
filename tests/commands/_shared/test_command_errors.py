from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.commands import builds
from tests.commands.calling import call, message


def test_commands_without_a_build_say_what_to_run(tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    plays.write_text("user_id,rank,artist_name,playcount,mbid\n")
    for arguments in (("predict", "Kult"), ("score", plays, tmp_path / "out.parquet")):
        result = call(*arguments, "--artifacts", tmp_path)
        assert result.exit_code == 1
        assert "python -m pipeline run" in message(result)


def test_an_error_goes_to_standard_error_and_leaves_the_output_to_programs(tmp_path: Path) -> None:
    result = call("predict", "Kult", "--json", "--artifacts", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert " ".join(result.stderr.split()).startswith("Error: there is no build in")


def test_brackets_of_a_message_are_no_markup(tmp_path: Path) -> None:
    assert "[bold]x" in message(call("run", "--source", "[bold]x", "--artifacts", tmp_path))


def test_a_fault_keeps_its_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        raise ZeroDivisionError("at fault")

    monkeypatch.setattr(builds, "list_builds", fail)
    assert isinstance(call("builds", "--artifacts", tmp_path).exception, ZeroDivisionError)
