from __future__ import annotations

from itertools import pairwise

import pandas as pd

from app.charts.sankey import sankey
from app.look.palette import NEUTRAL, Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "region": ["Nordics", "Nordics", "Africa"],
        "country_name": ["Finland", "Other countries", "Other countries"],
        "probability": [0.7, 0.2, 0.1],
    }
)


def test_bands_equal_the_table() -> None:
    drawn = sankey(TABLE, palette=PALETTE).data[0]
    node, link = drawn["node"], drawn["link"]
    names = list(node["label"])
    assert names == ["Nordics 90%", "Africa 10%", "Finland 70%", "Other countries 30%"]
    bands = [
        (names[a], names[b], value)
        for a, b, value in zip(link["source"], link["target"], link["value"], strict=True)
    ]
    assert bands == [
        ("Nordics 90%", "Finland 70%", 0.7),
        ("Nordics 90%", "Other countries 30%", 0.2),
        ("Africa 10%", "Other countries 30%", 0.1),
    ]


def test_nodes_have_their_regions_colours_and_shared_ones_none() -> None:
    nordics, africa = PALETTE.colour_of("Nordics"), PALETTE.colour_of("Africa")
    drawn = sankey(TABLE, palette=PALETTE).data[0]
    assert list(drawn["node"]["color"]) == [nordics, africa, nordics, NEUTRAL]
    red, green, blue = (int(nordics[i : i + 2], 16) for i in (1, 3, 5))
    assert drawn["link"]["color"][0].startswith(f"rgba({red}, {green}, {blue},")


def test_names_of_low_nodes_stand_above_their_bands_and_clear_of_each_other() -> None:
    table = pd.DataFrame(
        {
            "region": ["Nordics"] * 4,
            "country_name": ["Finland", "Sweden", "Norway", "Other countries"],
            "probability": [0.96, 0.02, 0.01, 0.01],
        }
    )
    figure = sankey(table, palette=PALETTE)
    inside = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    names = {note.text: note for note in figure.layout.annotations}
    assert list(names) == list(figure.data[0]["node"]["label"])
    assert names["Finland 96%"].yanchor == "middle"
    low = [names[name] for name in ("Sweden 2.0%", "Norway 1.0%", "Other countries 1.0%")]
    assert {note.yanchor for note in low} == {"bottom"}
    centres = list(figure.data[0]["node"]["y"])[-3:]
    for note, centre in zip(low, centres, strict=True):
        assert note.y > 1 - centre
    baselines = [note.y * inside for note in low]
    assert all(a - b >= 16 for a, b in pairwise(baselines))
