from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.config import CleanConfig
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.clean import MERGED, TooFewCountriesError, clean_plays

CONFIG = CleanConfig(min_listeners=10)
NO_COUNTS = pd.DataFrame(
    {"step": ["x"], "rows_of": ["x"], "outcome": ["x"], "reason": ["x"], "rows": [0]}
).iloc[:0]


def world(**changes: dict[int, Any]) -> pd.DataFrame:
    """Twelve listeners in Poland, then twelve in Mexico, all with scrobbles."""
    frame = pd.DataFrame(
        {
            "listener": range(24),
            "user_id": [f"u{i}" for i in range(24)],
            "country_label": ["Poland"] * 12 + ["Mexico"] * 12,
            "total_scrobbles": pd.array([100] * 24, "Int64"),
        }
    )
    for column, values in changes.items():
        for row, value in values.items():
            frame.loc[row, column] = value
    return frame


def plays_of(lists: dict[int, list[tuple[str, int | None]]], n: int = 24) -> pd.DataFrame:
    """Each listener's artists and play counts by rank; the others play Kult once."""
    rows = [
        (i, rank, name, count, None)
        for i in range(n)
        for rank, (name, count) in enumerate(lists.get(i, [("Kult", 1)]), start=1)
    ]
    frame = pd.DataFrame(rows, columns=["listener", "rank", "artist_name", "playcount", "mbid"])
    return frame.astype({"playcount": "Int64", "mbid": "str", "listener": "int32"})


def clean(
    engine: DuckDBEngine, listeners: pd.DataFrame, plays: pd.DataFrame, config: CleanConfig = CONFIG
) -> dict[str, pd.DataFrame]:
    frames = {"listeners": listeners, "plays": plays, "ingest_counts": NO_COUNTS}
    tables = {n: engine.connection.from_df(f) for n, f in frames.items()}
    found = clean_plays(tables, engine=engine, progress=lambda *_: None, clean=config)
    return {
        name: rows
        if isinstance(rows, pd.DataFrame)
        else rows.to_arrow_table().to_pandas()
        if hasattr(rows, "to_arrow_table")
        else rows.to_pandas()
        for name, rows in found.items()
    }


def playcounts(found: dict[str, pd.DataFrame], listener: int) -> dict[str, float]:
    names = found["artists"].set_index("artist")["artist_name"]
    own = found["cleaned_plays"].query("listener == @listener")
    return dict(zip(own["artist"].map(names), own["playcount"], strict=True))


@pytest.mark.parametrize(
    ("given", "repaired"),
    [
        ([10, None, 4], [10, 7, 4]),
        ([None, 6, 4], [6, 6, 4]),
        ([10, 6, None], [10, 6, 6]),
        ([10, None, None, 4], [10, 7, 7, 4]),
        ([10, None, 5, None, None], [10, 7.5, 5, 5, 5]),
        ([0, None, 0], [0, 0, 0]),
    ],
)
def test_a_missing_play_count_comes_from_its_neighbours(
    engine: DuckDBEngine, given: list[int | None], repaired: list[float]
) -> None:
    names = ["Kult", "Hey", "Myslovitz", "T.Love", "Lao Che"][: len(given)]
    found = clean(engine, world(), plays_of({0: list(zip(names, given, strict=True))}))
    assert playcounts(found, 0) == dict(zip(names, repaired, strict=True))


def test_a_listener_without_any_play_count_stays_without(engine: DuckDBEngine) -> None:
    found = clean(engine, world(), plays_of({0: [("Kult", None), ("Hey", None)]}))
    own = found["cleaned_plays"].query("listener == 0")
    assert own["playcount"].isna().all()
    assert own["rank"].tolist() == [1, 2]


