from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.builds.artifacts import (
    ARTIFACTS_VARIABLE,
    builds_folder,
    choose,
    current_build,
    current_id,
    list_builds,
    prune,
)
from pipeline.core.builds.build import DATABASE, MANIFEST, Build, BuildError
from pipeline.core.builds.integrity import damage
from pipeline.core.tables import contract


def folder_of(artifacts: Path) -> Path:
    name = current_id(artifacts)
    assert name
    return builds_folder(artifacts) / name


def edit_manifest(artifacts: Path, **fields: object) -> None:
    path = folder_of(artifacts) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_no_build_is_none_and_no_error(tmp_path: Path) -> None:
    assert current_build(tmp_path) is None
    assert list_builds(tmp_path) == []


def test_the_folder_comes_from_the_environment(
    tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    build = current_build()
    assert build is not None
    assert build.folder.parent.parent == tiny_artifacts
    build.close()


def test_a_sealed_build_is_whole(tiny_build: Build) -> None:
    assert damage(tiny_build.folder) == []


def test_another_schema_version_says_what_to_run(own_artifacts: Path) -> None:
    edit_manifest(own_artifacts, schema_version=contract.SCHEMA_VERSION - 1)
    with pytest.raises(
        BuildError, match=r"schema version 0; this program reads version 1.*pipeline run"
    ):
        current_build(own_artifacts)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}'])
def test_a_damaged_manifest_is_an_error_in_words(own_artifacts: Path, text: str) -> None:
    (folder_of(own_artifacts) / MANIFEST).write_text(text)
    with pytest.raises(BuildError, match="pipeline run"):
        current_build(own_artifacts)


def test_a_missing_file_is_named(own_artifacts: Path) -> None:
    (folder_of(own_artifacts) / "artist_vectors.parquet").unlink()
    with pytest.raises(BuildError, match=r"lacks artist_vectors\.parquet"):
        current_build(own_artifacts)


def test_a_database_that_is_none_is_an_error_in_words(own_artifacts: Path) -> None:
    (folder_of(own_artifacts) / DATABASE).write_bytes(b"not a database" * 400)
    with pytest.raises(BuildError, match="cannot be opened"):
        current_build(own_artifacts)


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


def test_pruning_keeps_the_current_build(own_artifacts: Path) -> None:
    import shutil

    current = folder_of(own_artifacts)
    for name in ("world-old", "world-older"):
        shutil.copytree(current, current.parent / name)
    removed = prune(own_artifacts, keep=1).removed
    assert sorted(removed) == ["world-old", "world-older"]
    assert list_builds(own_artifacts) == [current]


def test_choosing_a_build_that_is_not_there_names_those_that_are(own_artifacts: Path) -> None:
    with pytest.raises(BuildError, match=r"no build 'x'.*there are: world-"):
        choose(own_artifacts, "x")


def test_only_recipes_of_the_build_have_a_folder(tiny_build: Build) -> None:
    assert (tiny_build.model_path("flat") / "recipe.json").is_file()
    with pytest.raises(BuildError, match=r"no recipe 'forest'; it has: atlas"):
        tiny_build.model_path("forest")


def test_vectors_come_by_key(tiny_build: Build) -> None:
    keys, vectors = tiny_build.vectors("artist_vectors")
    assert (np.diff(keys) > 0).all()
    assert vectors.shape == (len(keys), 16)


def test_threads_get_their_own_rows(tiny_build: Build) -> None:
    codes = tiny_build.read("countries")["country"].tolist() * 20

    def one(code: str) -> list[str]:
        return tiny_build.read("countries", "country = ?", [code])["country"].tolist()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, codes)) == [[code] for code in codes]
