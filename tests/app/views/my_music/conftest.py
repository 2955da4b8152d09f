from __future__ import annotations

import pytest
from pages import opened
from streamlit.testing.v1 import AppTest

from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor


@pytest.fixture
def app(tiny_current: None) -> AppTest:
    return opened("my_music")


@pytest.fixture
def artists(tiny_build: Build) -> list[str]:
    """The best known artists whose names hold nothing that a list would take apart."""
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist")["artist_name"]
    return [name for name in names if name.replace(" ", "").isalpha()][:12]


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)
