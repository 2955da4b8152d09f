from __future__ import annotations

import pandas as pd
import pytest

from app.charts.audience_map import plays_map, popularity_map

TABLE = pd.DataFrame(
    {
        "iso3": ["BRA", "SGP", "FIN"],
        "country_name": ["Brazil", "Singapore", "Finland"],
        "region": ["Latin America", "East Asia", "Nordics"],
        "listeners": [20, 1, 3],
        "popularity": [0.02, 0.0004, 0.001],
        "plays": [10_000.0, 100.0, 0.0],
    }
)


def test_popularity_is_coloured_from_0() -> None:
    figure = popularity_map(TABLE)
    shapes, dots = figure.data
    assert list(shapes["locations"]) == ["BRA", "FIN"]
    assert list(shapes["z"]) == [0.02, 0.001]
    assert list(dots["marker"]["color"]) == [0.0004]
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 0.02)
    said = "<b>Brazil</b><br>2.00% of all plays<br>20 listeners<br>Latin America"
    assert shapes["text"][0] == said


def test_plays_are_coloured_by_powers_of_ten() -> None:
    figure = plays_map(TABLE)
    shapes, dots = figure.data
    assert list(shapes["z"]) == pytest.approx([4, 0])
    assert list(dots["marker"]["color"]) == pytest.approx([2])
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == pytest.approx((0, 4))
    ticks = ["1", "10", "100", "1,000", "10,000"]
    assert list(figure.layout.coloraxis.colorbar.ticktext) == ticks
    assert dots["text"][0] == "<b>Singapore</b><br>100 plays<br>1 listener<br>East Asia"


@pytest.mark.parametrize("draw", [popularity_map, plays_map])
def test_no_rows_give_an_empty_world(draw: object) -> None:
    assert callable(draw)
    assert [len(trace["locations"]) for trace in draw(TABLE.head(0)).data] == [0]
