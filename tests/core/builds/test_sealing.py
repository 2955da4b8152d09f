from __future__ import annotations

from pipeline.core.builds.build import Build
from pipeline.core.builds.integrity import damage


def test_a_sealed_build_is_whole(tiny_build: Build) -> None:
    assert damage(tiny_build.folder) == []
