from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.serving import api, limits
from pipeline.__main__ import app as command_line
from pipeline.core.builds.build import Build
from pipeline.core.model.explanation import explain
from pipeline.core.model.predictor import Play, Predictor

UNKNOWN = "Xqzzyv Wpklm"
PROBLEM = "application/problem+json"


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


@pytest.fixture(scope="module")
def a_test_listener(tiny_artifacts: Path) -> pd.DataFrame:
    """Raw plays of one test listener whose play counts are all known."""
    tables = next((tiny_artifacts / "work").iterdir()) / "tables"
    return duckdb.sql(
        f"""
        WITH chosen AS (
            SELECT listener
            FROM '{tables}/plays.parquet' JOIN '{tables}/split.parquet' USING (listener)
            WHERE part = 'test'
            GROUP BY listener
            HAVING count(playcount) = count(*)
            ORDER BY listener LIMIT 1
        )
        SELECT p.*, l.total_scrobbles, l.user_id
        FROM '{tables}/plays.parquet' AS p
        JOIN chosen USING (listener)
        JOIN '{tables}/listeners.parquet' AS l USING (listener)
        ORDER BY rank
        """
    ).df()


def body_of(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "top_artists": [
            {"artist_name": row.artist_name, "playcount": int(row.playcount)}
            for row in rows.itertuples()
        ],
        "total_scrobbles": int(rows["total_scrobbles"].iat[0]),
    }


def plays_of(body: dict[str, Any]) -> list[Play]:
    return [Play(p["artist_name"], p.get("playcount")) for p in body["top_artists"]]


def listed(*names: str, **more: Any) -> dict[str, Any]:
    return {"top_artists": [{"artist_name": name, "playcount": 7} for name in names], **more}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert "Traceback" not in response.text
    return told


# --- the same numbers everywhere -----------------------------------------------------------------


def test_a_list_gets_the_same_numbers_through_every_door(
    client: TestClient,
    predictor: Predictor,
    a_test_listener: pd.DataFrame,
    tiny_artifacts: Path,
    tmp_path: Path,
) -> None:
    body = body_of(a_test_listener) | {"total_scrobbles": None}
    prediction = predictor.predict(plays_of(body)).country.set_index("country")
    inside = prediction["probability"]

    placed = client.post("/predict", json=body | {"top_k": 250}).json()
    assert {c["country"]: c["probability"] for c in placed["countries"]} == inside.to_dict()

    scored = client.post("/score", json={"listeners": [body, body]}).json()
    for listener in scored["listeners"]:
        assert listener["countries"] == pytest.approx(inside.to_dict(), abs=1e-12)
        assert listener["set"] == placed["set"]

    original = client.post("/invocations", json=body).json()
    assert original["probabilities"] == inside.head(5).tolist()
    assert original["countries"] == prediction["country_name"].head(5).tolist()

    file, out = tmp_path / "plays.csv", tmp_path / "out.parquet"
    columns = ["user_id", "rank", "artist_name", "playcount"]
    a_test_listener[columns].assign(mbid="").to_csv(file, index=False)
    artifacts = ["--artifacts", str(tiny_artifacts)]
    done = CliRunner().invoke(command_line, ["score", str(file), str(out), *artifacts])
    assert done.exit_code == 0, done.output
    written = pd.read_parquet(out).set_index("country")["probability"]
    for country, probability in inside.items():
        assert written[country] == pytest.approx(probability, abs=1e-6)

    said = CliRunner().invoke(
        command_line, ["predict", str(file), *artifacts], env={"COLUMNS": "200"}
    )
    assert said.exit_code == 0, said.output
    together = said.output.split("Together: P(country)")[1]
    for country in placed["countries"][:5]:
        row = next(line for line in together.splitlines() if country["country_name"] in line)
        assert f"{country['probability']:.1%}" in row


def test_a_test_listener_gets_what_the_pipeline_said(
    client: TestClient, tiny_build: Build, a_test_listener: pd.DataFrame
) -> None:
    body = body_of(a_test_listener)
    listener = int(a_test_listener["listener"].iat[0])
    for recipe in tiny_build.manifest.recipes:
        said = tiny_build.read("predictions", "recipe = ? AND listener = ?", [recipe, listener])
        placed = client.post("/predict", json=body | {"recipe": recipe, "top_k": 250}).json()
        best = placed["countries"][0]
        assert placed["recipe"] == recipe
        assert best["country"] == said["predicted"].iat[0]
        assert best["probability"] == pytest.approx(said["probability"].iat[0], abs=1e-5)
        own = {c["country"]: c["probability"] for c in placed["countries"]}
        truth = said["country"].iat[0]
        assert own[truth] == pytest.approx(said["probability_of_truth"].iat[0], abs=1e-5)


