from __future__ import annotations

from pathlib import Path

from api_client import problem
from fastapi.testclient import TestClient

from app.serving import api, measures
from pipeline.core.builds.build import Build


def test_health_names_the_build(client: TestClient, tiny_build: Build) -> None:
    for path in ("/health", "/ping"):
        assert client.get(path).json() == {"status": "ok", "build": tiny_build.id, "problem": None}


def test_health_says_why_there_is_nothing_to_answer_with(tmp_path: Path) -> None:
    with TestClient(api.create(tmp_path)) as client:
        for path in ("/health", "/ping"):
            told = problem(client.get(path), 503)
            assert "python -m pipeline run" in told["detail"]
        assert client.get("/metrics").status_code == 200


def test_metrics_are_told_as_prometheus_asks_for_them(client: TestClient) -> None:
    assert client.get("/metrics").headers["content-type"] == measures.MEDIA_TYPE
