from __future__ import annotations

import pandas as pd
import pytest

from app.charts.country_map import country_map, sizes
from app.look.palette import Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "country": ["BR", "FI", "SE"],
        "country_name": ["Brazil", "Finland", "Sweden"],
        "region": ["Latin America", "Nordics", "Nordics"],
        "listeners": [1600, 400, 1],
        "x": [0.0, 5.0, 10.0],
        "y": [0.0, 5.0, 10.0],
        "nearest": ["Finland, Sweden", "Sweden, Brazil", None],
    }
)


def test_countries_have_the_colour_of_their_region() -> None:
    america, nordics = country_map(TABLE, palette=PALETTE).data
    assert (america.name, nordics.name) == ("Latin America", "Nordics")
    assert nordics.marker.color == PALETTE.colour_of("Nordics")
    assert list(nordics.x) == [5, 10]
    assert nordics.text[0] == "<b>Finland</b><br>400 listeners<br>Nearest: Sweden,<br>Brazil"
    assert nordics.text[1].endswith("Nearest: –")


def test_areas_follow_listeners() -> None:
    assert sizes(TABLE["listeners"]).tolist() == [40, 20, 7]
    assert sizes(TABLE["listeners"].head(0)).tolist() == []


def test_every_country_with_room_is_named() -> None:
    figure = country_map(TABLE, palette=PALETTE)
    assert [a.text for a in figure.layout.annotations] == ["Brazil", "Finland", "Sweden"]
    left, right = figure.layout.xaxis.range
    assert left < TABLE["x"].min()
    assert right > TABLE["x"].max()


def test_a_code_stands_where_a_name_has_no_room() -> None:
    # Three dots, nearly at one place: a name above, a name below, and no room for anything else.
    # The fourth is 22 of 330 pixels beside: too near for its name, not for its code.
    crowd = pd.DataFrame(
        {
            "country": ["AA", "BB", "CC", "DD", "EE"],
            "country_name": ["Chad", "Mali", "Togo", "Liechtenstein", "Far"],
            "x": [50.0, 50.0, 50.0, 58.5, 100.0],
            "y": [50.0, 50.0, 50.0, 50.0, 100.0],
        }
    ).assign(region="Africa", listeners=5, nearest=None)
    corner = crowd.iloc[[4]].assign(country_name="Near", x=0.0, y=0.0)
    figure = country_map(pd.concat([crowd, corner], ignore_index=True), palette=PALETTE)
    assert {a.text for a in figure.layout.annotations} == {"Chad", "Mali", "DD", "Far", "Near"}


def test_the_map_stays_still_under_a_finger() -> None:
    layout = country_map(TABLE, palette=PALETTE).layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_still_draw(rows: int) -> None:
    assert len(country_map(TABLE.head(rows), palette=PALETTE).data) == rows