# --- predictions ---------------------------------------------------------------------------------


def test_both_layers_and_every_name_are_told(
    client: TestClient, tiny_build: Build, names: list[str]
) -> None:
    placed = client.post("/predict", json=listed(names[0].upper(), UNKNOWN, top_k=3)).json()
    assert placed["build"] == tiny_build.id
    assert placed["recipe"] == tiny_build.manifest.default_recipe
    assert sum(region["probability"] for region in placed["regions"]) == pytest.approx(1)
    assert sum(region["share"] for region in placed["regions"]) == pytest.approx(1)
    assert len(placed["countries"]) == 3
    of_region = {region["region"]: region["probability"] for region in placed["regions"]}
    for country in placed["countries"]:
        product = of_region[country["region"]] * country["within"]
        assert country["probability"] == pytest.approx(product, abs=1e-9)
    assert placed["matched"] == [{"given": names[0].upper(), "artist": 0, "artist_name": names[0]}]
    assert placed["unknown"] == [UNKNOWN]
    assert placed["contributions"] is None


def test_small_countries_are_raised_as_far_as_asked(
    client: TestClient, predictor: Predictor, names: list[str]
) -> None:
    body = listed(*names[:3], UNKNOWN, recipe="logistic")
    for tau in (None, 0.0, 0.7, 1):
        expected = predictor.predict(plays_of(body), recipe="logistic", tau=tau)
        top = expected.country.head(5)
        told = client.post("/predict", json=body | {"tau": tau}).json()
        assert told["tau"] == expected.tau
        assert [c["probability"] for c in told["countries"]] == top["probability"].tolist()
        assert [c["in_set"] for c in told["countries"]] == top["in_set"].tolist()
        assert told["set"] == list(expected.prediction_set)
        listener = {"top_artists": body["top_artists"]}
        many = {"listeners": [listener], "recipe": "logistic", "tau": tau, "top_k": 1}
        scored = client.post("/score", json=many).json()
        assert scored["tau"] == expected.tau
        assert scored["listeners"][0]["set"] == told["set"]
        assert list(scored["listeners"][0]["countries"].values()) == pytest.approx(
            [top["probability"].iat[0]]
        )
    plain, raised = (
        client.post("/predict", json=body | {"tau": tau}).json()["countries"] for tau in (0, 1)
    )
    assert plain != raised


def test_five_countries_are_named_unless_asked_otherwise(
    client: TestClient, names: list[str]
) -> None:
    assert len(client.post("/predict", json=listed(names[0])).json()["countries"]) == 5


def test_an_artist_without_evidence_is_named(client: TestClient, tiny_build: Build) -> None:
    with_vector = set(tiny_build.vectors("artist_vectors")[0].tolist())
    artists = tiny_build.read("artists")
    rare = artists[~artists["artist"].isin(with_vector)].iloc[0]
    placed = client.post("/predict", json=listed(rare["artist_name"])).json()
    assert [known["artist"] for known in placed["without_evidence"]] == [rare["artist"]]


def test_contributions_are_those_of_the_explanation(
    client: TestClient, predictor: Predictor, names: list[str]
) -> None:
    body = listed(*names[:6], UNKNOWN, recipe="logistic", top_k=2, contributions=True)
    told = client.post("/predict", json=body).json()
    expected = explain(predictor, plays_of(body), recipe="logistic")
    assert told["contributions"]["unit"] == "log-odds"
    artists = told["contributions"]["artists"]
    assert [artist["given"] for artist in artists] == [[n] for n in (*names[:6], UNKNOWN)]
    assert artists[-1]["artist"] is None
    shown = [country["country"] for country in told["countries"]]
    assert len(shown) == 2
    for place, artist in enumerate(artists):
        assert list(artist["countries"]) == shown
        for code in shown:
            column = expected.countries.index(code)
            assert artist["countries"][code] == expected.country[place, column]
        assert list(artist["regions"].values()) == expected.region[place].tolist()


