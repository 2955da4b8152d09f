from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from build_folders import folder_of

from pipeline.core.builds.artifacts import current_build
from pipeline.core.builds.build import DATABASE, MANIFEST, Build, BuildError
from pipeline.core.tables import contract


def edit_manifest(artifacts: Path, **fields: object) -> None:
    path = folder_of(artifacts) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


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
