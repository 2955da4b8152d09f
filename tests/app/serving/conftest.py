from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.serving import api
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor


@pytest.fixture(scope="module")
def client(tiny_artifacts: Path) -> Iterator[TestClient]:
    with TestClient(api.create(tiny_artifacts)) as client:
        client.app.state.current.settle()  # type: ignore[attr-defined]
        yield client


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)


@pytest.fixture(scope="module")
def names(tiny_build: Build) -> list[str]:
    rows = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 60")
    return [str(name) for name in rows["artist_name"]]
