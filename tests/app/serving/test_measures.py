from __future__ import annotations

from api_client import listed
from fastapi.testclient import TestClient

from app.serving.current import Current
from app.serving.measures import Measures
from pipeline.core.builds.build import Build


def value_of(text: str, sample: str) -> float:
    lines = [line for line in text.splitlines() if line.startswith(f"{sample} ")]
    return float(lines[0].split()[-1]) if lines else 0.0


def test_metrics_count_requests_and_predictions(
    client: TestClient, tiny_build: Build, names: list[str]
) -> None:
    samples = {
        'atlas_requests_total{method="POST",route="/predict",status="200"}': 1,
        'atlas_request_seconds_count{route="/predict",status="200"}': 1,
        'atlas_requests_total{method="GET",route="/artists/{artist}",status="404"}': 1,
        'atlas_requests_total{method="GET",route="unmatched",status="404"}': 1,
        'atlas_predictions_total{recipe="flat"}': 4,
    }
    before = client.get("/metrics")
    assert before.headers["content-type"].startswith("text/plain; version=0.0.4")
    client.post("/predict", json=listed(names[0], recipe="flat"))
    client.post("/score", json={"listeners": [listed(names[0])] * 3, "recipe": "flat"})
    client.get("/artists/2000000")
    client.get("/a/path/that/a/client/made/up")
    after = client.get("/metrics").text
    for sample, more in samples.items():
        assert value_of(after, sample) - value_of(before.text, sample) == more, sample
    assert f'atlas_build_info{{build="{tiny_build.id}"}} 1.0' in after
    assert "made/up" not in after


def test_what_is_counted_is_told_as_prometheus_reads_it() -> None:
    measures = Measures(Current())
    measures.predicted("flat", 3)
    measures.answered(route="/predict", method="POST", status=200, seconds=0.02)
    measures.answered(route="/predict", method="POST", status=422, seconds=20.0)
    lines = measures.text().decode("utf-8").splitlines()
    for line in (
        'atlas_predictions_total{recipe="flat"} 3.0',
        'atlas_request_seconds_bucket{le="0.01",route="/predict",status="200"} 0.0',
        'atlas_request_seconds_bucket{le="0.02",route="/predict",status="200"} 1.0',
        'atlas_request_seconds_bucket{le="10.0",route="/predict",status="422"} 0.0',
        'atlas_request_seconds_sum{route="/predict",status="422"} 20.0',
        'atlas_build_loads_total{outcome="loaded"} 0.0',
    ):
        assert line in lines
    assert not [line for line in lines if line.startswith("atlas_build_info{")]


def test_methods_and_routes_that_a_client_makes_up_are_counted_as_one(client: TestClient) -> None:
    before = client.get("/metrics").text
    client.request("BREW", "/coffee")
    after = client.get("/metrics").text
    sample = 'atlas_requests_total{method="unmatched",route="unmatched",status="404"}'
    assert value_of(after, sample) - value_of(before, sample) == 1
    assert "BREW" not in after
