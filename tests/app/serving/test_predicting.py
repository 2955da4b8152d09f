from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from api_client import UNKNOWN, body_of, listed, plays_of, problem
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from pipeline.__main__ import app as command_line
from pipeline.core.builds.build import Build
from pipeline.core.model.explanation import explain
from pipeline.core.model.predictor import Predictor


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
