from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pipeline.core.builds import ARTIFACTS_VARIABLE, Build


def script() -> None:
    from app.page import PAGES

    PAGES["overview"].show()


@pytest.fixture
def app(tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    shown = AppTest.from_function(script, default_timeout=60).run()
    assert not shown.exception
    return shown


def value_of(build: Build, recipe: str, metric: str, part: str) -> float:
    found = build.read(
        "metrics",
        "recipe = ? AND metric = ? AND part = ? AND view = 'countries' AND subject = ''",
        [recipe, metric, part],
    )
    return float(found["value"].iloc[0])


def board(app: AppTest) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if "accuracy" in d.value)


def test_it_says_that_the_listeners_are_simulated(app: AppTest, tiny_build: Build) -> None:
    assert tiny_build.manifest.source.simulated
    assert any("**These listeners are simulated.**" in m.value for m in app.markdown)


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


def test_the_board_follows_the_part(app: AppTest, tiny_build: Build) -> None:
    label = tiny_build.read("recipes").set_index("label")["recipe"]
    for choice, part in (("Validation", "valid"), ("Test", "test")):
        app.segmented_control(key="part").set_value(choice).run()
        assert not app.exception
        for row in board(app).to_dict("records"):
            expected = value_of(tiny_build, label[row["label"]], "accuracy", part)
            assert row["accuracy"] == pytest.approx(100 * expected)


def test_n_stands_beside_the_board(app: AppTest, tiny_build: Build) -> None:
    n = int(tiny_build.read("countries")["valid_listeners"].sum())
    assert any(c.value.startswith(f"{n:,} listeners") for c in app.caption)


def test_the_map_has_a_table_and_words(app: AppTest, tiny_build: Build) -> None:
    table = next(d.value for d in app.dataframe if "country_name" in d.value)
    countries = tiny_build.read("countries").set_index("country_name")["listeners"]
    assert table.set_index("country_name")["listeners"].to_dict() == countries.to_dict()
    assert any(c.value.startswith("Most listeners: ") for c in app.caption)


@pytest.mark.parametrize("choice", ["Listeners", "Regions"])
def test_the_address_chooses_the_map(
    choice: str, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["map"] = choice
    app.run()
    assert not app.exception
    assert app.segmented_control(key="map").value == choice
