from __future__ import annotations

import pandas as pd

from app.charts.scatter_by_support import scatter_by_support
from app.look.palette import Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "country_name": ["Brazil", "Chile", "Finland"],
        "region": ["Latin America", "Latin America", "Nordics"],
        "train_listeners": [10_000, 9_000, 10],
        "recall": [0.8, 0.81, 0.0],
        "n": [1_000, 900, 2],
    }
)


def test_dots_equal_the_table_in_their_regions_colours() -> None:
    dots = {trace["name"]: trace for trace in scatter_by_support(TABLE, palette=PALETTE).data}
    assert list(dots["Latin America"]["x"]) == [10_000, 9_000]
    assert list(dots["Latin America"]["y"]) == [0.8, 0.81]
    assert dots["Nordics"]["marker"]["color"] == PALETTE.colour_of("Nordics")
    assert dots["Nordics"]["customdata"][0] == (
        "<b>Finland</b><br>0% of 2 found<br>10 learned from<br>Nordics"
    )
    assert scatter_by_support(TABLE, palette=PALETTE).layout.xaxis.type == "log"


def test_names_that_would_run_over_a_dot_are_left_out() -> None:
    dots = {trace["name"]: trace for trace in scatter_by_support(TABLE, palette=PALETTE).data}
    assert list(dots["Latin America"]["text"]) == ["", "Chile"]
    assert list(dots["Nordics"]["text"]) == ["Finland"]


def test_no_rows_draw_nothing() -> None:
    assert len(scatter_by_support(TABLE.head(0), palette=PALETTE).data) == 0
    assert len(scatter_by_support(TABLE.head(1), palette=PALETTE).data) == 1
