from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pytest

from app.charts import artist_map as chart
from app.charts.labels import Window
from app.look.palette import NEUTRAL, Palette

PALETTE = Palette()

PLACES = pd.DataFrame(
    {
        "artist": [0, 1, 2, 3],
        "x": [0.0, 10.0, 4.0, 6.0],
        "y": [0.0, 10.0, 5.0, 2.0],
        "artist_name": ["Björk", "<3", "Sepultura", "Nobody"],
        "listeners": [1000, 250, 10, 10],
        "plays": [5, 9, 3, 1],
        "country_name": ["Iceland", "Norway", "Brazil", None],
        "region": ["Nordics", "Nordics", "Latin America", None],
        "locality": [0.25, 0.5, 1.0, None],
    }
)
WINDOW = Window(-1, 11, -1, 11)


def draw(colour: str = "Region", places: pd.DataFrame = PLACES, **more: Any) -> go.Figure:
    return chart.artist_map(places, colour=colour, window=WINDOW, **more, palette=PALETTE)


def traces(figure: go.Figure) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def test_a_trace_a_region_in_its_colour() -> None:
    found = traces(draw())
    assert list(found) == ["Latin America", "Nordics", "No region"]
    nordics = found["Nordics"]
    assert nordics.type == "scattergl"
    assert list(nordics.customdata) == [0, 1]
    assert list(nordics.x) == [0, 10]
    assert nordics.marker.color == PALETTE.colour_of("Nordics")
    assert found["No region"].marker.color == NEUTRAL
    assert list(nordics.text) == ["Björk", "&lt;3"]


def test_areas_follow_listeners_down_to_a_dot() -> None:
    wide = chart.sizes(PLACES["listeners"], largest=1000)
    assert wide.dtype == np.uint8
    # A quarter of the listeners is half as wide.
    assert wide.tolist() == [22, 11, 3, 3]


def test_chosen_countries_stand_out_from_the_rest() -> None:
    found = traces(draw("Country", countries=["Norway", "Brazil"]))
    assert list(found) == ["Other countries", "Norway", "Brazil"]
    assert list(found["Other countries"].customdata) == [0, 3]
    assert found["Other countries"].marker.color == NEUTRAL
    assert found["Brazil"].marker.color is None, "the theme's colours"


def test_locality_colours_from_0_to_1() -> None:
    figure = draw("How local")
    (dots,) = figure.data
    assert dots.marker.color[:3].tolist() == [0.25, 0.5, 1.0]
    assert np.isnan(dots.marker.color[3])
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 1)
    assert not dots.showlegend


def test_popularity_colours_by_powers_of_ten() -> None:
    figure = draw("Popularity")
    (dots,) = figure.data
    assert dots.marker.color.tolist() == pytest.approx([3, 2.398, 1, 1])
    assert dots.text[0] == "Björk<br>1,000 listeners"
    axis = figure.layout.coloraxis
    assert (axis.cmin, axis.cmax) == (1, 3)
    assert list(axis.colorbar.ticktext) == ["10", "100", "1,000"]


def test_the_found_is_ringed_and_own_artists_are_stars() -> None:
    figure = draw(found=PLACES.iloc[[2]], own=PLACES.iloc[[0, 1]])
    *_, own, found = figure.data
    assert (own.name, own.marker.symbol, list(own.customdata)) == ("My artists", "star", [0, 1])
    assert (found.name, found.marker.symbol, list(found.customdata)) == (
        "Found",
        "circle-open",
        [2],
    )
    assert len(draw(found=PLACES.head(0), own=PLACES.head(0)).data) == len(draw().data)


def test_names_are_those_of_the_most_played_after_the_found() -> None:
    # All at one place: one name fits above and one below.
    together = PLACES.assign(x=5.0, y=5.0)
    assert [a.text for a in draw(places=together).layout.annotations] == ["&lt;3", "Björk"]
    found = draw(places=together, found=together.iloc[[3]], near=together.iloc[[2]])
    assert [a.text for a in found.layout.annotations] == ["Nobody", "Sepultura"]


def test_only_what_is_in_the_window_is_named() -> None:
    window = chart.around(10.0, 10.0, WINDOW)
    figure = chart.artist_map(PLACES, colour="Region", window=window, palette=PALETTE)
    assert [a.text for a in figure.layout.annotations] == ["&lt;3"]
    assert tuple(figure.layout.xaxis.range) == pytest.approx((10 - 0.72, 10 + 0.72))
    assert tuple(figure.layout.yaxis.range) == pytest.approx((10 - 0.72, 10 + 0.72))


def test_the_whole_has_room_around_it() -> None:
    window = chart.whole(0, 10, 0, 100)
    assert (window.left, window.right, window.bottom, window.top) == pytest.approx(
        (-0.4, 10.4, -4, 108)
    )
    point = chart.whole(1, 1, 1, 1)
    assert point.left < 1 < point.right


@pytest.mark.parametrize("colour", chart.COLOURS)
def test_nothing_to_show_still_draws(colour: str) -> None:
    assert not draw(colour, PLACES.head(0)).layout.annotations


@pytest.mark.parametrize("colour", chart.COLOURS)
def test_forty_thousand_artists_stay_far_below_the_limit_of_a_page(colour: str) -> None:
    n = 40_000
    rng = np.random.default_rng(0)
    many = pd.DataFrame(
        {
            "artist": np.arange(n, dtype=np.int32) + 200_000,
            "x": rng.normal(size=n),
            "y": rng.normal(size=n),
            "artist_name": [f"An artist, number {number}" for number in range(n)],
            "listeners": rng.integers(1, 50_000, n),
            "plays": rng.integers(1, 50_000, n),
            "country_name": "Finland",
            "region": rng.choice(["Nordics", "Balkans", "Oceania"], n),
            "locality": rng.random(n),
        }
    )
    spec = plotly.io.to_json(draw(colour, many, countries=["Finland"]), validate=False)
    assert len(spec.encode()) < 4_000_000
