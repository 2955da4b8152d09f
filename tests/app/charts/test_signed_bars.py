from __future__ import annotations

import pandas as pd
import pytest

from app.charts.signed_bars import AGAINST, FOR, signed_bars

TABLE = pd.DataFrame(
    {
        "artist_name": ["múm", "<b>x</b>", "Air"],
        "effect": [0.5, -1.0, 0.0],
        "written": ["× 1.65", "÷ 2.72", "× 1.00"],
        "colour": ["#111111", "#222222", "#333333"],
    }
)


def test_bars_go_to_both_sides_in_two_colours() -> None:
    figure = signed_bars(TABLE, name="artist_name", value="effect", written="written")
    bars = figure.data[0]
    assert list(bars["x"]) == [0.5, -1.0, 0.0]
    assert list(bars["marker"]["color"]) == [FOR, AGAINST, FOR]
    assert figure.layout.xaxis.range == pytest.approx((-1.04, 1.04))
    assert figure.layout.yaxis.ticktext[0] == "múm  <b>× 1.65</b> "


def test_names_are_not_read_as_markup() -> None:
    figure = signed_bars(TABLE, name="artist_name", value="effect", written="written")
    assert figure.layout.yaxis.ticktext[1].startswith("&lt;b&gt;x&lt;/b&gt;")
    assert figure.data[0]["text"][1] == "&lt;b&gt;x&lt;/b&gt;"


def test_colours_and_an_end_may_be_given() -> None:
    figure = signed_bars(
        TABLE, name="artist_name", value="effect", written="written", colour="colour", end=2.0
    )
    assert list(figure.data[0]["marker"]["color"]) == ["#111111", "#222222", "#333333"]
    assert figure.layout.xaxis.range == pytest.approx((-1.04, 2.08))


def test_without_bars_to_the_left_the_line_is_the_edge() -> None:
    figure = signed_bars(TABLE.head(1), name="artist_name", value="effect", written="written")
    assert figure.layout.xaxis.range == pytest.approx((0, 0.52))
    assert not signed_bars(
        TABLE.head(0), name="artist_name", value="effect", written="written"
    ).data[0]["x"]
