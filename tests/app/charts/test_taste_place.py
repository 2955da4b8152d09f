from __future__ import annotations

import pandas as pd

from app.charts.taste_place import taste_place
from app.look.palette import Palette

PALETTE = Palette()

PLACES = pd.DataFrame(
    {
        "artist": [0, 1, 2],
        "x": [0.0, 1.0, 2.0],
        "y": [0.0, 3.0, 1.0],
        "artist_name": ["a", "b", "c"],
        "listeners": [9, 5, 2],
        "plays": [9, 5, 2],
        "country_name": ["Finland", "Finland", "Brazil"],
        "region": ["Nordics", "Nordics", "Latin America"],
        "locality": [0.5, 0.5, 0.5],
    }
)


def test_the_list_stands_out_from_pale_dots() -> None:
    figure = taste_place(PLACES, PLACES.tail(1), (0.5, 0.25), palette=PALETTE)
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces)[2:] == ["My artists", "You"]
    assert traces["Nordics"].marker.opacity < 0.5
    assert traces["My artists"].marker.opacity is None
    assert (list(traces["You"].x), list(traces["You"].y)) == ([0.5], [0.25])
    assert figure.layout.dragmode is False


def test_a_list_without_a_place_has_no_cross() -> None:
    figure = taste_place(PLACES, PLACES.head(0), None, palette=PALETTE)
    assert {trace.name for trace in figure.data} == {"Nordics", "Latin America"}
