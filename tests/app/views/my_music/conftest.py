from __future__ import annotations

from pathlib import Path

import pytest
from music_page import page, run
from streamlit.testing.v1 import AppTest

from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor


@pytest.fixture
def served(tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny build is the current one, and nobody has keys for services."""
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    monkeypatch.delenv("LASTFM_API_KEY", raising=False)


@pytest.fixture
def app(served: None) -> AppTest:
    return run(page())


@pytest.fixture
def artists(tiny_build: Build) -> list[str]:
    """The best known artists whose names hold nothing that a list would take apart."""
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist")["artist_name"]
    return [name for name in names if name.replace(" ", "").isalpha()][:12]


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)
