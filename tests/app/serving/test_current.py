"""A new build becomes current while requests run."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.serving import api
from app.serving import current as exchange
from app.serving.current import Current, NoBuildError
from pipeline.core.builds.artifacts import (
    ARTIFACTS_VARIABLE,
    builds_folder,
    current_id,
    make_current,
)
from pipeline.core.builds.build import DATABASE, MANIFEST, BuildError, read_manifest

WAIT = 60.0
LIST = {"top_artists": [{"artist_name": "Kult"}]}
NEW = "another"


@pytest.fixture
def artifacts(tiny_artifacts: Path, tmp_path: Path) -> Path:
    """Artifacts with two builds: the tiny one, current, and `NEW` with another default recipe."""
    folder = tmp_path / "artifacts"
    old = builds_folder(tiny_artifacts) / str(current_id(tiny_artifacts))
    shutil.copytree(old, builds_folder(folder) / old.name)
    make_current(folder, old.name)
    new = Path(shutil.copytree(old, builds_folder(folder) / NEW))
    manifest = json.loads((new / MANIFEST).read_text())
    manifest |= {"id": NEW, "default_recipe": "majority"}
    (new / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def current(artifacts: Path) -> Iterator[Current]:
    current = Current(artifacts)
    yield current
    current.close()


@pytest.fixture
def client(artifacts: Path) -> Iterator[TestClient]:
    with TestClient(api.create(artifacts)) as client:
        yield client


def exchanger(client: TestClient) -> Current:
    found: Current = client.app.state.current  # type: ignore[attr-defined]
    return found


def predicted(client: TestClient) -> dict[str, Any]:
    response = client.post("/predict", json=LIST)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_the_first_request_waits_for_the_first_build(current: Current, artifacts: Path) -> None:
    with current.predictor() as predictor:
        assert predictor.build.id == current_id(artifacts) == current.build_id


def test_a_new_build_answers_without_a_restart(client: TestClient, artifacts: Path) -> None:
    old = predicted(client)
    assert old["build"] == current_id(artifacts)
    make_current(artifacts, NEW)
    predicted(client)
    exchanger(client).settle()
    new = predicted(client)
    assert (new["build"], new["recipe"]) == (NEW, "majority")
    assert f'atlas_build_info{{build="{NEW}"}} 1.0' in client.get("/metrics").text
    assert 'atlas_build_loads_total{outcome="loaded"} 2.0' in client.get("/metrics").text


def test_the_old_build_answers_while_the_new_one_is_loaded(
    client: TestClient, artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = predicted(client)["build"]
    may_go, real = threading.Event(), exchange._open

    def held(folder: Path) -> Any:
        assert may_go.wait(WAIT)
        return real(folder)

    monkeypatch.setattr(exchange, "_open", held)
    make_current(artifacts, NEW)
    for _ in range(3):
        assert predicted(client)["build"] == old
    may_go.set()
    exchanger(client).settle()
    assert predicted(client)["build"] == NEW


def test_no_request_fails_while_builds_change(client: TestClient, artifacts: Path) -> None:
    old = predicted(client)["build"]
    stop = threading.Event()

    def ask() -> set[tuple[str, str]]:
        seen = set()
        while not stop.is_set():
            told = predicted(client)
            seen.add((told["build"], told["recipe"]))
        return seen

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        try:
            for build in (NEW, old, NEW):
                make_current(artifacts, build)
                while predicted(client)["build"] != build:
                    exchanger(client).settle()
        finally:
            stop.set()
    seen = set().union(*(one.result() for one in asked))
    default = read_manifest(builds_folder(artifacts) / old).default_recipe
    assert (NEW, "majority") in seen
    assert seen <= {(old, default), (NEW, "majority")}


def test_an_old_build_is_closed_when_the_last_request_gives_it_back(
    current: Current, artifacts: Path
) -> None:
    with current.predictor() as first, current.predictor() as second:
        assert first is second
        make_current(artifacts, NEW)
        current.notice()
        current.settle()
        with current.predictor() as newer:
            assert newer.build.id == NEW
        assert len(first.build.sql("SELECT 1 AS one")) == 1
    with pytest.raises(BuildError, match="has been closed"):
        first.build.sql("SELECT 1 AS one")
    with current.predictor() as newer:
        assert len(newer.build.sql("SELECT 1 AS one")) == 1


def test_a_build_that_nobody_uses_is_closed_at_once(current: Current, artifacts: Path) -> None:
    with current.predictor() as predictor:
        old = predictor.build
    make_current(artifacts, NEW)
    current.notice()
    current.settle()
    with pytest.raises(BuildError, match="has been closed"):
        old.sql("SELECT 1 AS one")


def test_every_recipe_is_read_before_a_build_answers(current: Current) -> None:
    with current.predictor() as predictor:
        # The files may go: `python -m pipeline builds --prune` removes builds that are not current.
        shutil.rmtree(predictor.build.folder / "models")
        for recipe in predictor.recipes:
            name = predictor.artist_name(1)
            answer = predictor.predict([exchange.Play(name)], recipe=recipe)
            assert answer.country["probability"].sum() == pytest.approx(1)


def test_a_build_whose_folder_is_gone_goes_on_answering(
    client: TestClient, artifacts: Path
) -> None:
    recipes = client.get("/build").json()["recipes"]
    code = client.get("/build").json()["countries"][0]["country"]
    shutil.rmtree(builds_folder(artifacts) / str(current_id(artifacts)))
    strangers = {"top_artists": [{"artist_name": "Xqzzyv Wpklm"}], "contributions": True}
    for recipe in recipes:
        asked = client.post("/predict", json=strangers | {"recipe": recipe["recipe"]})
        assert asked.status_code == 200, asked.text
    for path in ("/artists?query=a", "/artists/0", f"/countries/{code}", "/build", "/health"):
        assert client.get(path).status_code == 200


def test_a_build_that_cannot_be_read_any_more_is_explained_until_another_is_current(
    client: TestClient, artifacts: Path
) -> None:
    predicted(client)
    with exchanger(client).predictor() as predictor:
        predictor.build.close()
    response = client.get("/artists/0")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith(":no-build")
    assert "has been closed" in response.json()["detail"]
    make_current(artifacts, NEW)
    client.get("/health")
    exchanger(client).settle()
    assert client.get("/artists/0").json()["build"] == NEW


def test_a_damaged_new_build_leaves_the_old_one_answering(
    client: TestClient, artifacts: Path
) -> None:
    old = predicted(client)["build"]
    database = builds_folder(artifacts) / NEW / DATABASE
    whole = database.read_bytes()
    database.write_bytes(b"no database")
    make_current(artifacts, NEW)
    predicted(client)
    exchanger(client).settle()
    assert predicted(client)["build"] == old
    told = client.get("/health").json()
    assert (told["status"], told["build"]) == ("old", old)
    assert NEW in told["problem"]
    assert 'atlas_build_loads_total{outcome="failed"} 1.0' in client.get("/metrics").text

    # It is not read again and again, but once it is made current anew.
    database.write_bytes(whole)
    predicted(client)
    exchanger(client).settle()
    assert predicted(client)["build"] == old
    pointer = artifacts / "current"
    stamp = pointer.stat().st_mtime_ns
    while pointer.stat().st_mtime_ns == stamp:
        make_current(artifacts, NEW)
    predicted(client)
    exchanger(client).settle()
    assert predicted(client)["build"] == NEW
    assert client.get("/health").json()["status"] == "ok"


def test_health_is_well_again_when_the_old_build_is_chosen_again(
    client: TestClient, artifacts: Path
) -> None:
    old = predicted(client)["build"]
    make_current(artifacts, "nowhere")
    predicted(client)
    exchanger(client).settle()
    assert client.get("/health").json()["status"] == "old"
    make_current(artifacts, old)
    assert client.get("/health").json()["status"] == "ok"


def test_without_a_build_the_command_is_named(tmp_path: Path) -> None:
    with TestClient(api.create(tmp_path)) as client:
        for response in (
            client.post("/predict", json=LIST),
            client.post("/invocations", json=LIST),
            client.post("/score", json={"listeners": [LIST]}),
            *(client.get(path) for path in ("/health", "/ping", "/build", "/artists/0")),
        ):
            assert response.status_code == 503
            assert response.headers["content-type"] == "application/problem+json"
            assert "python -m pipeline run" in response.json()["detail"]
        assert "atlas_build_info{" not in client.get("/metrics").text


def test_a_first_build_that_cannot_be_read_is_explained(artifacts: Path) -> None:
    (builds_folder(artifacts) / NEW / MANIFEST).write_text("{}")
    make_current(artifacts, NEW)
    current = Current(artifacts)
    with pytest.raises(NoBuildError, match="schema version"), current.predictor():
        pass


def test_the_environment_says_where_builds_lie(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(api.create()) as client:
        assert client.post("/predict", json=LIST).status_code == 503
        monkeypatch.setenv(ARTIFACTS_VARIABLE, str(artifacts))
        assert predicted(client)["build"] == current_id(artifacts)
