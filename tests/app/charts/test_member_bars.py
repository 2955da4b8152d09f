from __future__ import annotations

import pandas as pd

from app.charts.member_bars import member_bars

TABLE = pd.DataFrame(
    {
        "label": ["Trees on evidence and vectors", "Linear"],
        "region_weight": [0.125, 0.86],
        "within_weight": [0.5, 0.0],
    }
)


def test_a_bar_for_each_member_and_layer_with_its_weight() -> None:
    first, second = member_bars(TABLE).data
    assert first["name"] == "Layer 1: region"
    assert second["name"] == "Layer 2: country"
    assert list(first["x"]) == [0.125, 0.86]
    assert list(second["text"]) == ["0.50", "0.00"]
    assert first["marker"]["color"] != second["marker"]["color"]


def test_long_names_are_broken_for_a_phone() -> None:
    first, _ = member_bars(TABLE).data
    assert list(first["y"]) == ["Trees on evidence<br>and vectors", "Linear"]


def test_members_without_any_weight_can_be_drawn() -> None:
    none = TABLE.assign(region_weight=0.0, within_weight=0.0)
    assert member_bars(none).layout.xaxis.range[1] > 0
