from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import pytest

from app.charts import outlines
from app.charts.listener_map import listener_map
from app.charts.probability_map import probability_map
from app.charts.region_map import region_map
from app.look.palette import Palette
from pipeline.core.places.countries import countries

PALETTE = Palette()

Draw = Callable[[pd.DataFrame], go.Figure]
MAPS: dict[str, Draw] = {
    "listeners": listener_map,
    "probabilities": probability_map,
    "regions": partial(region_map, palette=PALETTE),
}
TABLE = pd.DataFrame(
    {
        "iso3": ["BRA", "SGP", "FIN", "ATA"],
        "country_name": ["Brazil", "Singapore", "Finland", "Antarctica"],
        "region": ["Latin America", "East Asia", "Nordics", "Antarctica"],
        "listeners": [10_000, 100, 1_000, 50],
        "probability": [0.5, 0.3, 0.15, 0.05],
    }
)


def test_the_outlines_travel_with_the_chart() -> None:
    head, _, rest = outlines.config()["topojsonURL"].partition(",")
    assert head == "data:application/json;base64"
    world = json.loads(base64.b64decode(rest.removesuffix("#")))
    assert {"countries", "land"} == set(world["objects"])
    assert "public domain" in world["licence"]


def test_every_country_but_antarctica_is_on_the_map() -> None:
    known = {c.iso3 for c in countries().values()}
    assert outlines.outlined() <= known
    hidden = {code for code in known if not outlines.drawn(pd.Series([code])).iloc[0]}
    assert hidden == {"ATA"}


def test_listeners_colour_the_map_by_powers_of_ten() -> None:
    shapes, dots = listener_map(TABLE).data
    assert list(shapes["locations"]) == ["BRA", "FIN"]
    assert list(shapes["z"]) == pytest.approx([4, 3])
    assert shapes["text"][0] == "<b>Brazil</b><br>10,000 listeners<br>Latin America"
    assert list(dots["marker"]["color"]) == pytest.approx([2])
    axis = listener_map(TABLE).layout.coloraxis
    assert (axis.cmin, axis.cmax) == pytest.approx((1, 4))
    assert list(axis.colorbar.ticktext) == ["10", "100", "1,000", "10,000"]


def test_dots_stand_where_the_country_is() -> None:
    dots = listener_map(TABLE).data[1]
    singapore = countries()["SG"]
    assert (dots["lon"][0], dots["lat"][0]) == (singapore.longitude, singapore.latitude)


def test_probabilities_colour_the_map_from_0() -> None:
    figure = probability_map(TABLE)
    shapes, dots = figure.data
    assert list(shapes["z"]) == [0.5, 0.15]
    assert list(dots["marker"]["color"]) == [0.3]
    assert shapes["text"][1] == "<b>Finland</b><br>15%<br>Nordics"
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 0.5)


def test_regions_have_their_colours() -> None:
    coloured = {
        code: trace["colorscale"][0][1]
        for trace in region_map(TABLE, palette=PALETTE).data
        if trace["type"] == "choropleth"
        for code in trace["locations"]
    }
    assert coloured == {
        "BRA": PALETTE.colour_of("Latin America"),
        "FIN": PALETTE.colour_of("Nordics"),
    }
    dots = [t for t in region_map(TABLE, palette=PALETTE).data if t["type"] == "scattergeo"]
    assert [d["marker"]["color"] for d in dots] == [PALETTE.colour_of("East Asia")]


@pytest.mark.parametrize("draw", MAPS)
def test_an_empty_table_gives_an_empty_world(draw: str) -> None:
    figure = MAPS[draw](TABLE.head(0))
    assert [len(trace["locations"]) for trace in figure.data] in ([], [0])


@pytest.mark.parametrize("draw", MAPS)
def test_maps_stay_still_under_a_finger(draw: str) -> None:
    assert MAPS[draw](TABLE).layout.dragmode is False
    assert outlines.config()["scrollZoom"] is False
