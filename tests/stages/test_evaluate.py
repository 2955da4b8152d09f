"""Typical artists of the cells of a confusion, and that a build's curves fit its metrics."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pipeline.core.builds.build import Build
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.evaluate import (
    CELL_LISTENERS,
    PSEUDO_LISTENERS,
    SHARED_BY,
    TYPICAL_ARTISTS,
    artists_of_cells,
)

CELL = ["part", "view", "truth", "predicted"]


def random_cells(seed: int, n: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells of valid and test listeners in both views, and plays with many ties in lift."""
    rng = np.random.default_rng(seed)
    views = []
    for view, names in (("countries", ["BR", "CL", "PL", "JP"]), ("regions", ["Asia", "Europe"])):
        told = pd.DataFrame({"listener": range(n), "view": view})
        told["part"] = ["valid", "test"] * (n // 2)
        told["truth"] = rng.choice(names, n)
        told["predicted"] = rng.choice(names, n)
        views.append(told)
    # Artist 0 to 3 go with the first countries; others, trained on, have plays and no cell.
    pairs = [
        (i, a) for i in range(n + 100) for a in {i % 4, *rng.choice(40, 6, replace=False).tolist()}
    ]
    plays = pd.DataFrame(pairs, columns=["listener", "artist"])
    return pd.concat(views, ignore_index=True), plays


def expected_artists(cells: pd.DataFrame, plays: pd.DataFrame) -> pd.DataFrame:
    everyone = cells["listener"].nunique()
    having = plays[plays["listener"].isin(cells["listener"])].groupby("artist").size()
    sizes = cells.groupby(CELL).size().rename("size").reset_index()
    counts = (
        cells.merge(plays, on="listener")
        .groupby([*CELL, "artist"])
        .size()
        .rename("listeners")
        .reset_index()
        .merge(sizes, on=CELL)
    )
    expected = counts["artist"].map(having) / everyone * counts["size"]
    counts["lift"] = (counts["listeners"] + PSEUDO_LISTENERS) / (expected + PSEUDO_LISTENERS)
    counts = counts[
        (counts["size"] >= CELL_LISTENERS)
        & (counts["listeners"] >= SHARED_BY)
        & (counts["lift"] > 1)
    ]
    counts = counts.sort_values(
        [*CELL, "lift", "listeners", "artist"], ascending=[True] * 4 + [False, False, True]
    )
    counts["rank"] = counts.groupby(CELL).cumcount() + 1
    return counts.loc[
        counts["rank"] <= TYPICAL_ARTISTS, [*CELL, "rank", "artist", "listeners", "lift"]
    ]


@pytest.mark.parametrize("seed", range(4))
def test_artists_of_cells_equal_a_pandas_computation(engine: DuckDBEngine, seed: int) -> None:
    cells, plays = random_cells(seed)
    found = artists_of_cells(cells, plays, engine=engine)
    expected = expected_artists(cells, plays)
    assert len(expected) > 50
    keys = [*CELL, "rank"]
    pd.testing.assert_frame_equal(
        found.sort_values(keys, ignore_index=True),
        expected.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_lift_by_hand(engine: DuckDBEngine) -> None:
    cells = pd.DataFrame(
        {
            "listener": range(6),
            "part": "valid",
            "view": "countries",
            "truth": ["BR"] * 4 + ["PL"] * 2,
            "predicted": "BR",
        }
    )
    plays = pd.DataFrame(
        # Artist 7: three of four Brazilians, no one else. 8: everybody. 9: one Brazilian. Poland
        # is a cell of two.
        [(0, 7), (1, 7), (2, 7), *((i, 8) for i in range(6)), (3, 9)],
        columns=["listener", "artist"],
    )
    found = artists_of_cells(cells, plays, engine=engine)
    assert found[["truth", "rank", "artist", "listeners"]].to_numpy().tolist() == [["BR", 1, 7, 3]]
    # To expect: 3 of 6 listeners, times 4 = 2.
    assert found["lift"].tolist() == [pytest.approx((3 + 3) / (2 + 3))]


def test_of_equal_lifts_more_listeners_come_first(engine: DuckDBEngine) -> None:
    truth = ["BR"] * 3 + ["PL"] * 9
    cells = pd.DataFrame({"listener": range(12), "truth": truth, "predicted": "BR"})
    cells = cells.assign(part="test", view="countries")
    # Of 12 listeners 3 are Brazilian, so 6 give 1.5 to expect and 3 give 0.75.
    having = {9: (0, 1, 2, 3, 4, 5), 4: (0, 1, 3), 6: (1, 2, 4)}
    pairs = [(i, artist) for artist, listeners in having.items() for i in listeners]
    plays = pd.DataFrame(pairs, columns=["listener", "artist"])
    found = artists_of_cells(cells, plays, engine=engine).query("truth == 'BR'")
    assert found[["artist", "listeners"]].to_numpy().tolist() == [[9, 3], [4, 2], [6, 2]]
    assert found["lift"].tolist() == [(3 + 3) / (1.5 + 3), *[(2 + 3) / (0.75 + 3)] * 2]


def test_the_order_of_rows_does_not_matter(engine: DuckDBEngine) -> None:
    cells, plays = random_cells(9)
    straight = artists_of_cells(cells, plays, engine=engine)
    shuffled = artists_of_cells(
        cells.sample(frac=1, random_state=0), plays.sample(frac=1, random_state=1), engine=engine
    )
    pd.testing.assert_frame_equal(straight, shuffled)
    assert straight["part"].unique().tolist() == ["valid", "test"]
    keys = straight[straight["part"] == "valid"][["view", "truth", "predicted", "rank"]]
    rows = list(keys.itertuples(index=False, name=None))
    assert all(a < b for a, b in pairwise(rows))


def test_curves_of_a_build_fit_its_metrics(tiny_build: Build) -> None:
    expected = tiny_build.sql(
        "SELECT recipe, part, view, metric, value FROM metrics WHERE view IN "
        "('countries', 'regions') AND metric IN ('calibration_error', 'top_5_accuracy', "
        "'top_3_accuracy')"
    )
    bins = tiny_build.sql(
        "SELECT recipe, part, view, 'calibration_error' AS metric, "
        "sum(n * abs(accuracy - confidence)) / sum(n) AS found FROM calibration GROUP BY ALL"
    )
    curve = tiny_build.sql(
        "SELECT recipe, part, view, 'top_' || k || '_accuracy' AS metric, accuracy AS found "
        "FROM top_k WHERE (view = 'countries' AND k = 5) OR (view = 'regions' AND k = 3)"
    )
    joined = expected.merge(
        pd.concat([bins, curve]), on=["recipe", "part", "view", "metric"], how="outer"
    )
    assert len(joined) == len(expected) == len(bins) + len(curve)
    assert joined["found"].to_numpy() == pytest.approx(joined["value"].to_numpy(), abs=1e-6)


def test_only_cells_of_the_confusion_have_typical_artists(tiny_build: Build) -> None:
    joined = tiny_build.sql(
        "SELECT a.*, c.n FROM confusion_artists AS a LEFT JOIN confusion AS c ON c.subject = '' "
        "AND c.recipe = a.recipe AND c.part = a.part AND c.view = a.view AND c.truth = a.truth "
        "AND c.predicted = a.predicted"
    )
    assert set(joined["view"]) == {"countries", "regions"}
    assert (joined["n"] >= CELL_LISTENERS).all()
    assert (joined["listeners"] <= joined["n"]).all()
