from __future__ import annotations

import itertools

import pandas as pd
import pytest
from pages import opened
from streamlit.testing.v1 import AppTest

from app.look.words import percent
from app.shell.page import in_order
from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.fixture
def app() -> AppTest:
    return opened("overview")


def value_of(build: Build, recipe: str, metric: str, part: str) -> float:
    found = build.read(
        "metrics",
        "recipe = ? AND metric = ? AND part = ? AND view = 'countries' AND subject = ''",
        [recipe, metric, part],
    )
    return float(found["value"].iloc[0])


def board(app: AppTest) -> pd.DataFrame:
    """The leaderboard, which alone has two rows of headers; the second are the columns' names."""
    found = next(d.value for d in app.dataframe if isinstance(d.value.columns, pd.MultiIndex))
    return found.droplevel(0, axis=1)


def test_it_says_that_the_listeners_are_simulated(app: AppTest, tiny_build: Build) -> None:
    assert tiny_build.manifest.source.simulated
    assert any("Simulated listeners" in c.value for c in app.caption)


def test_the_counts_are_those_of_the_build(app: AppTest, tiny_build: Build) -> None:
    counted = {m.label: m.value for m in app.metric}
    countries = tiny_build.read("countries")
    assert counted["Countries"] == str(int(countries["kept"].sum()))
    assert counted["Artists"] == f"{len(tiny_build.read('artists')):,}"
    kept = tiny_build.sql(
        "SELECT sum(rows) AS n FROM row_counts "
        "WHERE step = 'clean' AND rows_of = 'listeners' AND outcome = 'kept'"
    )["n"].iloc[0]
    assert counted["Listeners"] == f"{int(kept):,}"


@pytest.mark.parametrize(
    ("choice", "metric"),
    [
        ("All countries", "accuracy"),
        ("Largest 10", "accuracy_largest_10"),
        ("Smallest 10", "accuracy_smallest_10"),
    ],
)
def test_the_board_shows_all_parts_of_the_set(
    app: AppTest, tiny_build: Build, choice: str, metric: str
) -> None:
    app.segmented_control(key="board").set_value(choice).run()
    assert not app.exception
    recipe_of = tiny_build.read("recipes").set_index("label")["recipe"]
    rows = board(app).to_dict("records")
    assert {row["label"] for row in rows} == set(recipe_of.index)
    for row, part in itertools.product(rows, ("valid", "test", "train")):
        expected = value_of(tiny_build, recipe_of[row["label"]], metric, part)
        assert row[f"{metric}_{part}"] == pytest.approx(100 * expected)


def test_n_stands_beside_the_figures(app: AppTest, tiny_build: Build) -> None:
    countries = tiny_build.read("countries")
    for part in ("valid", "test", "train"):
        n = countries[f"{part}_listeners"].sum()
        assert set(board(app)[f"n_{part}"]) == {n}


def test_the_first_in_words_is_the_best_on_validation(app: AppTest, tiny_build: Build) -> None:
    metrics = tiny_build.read(
        "metrics", "metric = 'accuracy' AND view = 'countries' AND part = 'valid'"
    ).merge(tiny_build.read("recipes"), on="recipe")
    best = metrics.sort_values("value").iloc[-1]
    told = f"{best['label']} names the right country most often, for {percent(best['value'])}"
    assert any(told in c.value for c in app.caption)


def test_every_other_page_is_linked_with_its_meaning(app: AppTest) -> None:
    others = in_order()[1:]
    assert [link.value for link in app.page_link] == [f"**{p.title}**" for p in others]
    said = {c.value for c in app.caption}
    assert {p.meaning for p in others} <= said


def test_the_map_has_a_table_and_words(app: AppTest, tiny_build: Build) -> None:
    table = next(d.value for d in app.dataframe if "country_name" in d.value)
    countries = tiny_build.read("countries").set_index("country_name")["listeners"]
    assert table.set_index("country_name")["listeners"].to_dict() == countries.to_dict()
    assert any(c.value.startswith("Most listeners: ") for c in app.caption)


@pytest.mark.parametrize("choice", ["Listeners", "Regions"])
def test_the_address_chooses_the_map(choice: str) -> None:
    app = opened("overview", map=choice)
    assert app.segmented_control(key="map").value == choice
