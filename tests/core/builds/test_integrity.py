from __future__ import annotations

from pathlib import Path

from build_folders import folder_of

from pipeline.core.builds.integrity import damage


def test_every_changed_missing_or_foreign_file_is_found(own_artifacts: Path) -> None:
    folder = folder_of(own_artifacts)
    (folder / "quarantine.csv").write_text("x")
    (folder / "artist_vectors.parquet").unlink()
    (folder / "stray").write_text("x")
    assert sorted(damage(folder)) == [
        "artist_vectors.parquet is missing",
        "quarantine.csv has changed since it was sealed",
        "stray is not in the manifest",
    ]
