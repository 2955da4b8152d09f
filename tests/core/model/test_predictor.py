from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.core.builds.build import Build, BuildError
from pipeline.core.model.predictor import Play, PlaysError, Predictor


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)


@pytest.fixture(scope="module")
def test_listeners(tiny_artifacts: Path) -> pd.DataFrame:
    """Raw plays of 20 test listeners, with their scrobbles."""
    import duckdb

    tables = next((tiny_artifacts / "work").iterdir()) / "tables"
    return duckdb.sql(
        f"""
        WITH chosen AS (
            SELECT listener FROM '{tables}/split.parquet' WHERE part = 'test' ORDER BY 1 LIMIT 20
        )
        SELECT p.*, l.total_scrobbles
        FROM '{tables}/plays.parquet' AS p
        JOIN chosen USING (listener)
        JOIN '{tables}/listeners.parquet' AS l USING (listener)
        ORDER BY listener, rank
        """
    ).df()


def plays_of(rows: pd.DataFrame) -> list[Play]:
    return [
        Play(r.artist_name, None if pd.isna(r.playcount) else float(r.playcount))
        for r in rows.itertuples()
    ]


def test_a_test_listener_gets_what_the_pipeline_said(
    predictor: Predictor, tiny_build: Build, test_listeners: pd.DataFrame
) -> None:
    for recipe in tiny_build.manifest.recipes:
        said = tiny_build.read("predictions", "recipe = ?", [recipe]).set_index("listener")
        for listener, rows in test_listeners.groupby("listener"):
            scrobbles = int(rows["total_scrobbles"].iat[0])
            answer = predictor.predict(plays_of(rows), recipe=recipe, total_scrobbles=scrobbles)
            best = answer.country.iloc[0]
            assert best["probability"] == pytest.approx(said.loc[listener, "probability"], abs=1e-5)
            truth = said.loc[listener, "country"]
            own = answer.country.set_index("country").loc[truth, "probability"]
            assert own == pytest.approx(said.loc[listener, "probability_of_truth"], abs=1e-5)


def test_one_list_and_many_get_the_same_numbers(
    predictor: Predictor, test_listeners: pd.DataFrame
) -> None:
    ids = test_listeners["listener"].unique()
    table = pa.table(
        {
            "listener": pa.array(np.searchsorted(ids, test_listeners["listener"]), pa.int32()),
            "rank": pa.array(test_listeners["rank"], pa.int32()),
            "artist_name": pa.array(test_listeners["artist_name"], pa.string()),
            "playcount": pa.array(test_listeners["playcount"], pa.float64(), from_pandas=True),
        }
    )
    batches = list(predictor.predict_many(table, np.full(len(ids), np.nan), batch=7))
    assert [len(b.country) for b in batches] == [7, 7, 6]
    together = np.concatenate([b.country for b in batches])
    for row, (_, own) in zip(together, test_listeners.groupby("listener"), strict=True):
        alone = predictor.predict(plays_of(own)).country.set_index("country")["probability"]
        np.testing.assert_allclose(row, alone.loc[list(predictor.countries)], atol=1e-9)


def test_both_layers_make_the_whole(predictor: Predictor, test_listeners: pd.DataFrame) -> None:
    rows = test_listeners[test_listeners["listener"] == test_listeners["listener"].iat[0]]
    for recipe in predictor.recipes:
        answer = predictor.predict(plays_of(rows), recipe=recipe)
        regions = answer.region.set_index("region")["probability"]
        product = answer.country["within"] * answer.country["region"].map(regions)
        np.testing.assert_allclose(product, answer.country["probability"], atol=1e-9)
        assert answer.country["probability"].sum() == pytest.approx(1)
        assert answer.country["share"].sum() == pytest.approx(1)
        assert answer.region["share"].sum() == pytest.approx(1)
        assert answer.country["probability"].is_monotonic_decreasing


def test_spelling_is_forgiven_and_the_unknown_listed(
    predictor: Predictor, tiny_build: Build
) -> None:
    name = tiny_build.sql("SELECT artist_name FROM artists WHERE artist = 0")["artist_name"].iat[0]
    exact = predictor.predict([Play(name, 3)])
    loose = predictor.predict([Play(f"  {name.upper()} ", 3), Play("Xqzzyv Wpklm", 9)])
    assert loose.unknown == ("Xqzzyv Wpklm",)
    assert [known.artist for known in loose.matched] == [0]
    pd.testing.assert_frame_equal(exact.country, loose.country)


def test_a_list_of_unknown_artists_is_nobody_in_particular(predictor: Predictor) -> None:
    answer = predictor.predict([Play("Xqzzyv Wpklm")])
    assert answer.matched == ()
    assert answer.country["probability"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("plays", "message"),
    [
        ([], "the list is empty"),
        ([Play("Kult", -1.0)], "'Kult': -1"),
        ([Play("Kult", float("nan"))], "'Kult': nan"),
        ([Play("Kult", float("inf"))], "'Kult': inf"),
    ],
)
def test_lists_that_cannot_be_used_are_refused(
    predictor: Predictor, plays: list[Play], message: str
) -> None:
    with pytest.raises(PlaysError, match=message):
        predictor.predict(plays)


def test_an_unknown_recipe_names_those_that_there_are(predictor: Predictor) -> None:
    with pytest.raises(BuildError, match="it has: atlas, "):
        predictor.predict([Play("Kult")], recipe="forest")


def test_threads_do_not_mix_lists(predictor: Predictor, test_listeners: pd.DataFrame) -> None:
    lists = [plays_of(rows) for _, rows in test_listeners.groupby("listener")]
    alone = [predictor.predict(one).country for one in lists]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: predictor.predict(one).country, lists * 3))
    for found, expected in zip(together, alone * 3, strict=True):
        pd.testing.assert_frame_equal(found, expected)