def test_a_thousand_artists_are_taken_and_one_more_refused(client: TestClient) -> None:
    artists = [{"artist_name": f"Invented {n}"} for n in range(1001)]
    assert client.post("/predict", json={"top_artists": artists[:1000]}).status_code == 200
    told = problem(client.post("/predict", json={"top_artists": artists}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["#/top_artists"]
    assert told["errors"][0]["expected"].startswith("at most 1000 items")


def test_many_listeners_keep_their_order_and_ids(
    client: TestClient, predictor: Predictor, names: list[str]
) -> None:
    lists = [names[start : start + 1 + start % 4] for start in range(30)]
    sent = [listed(*own, id=f"n{place}") for place, own in enumerate(lists)]
    sent[3] = listed(*lists[3], total_scrobbles=5000)
    told = client.post("/score", json={"listeners": sent, "top_k": 3, "recipe": "logistic"}).json()
    assert [one["id"] for one in told["listeners"]][:5] == ["n0", "n1", "n2", None, "n4"]
    for body, one in zip(sent, told["listeners"], strict=True):
        scrobbles = body.get("total_scrobbles")
        alone = predictor.predict(plays_of(body), recipe="logistic", total_scrobbles=scrobbles)
        top = alone.country.head(3)
        assert list(one["countries"]) == top["country"].tolist()
        assert list(one["countries"].values()) == pytest.approx(top["probability"].tolist())


def test_a_thousand_listeners_are_taken_and_one_more_refused(
    client: TestClient, names: list[str]
) -> None:
    many = [listed(names[n % 60]) for n in range(1001)]
    told = client.post("/score", json={"listeners": many[:1000], "top_k": 1})
    assert len(told.json()["listeners"]) == 1000
    refused = problem(client.post("/score", json={"listeners": many}), 422)
    assert refused["errors"][0]["pointer"] == "#/listeners"


# --- what is refused -----------------------------------------------------------------------------


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


def test_a_body_that_is_too_large_is_refused_declared_or_not(client: TestClient) -> None:
    whole = b" " * (limits.MOST_BYTES + 1)
    headers = {"content-type": "application/json"}
    declared = client.post("/predict", content=whole, headers=headers)
    halves = (whole[: len(whole) // 2], whole[len(whole) // 2 :])
    streamed = client.post("/predict", content=iter(halves), headers=headers)
    for told in (declared, streamed):
        assert "at most 16,777,216 bytes" in problem(told, 413)["detail"]


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


# --- artists, countries, the build ---------------------------------------------------------------


def test_artists_are_found_though_misspelt(client: TestClient, tiny_build: Build) -> None:
    row = tiny_build.sql(
        "SELECT artist, artist_name, listeners FROM artists WHERE length(artist_name) > 9 "
        "AND regexp_full_match(artist_name, '[A-Za-z ]+') ORDER BY artist LIMIT 1"
    ).iloc[0]
    name = str(row["artist_name"])
    misspelt = name[:5] + name[6:]
    told = client.get("/artists", params={"query": misspelt, "limit": 3}).json()
    assert told["query"] == misspelt
    assert told["artists"][0] == {
        "artist": row["artist"],
        "artist_name": name,
        "listeners": row["listeners"],
    }
    assert len(told["artists"]) <= 3
    assert client.get("/artists", params={"query": "qqqqqqqqqqq"}).json()["artists"] == []


def test_an_artist_is_told_as_the_tables_have_it(client: TestClient, tiny_build: Build) -> None:
    told = client.get("/artists/3").json()
    row = tiny_build.read("artists", "artist = 3").iloc[0]
    profile = tiny_build.read("artist_profiles", "artist = 3").iloc[0]
    places = tiny_build.read("country_rank_per_artist", "artist = 3 ORDER BY rank, country")
    near = tiny_build.read("artist_neighbours", "artist = 3 ORDER BY rank")
    assert (told["artist_name"], told["plays"]) == (row["artist_name"], row["plays"])
    assert told["belongs"]["country"] == profile["country"]
    assert told["belongs"]["lift"] == profile["lift"]
    assert [p["country"] for p in told["places"]] == places["country"].tolist()
    assert [p["popularity"] for p in told["places"]] == places["popularity"].tolist()
    assert [n["artist"] for n in told["neighbours"]] == near["neighbour"].tolist()


def test_an_artist_that_nobody_learned_from_belongs_nowhere(
    client: TestClient, tiny_build: Build
) -> None:
    bare = tiny_build.sql("SELECT artist FROM artists ANTI JOIN artist_profiles USING (artist)")
    told = client.get(f"/artists/{bare['artist'].iat[0]}").json()
    assert told["belongs"] is None
    assert told["neighbours"] == []


def test_a_country_is_told_as_the_tables_have_it(client: TestClient, tiny_build: Build) -> None:
    code = tiny_build.sql("SELECT country FROM countries WHERE kept LIMIT 1")["country"].iat[0]
    told = client.get(f"/countries/{code.lower()}", params={"limit": 4}).json()
    top = tiny_build.read("artist_rank_in_country", "country = ? ORDER BY rank, artist", [code])
    typical = tiny_build.read("typical_artists", "country = ? ORDER BY rank LIMIT 4", [code])
    near = tiny_build.read("country_neighbours", "country = ? ORDER BY rank LIMIT 4", [code])
    recall = tiny_build.read(
        "metrics",
        "recipe = ? AND view = 'country' AND subject = ? AND metric = 'recall'",
        [tiny_build.manifest.default_recipe, code],
    ).set_index("part")["value"]
    assert told["country"] == code
    assert [a["artist"] for a in told["top_artists"]] == top["artist"].head(4).tolist()
    assert [a["artist"] for a in told["typical_artists"]] == typical["artist"].tolist()
    assert [n["country"] for n in told["neighbours"]] == near["neighbour"].tolist()
    assert {q["part"]: q["recall"] for q in told["quality"]} == {
        "valid": recall["valid"],
        "test": recall["test"],
    }


def test_what_is_not_there_is_said_to_be_so(client: TestClient) -> None:
    assert "number 2000000 in this build" in problem(client.get("/artists/2000000"), 404)["detail"]
    assert "country ZZ" in problem(client.get("/countries/zz"), 404)["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "came"),
    [
        ("/artists/many", "artist", '"many"'),
        ("/artists?query=", "query", '""'),
        ("/artists?query=a&limit=0", "limit", '"0"'),
        ("/countries/POL", "code", '"POL"'),
        ("/countries/PL?recipe=forest", "recipe", '"forest"'),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    client: TestClient, path: str, parameter: str, came: str
) -> None:
    (error,) = problem(client.get(path), 422)["errors"]
    assert (error["parameter"], error["came"]) == (parameter, came)


def test_the_build_tells_of_itself(client: TestClient, tiny_build: Build) -> None:
    told = client.get("/build").json()
    manifest = tiny_build.manifest
    assert told["build"] == manifest.id
    assert told["source"] == manifest.source.model_dump()
    assert [recipe["recipe"] for recipe in told["recipes"]] == sorted(manifest.recipes)
    assert {r["recipe"]: r["headline"] for r in told["recipes"]} == manifest.headline
    kept = tiny_build.read("countries", "kept ORDER BY position")
    assert [c["country"] for c in told["countries"]] == kept["country"].tolist()
    assert told["listeners"] == kept["listeners"].sum()
    assert told["artists_per_list"] == manifest.config["clean"]["top_artists"] == 50


# --- operation -----------------------------------------------------------------------------------


def test_health_names_the_build(client: TestClient, tiny_build: Build) -> None:
    for path in ("/health", "/ping"):
        assert client.get(path).json() == {"status": "ok", "build": tiny_build.id, "problem": None}


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


def test_the_description_declares_every_route_with_its_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        *("/predict", "/invocations", "/score", "/artists", "/artists/{artist}"),
        *("/countries/{code}", "/build", "/health", "/ping", "/metrics"),
    }
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] and operation["description"] and operation["tags"], path
            wrong = {s: r for s, r in operation["responses"].items() if s >= "400"}
            assert {"500"} <= set(wrong)
            assert method == "get" or {"400", "413", "415", "422", "503"} <= set(wrong)
            for response in wrong.values():
                assert list(response["content"]) == [PROBLEM]


def test_the_api_loads_no_streamlit_and_nothing_that_only_training_needs() -> None:
    code = (
        "import sys, app.serving.api\n"
        "heavy = ('streamlit', 'gensim', 'umap', 'numba', 'doit', 'lightgbm')\n"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
