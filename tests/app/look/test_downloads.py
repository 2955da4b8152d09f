from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.look.downloads import MIMES, as_csv, as_parquet

FRAME = pd.DataFrame(
    {
        "region": ["Nordics", "Africa"],
        "accuracy": [0.25, None],
        "artist_name": ["Sigur Rós", "100% #1"],
    }
)


def offered(file: str, quiet: bool) -> None:
    from app.look.downloads import offer

    offer("Take it", b"content", file=file, key="k", quiet=quiet)


def button(file: str, *, quiet: bool = False) -> Any:
    app = AppTest.from_function(offered, args=(file, quiet)).run()
    assert not app.exception
    return app.get("download_button")[0].proto


def test_files_hold_the_table_as_it_is() -> None:
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(as_parquet(FRAME))), FRAME)
    lines = as_csv(FRAME).decode("utf-8").splitlines()
    assert lines == ["region,accuracy,artist_name", "Nordics,0.25,Sigur Rós", "Africa,,100% #1"]


def test_a_file_is_offered_without_drawing_the_page_anew() -> None:
    proto = button("a_table.csv")
    assert (proto.label, proto.type, proto.ignore_rerun) == ("Take it", "secondary", True)
    assert proto.icon == ":material/download:"
    assert proto.url.endswith(".csv")
    assert button("a_table.csv", quiet=True).type == "tertiary"


@pytest.mark.parametrize("ending", MIMES)
def test_every_known_ending_can_be_offered(ending: str) -> None:
    assert button(f"a.b.{ending}").url


def test_an_unknown_ending_is_refused() -> None:
    app = AppTest.from_function(offered, args=("a.exe", False)).run()
    assert "exe" in app.exception[0].message


def test_a_table_is_offered_as_csv_and_parquet() -> None:
    def script() -> None:
        from test_downloads import FRAME

        from app.look.downloads import offer_table

        offer_table(FRAME, name="t", key="k")

    app = AppTest.from_function(script).run()
    assert [b.proto.label for b in app.get("download_button")] == ["CSV", "Parquet"]
