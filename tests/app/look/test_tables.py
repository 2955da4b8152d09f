from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

FRAME = pd.DataFrame(
    {
        "region": ["Nordics", "Africa"],
        "accuracy": [0.25, None],
        "gap": [-0.3, 0.1],
        "listeners": pd.array([1200, 3], dtype="Int32"),
        "found": [True, False],
        "artist": [7, 8],
        "artist_name": ["Sigur Rós", "100% #1"],
    }
)


def shown(script: Callable[[], None]) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    return app


def plain_table() -> None:
    from test_tables import FRAME

    from app.look.columns import Column
    from app.look.tables import show_table

    show_table(
        FRAME,
        [
            Column("region", meaning="Where."),
            Column("accuracy", "How often right", unit="share"),
            Column("gap", "The gap", unit="share", signed=True),
            Column("listeners"),
            Column("found"),
            Column("artist_name", "Artist", link="/artists?artist={artist}"),
            Column("artist", hidden=True),
        ],
        name="a_table",
        alt="A table",
        key="k",
    )


def config(app: AppTest) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(app.dataframe[0].proto.columns)
    return found


def test_columns_are_shown_as_they_say_of_themselves() -> None:
    columns = config(shown(plain_table))
    assert columns["region"]["help"] == "Where."
    assert columns["region"]["pinned"] is True
    assert columns["accuracy"]["label"] == "How often right"
    assert columns["listeners"]["label"] == "Listeners"
    assert columns["found"]["type_config"]["type"] == "checkbox"
    formats = {c: columns[c]["type_config"]["format"] for c in ("accuracy", "gap", "listeners")}
    assert formats == {"accuracy": "%.1f%%", "gap": "%+.1f%%", "listeners": "localized"}
    assert "pinned" not in columns["accuracy"]


def test_shares_are_shown_in_hundredths_and_null_stays() -> None:
    seen = shown(plain_table).dataframe[0].value
    assert seen["accuracy"].iloc[0] == pytest.approx(25)
    assert pd.isna(seen["accuracy"].iloc[1])
    assert seen["gap"].tolist() == pytest.approx([-30, 10])
    assert seen["listeners"].tolist() == [1200, 3]
    assert "artist" not in seen


def test_a_link_stands_behind_its_text_in_a_column_of_its_own() -> None:
    app = shown(plain_table)
    seen = app.dataframe[0].value
    assert seen["artist_name"].tolist() == ["Sigur Rós", "100% #1"]
    assert seen["artist_name_link"].tolist() == ["/artists?artist=7", "/artists?artist=8"]
    columns = list(seen.columns)
    assert columns.index("artist_name_link") == columns.index("artist_name") + 1
    told = config(app)
    assert "help" not in told["artist_name"]
    assert told["artist_name_link"]["help"] == "Opens its page in a new tab."
    assert told["artist_name_link"]["type_config"]["type"] == "link"


def test_the_meaning_of_a_text_with_a_link_is_about_the_link() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.columns import Column
        from app.look.tables import show_table

        linked = Column("artist_name", meaning="Goes there.", group="G", link="/a/{artist}")
        show_table(FRAME, [linked], name="a", alt="A", key="k")

    app = shown(script)
    assert list(app.dataframe[0].value.columns) == [("G", "artist_name"), ("G", "artist_name_link")]
    assert "help" not in config(app)["_pos:1"]
    assert config(app)["_pos:2"]["help"] == "Goes there."


def test_groups_stand_above_columns() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.columns import Column
        from app.look.tables import show_table

        show_table(
            FRAME,
            [
                Column("region"),
                Column("accuracy", group="Both"),
                Column("gap", "Gap", group="Both", tint=(-1, 1)),
            ],
            name="a",
            alt="A",
            key="k",
        )

    app = shown(script)
    assert list(app.dataframe[0].value.columns) == [
        ("", "region"),
        ("Both", "accuracy"),
        ("Both", "gap"),
    ]
    assert config(app)["_pos:3"]["label"] == "Gap"
    assert config(app)["_pos:1"]["pinned"] is True
    css = app.dataframe[0].proto.arrow_data.styler.styles
    assert "row0_col2" in css
    assert "col1" not in css


def test_a_table_without_rows_is_said() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.columns import Column
        from app.look.tables import show_table

        columns = [Column("region")]
        show_table(FRAME.head(0), columns, name="a", alt="A", key="k", empty="Nobody.")

    app = shown(script)
    assert [c.value for c in app.caption] == ["Nobody."]
    assert not app.dataframe
    assert not app.get("download_button")


def test_rows_to_mark_and_tints_go_to_their_cells() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.columns import Column
        from app.look.tables import show_table

        show_table(
            FRAME,
            [Column("region"), Column("accuracy", tint=(0, 1)), Column("gap", marked=[1])],
            name="a",
            alt="A",
            key="k",
        )

    css = shown(script).dataframe[0].proto.arrow_data.styler.styles
    assert "row0_col1" in css
    assert "row1_col1" not in css
    assert "row1_col2" in css
    assert "row0_col2" not in css


def test_the_files_hold_what_is_hidden_and_numbers_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[pd.DataFrame] = []

    def take(frame: pd.DataFrame, *, name: str, key: str) -> None:
        assert (name, key) == ("a", "k")
        taken.append(frame)

    monkeypatch.setattr("app.look.tables.offer_table", take)

    def script() -> None:
        import pandas as pd

        from app.look.columns import Column
        from app.look.tables import show_table

        plays = pd.DataFrame({"other": [0, 0], "artist": [1, 2], "plays": [3.5, 12.0]})
        columns = [Column("plays", unit="count"), Column("artist", hidden=True)]
        show_table(plays, columns, name="a", alt="A", key="k")

    seen = shown(script).dataframe[0].value
    assert seen.to_dict("list") == {"plays": [4, 12]}
    assert taken[0].to_dict("list") == {"plays": [3.5, 12.0], "artist": [1, 2]}


def test_a_row_that_is_chosen_is_told_by_its_position() -> None:
    def script() -> None:
        from types import SimpleNamespace

        import streamlit as st

        from app.look.tables import _on_select

        for rows in ([1], []):
            st.session_state["k"] = SimpleNamespace(selection=SimpleNamespace(rows=rows))
            _on_select(lambda position: st.text(f"row {position}") and None, "k")()

    assert [text.value for text in shown(script).text] == ["row 1"]
