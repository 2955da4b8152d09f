from __future__ import annotations

from pathlib import Path

from pipeline.core.builds.artifacts import builds_folder, current_id
from tests.commands.calling import call, message


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
