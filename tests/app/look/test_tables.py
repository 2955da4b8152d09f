from __future__ import annotations

import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.look import tables
from pipeline.core.tables import contract

FRAME = pd.DataFrame(
    {
        "region": ["Nordics", "Africa"],
        "accuracy": [0.25, None],
        "gap": [-0.3, 0.1],
        "listeners": pd.array([1200, 3], dtype="Int32"),
        "artist": [7, 8],
        "artist_name": ["Sigur Rós", "100% #1"],
    }
)
CATALOGUE = pd.DataFrame(
    {
        "metric": ["accuracy"],
        "label": ["How often right"],
        "unit": ["share"],
        "meaning": ["A meaning."],
    }
)


def shown(script: object) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60).run()  # type: ignore[arg-type]
    assert not app.exception
    return app


def plain_table() -> None:
    from test_tables import CATALOGUE, FRAME

    from app.look.tables import show_table

    show_table(
        FRAME,
        name="a_table",
        alt="A table",
        key="k",
        table="regions",
        catalogue=CATALOGUE,
        labels={"gap": "The gap"},
        units={"gap": "share"},
        signed=["gap"],
        links={"artist_name": "/artists?artist={artist}"},
        hidden=["artist"],
    )


def config(app: AppTest) -> dict[str, dict[str, object]]:
    import json

    found: dict[str, dict[str, object]] = json.loads(app.dataframe[0].proto.columns)
    return found


def test_labels_help_and_formats_come_from_what_is_declared() -> None:
    columns = config(shown(plain_table))
    meanings = {c.name: c.meaning for c in contract.table("regions").columns}
    assert columns["region"]["help"] == meanings["region"]
    assert columns["region"]["pinned"] is True
    assert columns["listeners"]["label"] == "Listeners"
    assert columns["accuracy"]["label"] == "How often right"
    assert columns["accuracy"]["help"] == "A meaning."
    assert columns["gap"]["label"] == "The gap"
    formats = {c: columns[c]["type_config"]["format"] for c in ("accuracy", "gap", "listeners")}  # type: ignore[index]
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
    seen = shown(plain_table).dataframe[0].value
    assert seen["artist_name"].tolist() == ["Sigur Rós", "100% #1"]
    assert seen["artist_name_link"].tolist() == ["/artists?artist=7", "/artists?artist=8"]
    columns = list(seen.columns)
    assert columns.index("artist_name_link") == columns.index("artist_name") + 1


def test_groups_stand_above_columns() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.tables import show_table

        show_table(
            FRAME[["region", "accuracy", "gap"]],
            name="a",
            alt="A",
            key="k",
            labels={"gap": "Gap"},
            groups={"accuracy": "Both", "gap": "Both"},
            tint={"gap": (-1, 1)},
        )

    app = shown(script)
    assert list(app.dataframe[0].value.columns) == [
        ("", "region"),
        ("Both", "accuracy"),
        ("Both", "gap"),
    ]
    assert config(app)["_pos:3"]["label"] == "Gap"


def test_a_table_without_rows_is_said() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.tables import show_table

        assert show_table(FRAME.head(0), name="a", alt="A", key="k", empty="Nobody.") is None

    app = shown(script)
    assert [c.value for c in app.caption] == ["Nobody."]
    assert not app.dataframe


def test_an_unknown_unit_is_named() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.tables import show_table

        show_table(FRAME, name="a", alt="A", key="k", units={"gap": "ells"})

    app = AppTest.from_function(script, default_timeout=60).run()
    assert "no unit 'ells' is known" in app.exception[0].message


def test_every_unit_of_the_catalogue_has_a_format() -> None:
    unit = next(c for c in contract.table("metric_catalogue").columns if c.name == "unit")
    assert set(unit.one_of or ()) <= set(tables.FORMATS)


def test_files_hold_the_table_as_it_is() -> None:
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(tables.as_parquet(FRAME))), FRAME)
    lines = tables.as_csv(FRAME).decode("utf-8").splitlines()
    assert lines[1:] == ["Nordics,0.25,-0.3,1200,7,Sigur Rós", "Africa,,0.1,3,8,100% #1"]


@pytest.mark.parametrize(
    ("value", "scale", "css"),
    [
        (0.5, (0, 1), "background-color: rgba(45, 150, 145, 0.250)"),
        (2, (0, 1), "background-color: rgba(45, 150, 145, 0.500)"),
        (0, (0, 1), ""),
        (None, (0, 1), ""),
        (-1, (-2, 4), "background-color: rgba(200, 120, 40, 0.250)"),
        (1, (-2, 4), "background-color: rgba(45, 150, 145, 0.125)"),
        (5, (5, 5), ""),
    ],
)
def test_cells_are_tinted_by_value(
    value: float | None, scale: tuple[float, float], css: str
) -> None:
    assert tables.tinted(value, scale) == css


def test_rows_to_mark_and_tints_go_to_their_cells() -> None:
    def script() -> None:
        from test_tables import FRAME

        from app.look.tables import show_table

        show_table(
            FRAME[["region", "accuracy", "gap"]],
            name="a",
            alt="A",
            key="k",
            tint={"accuracy": (0, 1)},
            best={"gap": [1]},
        )

    css = shown(script).dataframe[0].proto.arrow_data.styler.styles
    assert "row0_col1" in css
    assert "row1_col1" not in css
    assert "row1_col2" in css
    assert "row0_col2" not in css


def test_counts_are_whole_on_the_screen_and_exact_in_the_file() -> None:
    def script() -> None:
        import pandas as pd

        from app.look.tables import show_table

        plays = pd.DataFrame({"name": ["a", "b"], "plays": [3.5, 12.0]})
        show_table(plays, name="a", alt="A", key="k", units={"plays": "count"})

    seen = shown(script).dataframe[0].value
    assert seen["plays"].tolist() == [4, 12]
    assert b"3.5" in tables.as_csv(pd.DataFrame({"plays": [3.5]}))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.1234, "share", "12.3%"),
        (1.23456, "nats", "1.235"),
        (1234, "count", "1,234"),
        (None, "share", "–"),
        (float("nan"), "bits", "–"),
    ],
)
def test_numbers_in_sentences_are_written_as_in_tables(
    value: float | None, unit: str, words: str
) -> None:
    assert tables.in_words(value, unit) == words
