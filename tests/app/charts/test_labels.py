from __future__ import annotations

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.charts.labels import (
    HIGHEST,
    Label,
    Point,
    Window,
    add_labels,
    place_labels,
    shortened,
    text_width,
)

WINDOW = Window(0, 100, 0, 100)
SMALL = (300.0, 400.0)


def place(*points: Point, most: int = 50) -> list[Label]:
    return place_labels(points, window=WINDOW, width=SMALL[0], height=SMALL[1], most=most)


def box(label: Label, width: float, height: float) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a name in a chart of any size."""
    across, upward = label.point.x / 100 * width, label.point.y / 100 * height
    half = text_width(label.point.name) / 2
    bottom = upward + label.bottom
    return across - half, bottom, across + half, bottom + HIGHEST


def touch(one: Label, other: Label, width: float, height: float) -> bool:
    a, b = box(one, width, height), box(other, width, height)
    air = 1e-6
    return a[0] < b[2] - air and b[0] < a[2] - air and a[1] < b[3] - air and b[1] < a[3] - air


def test_a_name_stands_above_its_dot() -> None:
    (label,) = place(Point(50, 50, "Björk", 10))
    assert (label.above, label.shift, label.bottom) == (True, 5, 5)


def test_a_name_without_room_above_stands_below() -> None:
    # 400 pixels for 100: three quarters of the way up leaves 100, the top itself nothing.
    (label,) = place(Point(50, 100, "Björk", 10))
    assert (label.above, label.shift, label.bottom) == (False, -5, -5 - HIGHEST)


def test_the_earlier_wins_and_the_later_gives_way() -> None:
    first, second, third = (Point(50, 50, name, 4) for name in ("First", "Second", "Third"))
    labels = place(first, second, third)
    assert [(label.point.name, label.above) for label in labels] == [
        ("First", True),
        ("Second", False),
    ]
    assert [label.point.name for label in place(third, first, second)] == ["Third", "First"]


def test_names_do_not_run_over_the_edge() -> None:
    assert place(Point(0, 50, "Left", 4), Point(100, 50, "Right", 4)) == []
    assert len(place(Point(10, 50, "Left", 4), Point(90, 50, "Right", 4))) == 2


def test_there_are_no_more_names_than_asked_for() -> None:
    spread = [Point(50, 10 * step, "x", 2) for step in range(1, 10)]
    assert [label.point for label in place(*spread, most=3)] == spread[:3]
    assert place() == []


def test_a_name_that_a_larger_chart_would_move_into_another_is_left_out() -> None:
    # On 400 pixels the names stand at 230 to 247 and at 209 to 226; on 1200, at 630 to 647 and at
    # 625 to 642.
    large, small = Point(50, 50, "Large", 60), Point(50, 52, "Small", 2)
    low, high = Label(large, above=True), Label(small, above=True)
    assert not touch(low, high, 300, 400)
    assert touch(low, high, 300, 1200)
    assert [label.point for label in place(large, small)] == [large]


points = st.builds(
    Point,
    x=st.floats(0, 100),
    y=st.floats(0, 100),
    name=st.text("abcdeßñ音", min_size=1, max_size=20),
    diameter=st.floats(2, 60),
)


@given(st.lists(points, max_size=40), st.floats(1, 6), st.floats(1, 3))
@settings(max_examples=150, deadline=None)
def test_names_clear_of_each_other_stay_so_on_a_larger_chart(
    several: list[Point], wider: float, higher: float
) -> None:
    labels = place(*several)
    for factor_x, factor_y in ((1.0, 1.0), (wider, higher), (wider, 1.0), (1.0, higher)):
        width, height = SMALL[0] * factor_x, SMALL[1] * factor_y
        for index, one in enumerate(labels):
            left, bottom, right, top = box(one, width, height)
            assert -1e-6 <= left <= right <= width + 1e-6
            assert -1e-6 <= bottom <= top <= height + 1e-6
            assert not any(touch(one, other, width, height) for other in labels[:index])


def test_names_are_written_as_they_are() -> None:
    figure = go.Figure()
    add_labels(figure, place(Point(50, 50, "<3 & more", 10)))
    (note,) = figure.layout.annotations
    assert note.text == "&lt;3 &amp; more"
    assert (note.x, note.y, note.yshift, note.yanchor) == (50, 50, 5, "bottom")
    assert note.showarrow is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x" * 22, "x" * 22), ("x" * 23, "x" * 21 + "…"), ("twenty letters and so on", None)],
)
def test_long_names_are_cut(name: str, expected: str | None) -> None:
    cut = shortened(name)
    assert len(cut) <= 22
    assert cut == (expected or "twenty letters and so…")


def test_wide_letters_take_more_room() -> None:
    assert text_width("音音") - text_width("") == 2 * (text_width("ab") - text_width(""))
