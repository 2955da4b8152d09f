from __future__ import annotations

import pandas as pd

from app.charts.probability_bars import probability_bars
from app.look.palette import Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "region": ["Nordics", "Africa"],
        "probability": [0.7, 0.3],
        "share": [0.1, 0.9],
    }
)


def test_bars_and_ticks_equal_the_table() -> None:
    bars, ticks = probability_bars(TABLE, name="region", palette=PALETTE).data
    assert list(bars["y"]) == ["Nordics", "Africa"]
    assert list(bars["x"]) == [0.7, 0.3]
    assert list(bars["marker"]["color"]) == [
        PALETTE.colour_of("Nordics"),
        PALETTE.colour_of("Africa"),
    ]
    assert list(ticks["x"]) == [0.1, 0.9]


def test_figures_stand_in_the_labels_and_nothing_is_cut_off() -> None:
    layout = probability_bars(TABLE, name="region", palette=PALETTE).layout
    assert list(layout.yaxis.ticktext) == ["Nordics  <b>70%</b> ", "Africa  <b>30%</b> "]
    assert layout.xaxis.range[1] >= 0.9
    assert tuple(layout.yaxis.range) == (1.5, -0.5)


def test_without_shares_there_are_no_ticks() -> None:
    figure = probability_bars(TABLE.drop(columns="share"), name="region", palette=PALETTE)
    assert len(figure.data) == 1


def test_another_column_may_give_the_lengths() -> None:
    figure = probability_bars(
        TABLE.assign(within=[0.25, 0.75]), name="region", value="within", palette=PALETTE
    )
    assert list(figure.data[0]["x"]) == [0.25, 0.75]


def test_all_zero_or_no_rows_still_draw() -> None:
    assert probability_bars(
        TABLE.assign(probability=0.0, share=0.0), name="region", palette=PALETTE
    ).data
    assert list(probability_bars(TABLE.head(0), name="region", palette=PALETTE).data[0]["x"]) == []
