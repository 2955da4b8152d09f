from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pages import opened, table_with, words

from app.views.data import _SECTIONS, _exported
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, builds_folder, current_id
from pipeline.core.builds.build import DATABASE, Build
from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Storage

pytestmark = pytest.mark.usefixtures("tiny_current")

NAMES = [t.name for t in contract.tables().values() if t.storage is Storage.DATABASE]


@pytest.mark.parametrize("section", _SECTIONS)
def test_the_address_chooses_what_is_seen(section: str) -> None:
    app = opened("data", data_show=section)
    assert app.segmented_control(key="data_show").value == section


@pytest.mark.parametrize("kind", ["Listeners", "Plays"])
def test_rows_read_are_kept_or_set_aside(tiny_build: Build, kind: str) -> None:
    app = opened("data", data_rows_of=kind)
    counts = tiny_build.read(
        "row_counts", "step = 'clean' AND rows_of = ?", [kind.lower()]
    ).groupby("outcome")["rows"]
    total = counts.sum()
    assert (
        f"**Cleaning:** {total['read']:,} {kind.lower()} read = {total['kept']:,} kept + "
        f"{total.get('set aside', 0):,} set aside."
    ) in words(app)
    shown = table_with(app, "outcome", "rows")
    assert (
        shown["rows"].sum()
        == tiny_build.read("row_counts", "rows_of = ?", [kind.lower()])["rows"].sum()
    )


def test_a_source_without_faults_says_so(tiny_build: Build) -> None:
    assert tiny_build.read("quarantine").empty
    assert "Every row of the source could be read." in words(opened("data"))


def test_faulty_rows_are_shown_by_reason(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / DATABASE
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "INSERT INTO quarantine SELECT 'plays.tsv', n, 'too short', '4 fields', 'x' "
            "FROM range(1, 9) AS r(n)"
        )
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened("data")
    shown = table_with(app, "reason", "expected")
    assert shown["row_number"].tolist() == [1, 2, 3, 4, 5]
    assert set(shown["rows_set_aside"]) == {8}
    assert "of 8 set aside" in words(app)
    assert app.download_button(key="quarantine_all")


def test_countries_and_the_threshold(tiny_build: Build) -> None:
    app = opened("data", data_show="Countries")
    countries = tiny_build.read("countries")
    threshold = tiny_build.manifest.config["clean"]["min_listeners"]
    assert (
        f"{len(countries)} countries; {countries['kept'].sum()} have the {threshold} listeners"
    ) in words(app)
    shown = table_with(app, "listeners").set_index("country_name")["listeners"]
    assert shown.to_dict() == countries.set_index("country_name")["listeners"].to_dict()


def test_the_making_is_the_manifests(tiny_build: Build) -> None:
    app = opened("data", data_show="Build")
    manifest = tiny_build.manifest
    assert table_with(app, "stage")["seconds"].tolist() == [s.seconds for s in manifest.stages]
    files = table_with(app, "sha256").set_index("path")["sha256"]
    assert files.to_dict() == {f.path: f.sha256 for f in manifest.files}
    assert manifest.source.licence in words(app)
    assert [tree.value for tree in app.json]


def test_the_card_has_the_test_accuracy(tiny_build: Build) -> None:
    app = opened("data", data_show="Model card")
    found = tiny_build.read(
        "metrics",
        "recipe = ? AND part = 'test' AND view = 'countries' AND metric = 'accuracy'",
        [tiny_build.manifest.default_recipe],
    ).iloc[0]
    assert f"right at the first guess (n = {found['n']:,})" in words(app)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_described(tiny_build: Build, name: str) -> None:
    app = opened("data", data_show="Tables", data_table=name)
    assert app.selectbox(key="data_table").value == name
    rows = int(tiny_build.sql(f"SELECT count(*) AS n FROM {name}")["n"].iloc[0])
    assert f"{contract.table(name).meaning} **{rows:,} row" in words(app)
    shown = table_with(app, "column", "meaning")
    assert shown["column"].tolist() == [c.name for c in contract.table(name).columns]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_holds_the_whole_table(tiny_build: Build, kind: str) -> None:
    file = io.BytesIO(_exported(tiny_build, contract.table("regions"), kind))
    written = pd.read_csv(file) if kind == "csv" else pd.read_parquet(file)
    expected = tiny_build.sql("SELECT * FROM regions ORDER BY region")
    pd.testing.assert_frame_equal(written, expected, check_dtype=False)


def test_a_large_table_says_that_its_csv_ends(
    monkeypatch: pytest.MonkeyPatch, tiny_build: Build
) -> None:
    monkeypatch.setattr("app.views.data._MOST_CSV_ROWS", 5)
    app = opened("data", data_show="Tables", data_table="countries")
    assert app.download_button(key="whole_csv").label == "The first 5 rows, as CSV"
    assert "CSV ends after 5 rows; Parquet has them all" in words(app)
    written = _exported(tiny_build, contract.table("countries"), "csv")
    assert len(written.splitlines()) == 6