def test_spellings_of_one_artist_are_added_up(engine: DuckDBEngine) -> None:
    lists = {0: [("Hey", 9), ("KULT", 5), ("kult ", 2), ("Lao Che", 1)]}
    found = clean(engine, world(), plays_of(lists))
    assert playcounts(found, 0) == {"Hey": 9, "Kult": 7, "Lao Che": 1}
    assert found["cleaned_plays"].query("listener == 0")["rank"].tolist() == [1, 2, 3]
    counts = found["row_counts"].query("rows_of == 'plays'").set_index("reason")["rows"]
    assert counts[MERGED] == 1


def test_a_mis_decoded_name_is_the_artist_that_it_stands_for(engine: DuckDBEngine) -> None:
    lists = {0: [("BjÃ¶rk", 2)], 1: [("Björk", 3)], 2: [("Björk", 1)]}
    found = clean(engine, world(), plays_of(lists))
    bjork = found["artists"].query("artist_name == 'Björk'")
    assert bjork["listeners"].tolist() == [3]
    assert bjork["plays"].tolist() == [6]


def test_artist_0_has_the_most_listeners(engine: DuckDBEngine) -> None:
    found = clean(engine, world(), plays_of({0: [("Hey", 900)], 1: [("Hey", 900)]}))
    artists = found["artists"]
    assert artists["artist"].tolist() == [0, 1]
    assert artists["artist_name"].tolist() == ["Kult", "Hey"]
    assert artists["listeners"].tolist() == [22, 2]


def test_only_the_first_artists_are_kept(engine: DuckDBEngine) -> None:
    config = CleanConfig(min_listeners=10, top_artists=2)
    found = clean(engine, world(), plays_of({0: [("A", 3), ("B", 2), ("C", 1)]}), config)
    assert playcounts(found, 0) == {"A": 3, "B": 2}


def test_everybody_is_kept_or_set_aside_with_the_reason(engine: DuckDBEngine) -> None:
    listeners = world(
        country_label={0: None, 1: "none", 2: "Polnad", 12: "Japan"},
        total_scrobbles={13: None},
    )
    plays = plays_of({}).query("listener != 14")
    found = clean(engine, listeners, plays, CleanConfig(min_listeners=9))
    counts = found["row_counts"].query("rows_of == 'listeners'").set_index("reason")["rows"]
    unknown = [r for r in counts.index if r.startswith("unknown country label 'Polnad'")]
    assert "Poland" in unknown[0]
    assert counts["no country"] == 2
    assert counts["no artists"] == 1
    assert counts["no scrobble total"] == 1
    assert counts["country with fewer than 9 listeners"] == 1
    kept = found["labelled_listeners"].query("kept")
    assert kept["country"].value_counts().to_dict() == {"PL": 9, "MX": 9}
    # Small countries still count in the rank tables.
    assert "JP" in set(found["labelled_listeners"]["country"])


def test_rows_read_are_rows_kept_and_set_aside(engine: DuckDBEngine) -> None:
    listeners = world(country_label={0: None, 1: "nowhere"}, total_scrobbles={13: None})
    plays = plays_of({3: [("Hey", 2), ("HEY", None)], 4: [("A", 1), ("B", None)]})
    counts = clean(engine, listeners, plays)["row_counts"]
    for rows_of, n in (("listeners", 24), ("plays", len(plays))):
        rows = counts[counts["rows_of"] == rows_of].groupby("outcome")["rows"].sum()
        assert rows["read"] == n
        assert rows["kept"] + rows["set aside"] == n


def test_nobody_is_dropped_where_no_listener_has_scrobbles(engine: DuckDBEngine) -> None:
    listeners = world(total_scrobbles=dict.fromkeys(range(24)))
    assert clean(engine, listeners, plays_of({}))["labelled_listeners"]["kept"].all()


@pytest.mark.parametrize("labels", [["Poland"] * 24, ["Poland"] * 20 + ["Mexico"] * 4])
def test_one_country_alone_is_refused(engine: DuckDBEngine, labels: list[str]) -> None:
    listeners = world(country_label=dict(enumerate(labels)))
    with pytest.raises(
        TooFewCountriesError, match=r"at least two countries with 10 .* found 1.*PL"
    ):
        clean(engine, listeners, plays_of({}))
