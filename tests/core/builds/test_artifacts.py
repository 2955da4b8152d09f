from __future__ import annotations

from pathlib import Path

import pytest
from build_folders import folder_of

from pipeline.core.builds.artifacts import (
    ARTIFACTS_VARIABLE,
    choose,
    current_build,
    list_builds,
    prune,
)
from pipeline.core.builds.build import BuildError


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
