from __future__ import annotations

import pandas as pd
import pytest

from app.charts.coverage_dots import coverage_dots

TABLE = pd.DataFrame(
    {
        "region": ["All listeners", "Nordics", "All listeners", "Nordics"],
        "label": ["Atlas", "Atlas", "Flat", "Flat"],
        "covered": [0.9, 0.75, 0.92, 0.8],
        "low": [0.88, 0.55, 0.9, 0.6],
        "high": [0.92, 0.9, 0.94, 0.92],
        "mean_size": [12.0, 14.04, 3.0, 4.0],
        "n": [1000, 20, 1000, 20],
        "few": [False, True, False, True],
    }
)


def test_dots_stand_at_their_coverage_with_their_range() -> None:
    atlas, flat = coverage_dots(TABLE, colours={"Atlas": "#0079AA"}, promised=0.9).data
    assert list(atlas["x"]) == [0.9, 0.75]
    assert list(atlas["error_x"]["array"]) == pytest.approx([0.02, 0.15])
    assert list(atlas["error_x"]["arrayminus"]) == pytest.approx([0.02, 0.2])
    assert atlas["marker"]["color"] == "#0079AA"
    assert "75% of 20 listeners, likely 55% to 90%<br>14.0 countries" in atlas["customdata"][1]
    assert flat["name"] == "Flat"


def test_few_listeners_leave_a_dot_hollow() -> None:
    atlas, _ = coverage_dots(TABLE, colours={}, promised=0.9).data
    assert list(atlas["marker"]["symbol"]) == ["circle", "circle-open"]


def test_rows_follow_the_table_and_recipes_lie_side_by_side() -> None:
    figure = coverage_dots(TABLE, colours={}, promised=0.9)
    assert list(figure.layout.yaxis.ticktext) == ["All listeners", "Nordics"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    atlas, flat = figure.data
    assert [round(y) for y in atlas["y"]] == [round(y) for y in flat["y"]] == [0, 1]
    assert atlas["y"][0] < flat["y"][0]


def test_the_promise_is_drawn_and_within_the_axis() -> None:
    figure = coverage_dots(TABLE, colours={}, promised=0.9)
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.9
    low, high = figure.layout.xaxis.range
    assert low < 0.55
    assert high > 1


def test_one_recipe_needs_no_legend() -> None:
    alone = coverage_dots(TABLE[TABLE["label"] == "Flat"], colours={}, promised=0.9)
    assert not alone.layout.showlegend
    assert coverage_dots(TABLE, colours={}, promised=0.9).layout.showlegend
