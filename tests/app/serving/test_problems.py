from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from api_client import listed, problem
from fastapi.testclient import TestClient

from app.serving import api, problems
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor


@pytest.mark.parametrize(
    ("body", "where", "expected", "came"),
    [
        ({}, "#/top_artists", "a value", "nothing"),
        ({"top_artists": []}, "#/top_artists", "at least 1 item after validation, not 0", "[]"),
        ([], "#", "a valid dictionary or object to extract fields from", "[]"),
        (
            listed("Kult", total_scrobbles=-1),
            "#/total_scrobbles",
            "greater than or equal to 0",
            "-1",
        ),
        (listed("Kult", total_scrobbles=1.5), "#/total_scrobbles", "a valid integer", "1.5"),
        (listed("Kult", top_k="5"), "#/top_k", "a valid integer", '"5"'),
        (listed("Kult", **{"a/b": 1}), "#/a~1b", "no such field", "1"),
        (listed(""), "#/top_artists/0/artist_name", "at least 1 character", '""'),
        (
            {"top_artists": [{"artist_name": "Kult"}, {"artist_name": "Kult", "playcount": "12"}]},
            "#/top_artists/1/playcount",
            "a valid number",
            '"12"',
        ),
    ],
)
def test_a_field_that_is_wrong_is_named(
    client: TestClient, body: Any, where: str, expected: str, came: str
) -> None:
    told = problem(client.post("/predict", json=body), 422)
    assert told["errors"] == [{"pointer": where, "expected": expected, "came": came}]


def test_an_unknown_recipe_names_those_that_there_are(
    client: TestClient, tiny_build: Build
) -> None:
    known = ", ".join(tiny_build.manifest.recipes)
    for told in (
        client.post("/predict", json=listed("Kult", recipe="forest")),
        client.post("/score", json={"listeners": [listed("Kult")], "recipe": "forest"}),
    ):
        (error,) = problem(told, 422)["errors"]
        assert error == {
            "pointer": "#/recipe",
            "expected": f"a recipe of this build: {known}",
            "came": '"forest"',
        }


def test_all_wrong_fields_are_told_at_once_but_no_flood(client: TestClient) -> None:
    artists = [{"artist_name": n, "playcount": -1} for n in range(60)]
    told = problem(client.post("/predict", json={"top_artists": artists}), 422)
    assert told["detail"] == "120 fields are not as expected. The first 50 are listed."
    assert len(told["errors"]) == 50


def test_numbers_that_json_does_not_have_are_refused(client: TestClient) -> None:
    text = json.dumps(listed("Kult") | {"top_artists": [{"artist_name": "a", "playcount": np.inf}]})
    response = client.post("/predict", content=text, headers={"content-type": "application/json"})
    (error,) = problem(response, 422)["errors"]
    assert error["pointer"] == "#/top_artists/0/playcount"
    assert error["came"] == "Infinity"


def test_half_a_character_is_refused(client: TestClient) -> None:
    text = '{"top_artists": [{"artist_name": "\\ud800"}]}'
    response = client.post("/predict", content=text, headers={"content-type": "application/json"})
    (error,) = problem(response, 422)["errors"]
    assert error["came"] == '"\\ud800"'


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"", b"[" * 100_000])
def test_a_body_that_is_not_json_is_said_to_be_so(client: TestClient, content: bytes) -> None:
    told = client.post("/predict", content=content, headers={"content-type": "application/json"})
    if not content:
        assert problem(told, 422)["errors"][0]["came"] == "nothing"
    else:
        assert problem(told, 400)["detail"].startswith("Expected JSON")


def test_a_body_of_another_type_is_refused(client: TestClient) -> None:
    told = client.post("/predict", content=b"{}", headers={"content-type": "text/plain"})
    assert "Content-Type: application/json" in problem(told, 415)["detail"]


def test_a_fault_shows_no_trace(tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the server")

    with TestClient(api.create(tiny_artifacts), raise_server_exceptions=False) as client:
        client.app.state.current.settle()  # type: ignore[attr-defined]
        monkeypatch.setattr(Predictor, "predict", broken)
        response = client.post("/predict", json=listed("Kult"))
        problem(response, 500)
        assert "secret" not in response.text
        counted = client.get("/metrics").text
    assert 'atlas_requests_total{method="POST",route="/predict",status="500"} 1.0' in counted


def test_a_route_that_does_not_exist(client: TestClient) -> None:
    assert "/openapi.json" in problem(client.get("/nowhere"), 404)["detail"]
    told = client.delete("/predict")
    problem(told, 405)
    assert told.headers["allow"] == "POST"


# --- the parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ((), "#"),
        (("top_artists", 0, "playcount"), "#/top_artists/0/playcount"),
        # RFC 6901: ~ and / are escaped, and in a fragment all that an address cannot hold.
        (("a/b", "m~n", "c%d", " ", "ü"), "#/a~1b/m~0n/c%25d/%20/%C3%BC"),
    ],
)
def test_a_position_is_a_json_pointer(path: tuple[str | int, ...], pointer: str) -> None:
    assert problems.pointer(path) == pointer


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ("ü", '"\\u00fc"'),
        (None, "null"),
        ({"a": [1, 2.5]}, '{"a": [1, 2.5]}'),
        ("x" * 118, '"' + "x" * 118 + '"'),
        ("x" * 200, '"' + "x" * 119 + "…"),
        ({1, 2} - {1}, '"{2}"'),
    ],
)
def test_what_came_is_told_short_and_in_ascii_but_for_the_cut(came: object, written: str) -> None:
    assert problems.shortened(came) == written


@pytest.mark.parametrize(
    ("where", "pointer", "parameter"), [("#/recipe", "#/recipe", None), ("recipe", None, "recipe")]
)
def test_a_field_of_the_body_and_a_parameter_are_told_apart(
    where: str, pointer: str | None, parameter: str | None
) -> None:
    offender = problems.FieldError(where, expected="a recipe", came="x").offender
    assert (offender.pointer, offender.parameter) == (pointer, parameter)


def test_a_problem_says_its_kind_and_leaves_out_what_it_does_not_have() -> None:
    response = problems.respond(404, "Nothing.", headers={"x-a": "b"})
    assert json.loads(bytes(response.body)) == {
        "type": "urn:problem-type:listener-atlas:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "Nothing.",
    }
    assert response.headers["x-a"] == "b"


def test_a_fault_can_happen_on_every_route() -> None:
    assert set(problems.declared()) == {500}
    assert set(problems.declared(404, 422)) == {404, 422, 500}
