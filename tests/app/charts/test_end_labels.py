from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
from sklearn.isotonic import IsotonicRegression

from app.charts.end_labels import End, add_end_labels, apart


def test_labels_with_room_stay_where_they_are() -> None:
    assert apart([10, 80, 40], [15, 15, 15], room=100) == pytest.approx([10, 80, 40])


def test_a_crowd_is_spread_around_its_own_middle() -> None:
    assert apart([50, 50, 53], [10, 10, 10], room=100) == pytest.approx([41, 51, 61])


def test_labels_stay_within_the_room() -> None:
    assert apart([99, 98], [10, 20], room=100) == pytest.approx([95, 80])
    assert apart([0, 1], [10, 20], room=100) == pytest.approx([5, 20])


def test_labels_move_as_little_as_can_be() -> None:
    random = np.random.default_rng(0)
    wanted, heights = random.uniform(20, 380, 12), random.choice([15.0, 30.0], 12)
    placed = np.array(apart(wanted.tolist(), heights.tolist(), room=1e6))
    order = np.argsort(wanted)
    middles = np.cumsum(heights[order]) - heights[order] / 2
    fitted = IsotonicRegression().fit_transform(np.arange(12), wanted[order] - middles)
    assert placed[order] == pytest.approx(np.maximum(fitted, 0) + middles)
    gaps = np.diff(placed[order]) - (heights[order][1:] + heights[order][:-1]) / 2
    assert gaps.min() >= -1e-9


def test_names_are_wrapped_and_shifted_from_their_lines() -> None:
    figure = go.Figure()
    ends = [End("Logistic regression", 0.5, "#111111"), End("Flat", 0.5, "#222222")]
    add_end_labels(figure, ends, low=0, high=1, height=100)
    first, second = figure.layout.annotations
    assert first.text == "Logistic<br>regression"
    assert (first.font.color, second.font.color) == ("#111111", "#222222")
    assert abs(first.yshift - second.yshift) == pytest.approx(22.5)
    assert figure.layout.margin.r > 70
