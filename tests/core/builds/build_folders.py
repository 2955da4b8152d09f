"""Where the current build of some artifacts lies."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.builds.artifacts import builds_folder, current_id


def folder_of(artifacts: Path) -> Path:
    name = current_id(artifacts)
    assert name
    return builds_folder(artifacts) / name
