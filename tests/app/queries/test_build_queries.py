from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from app.queries import builds as build_queries
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import FileRecord, StageCost
from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Storage

COUNTS = pd.DataFrame(
    [
        ("clean", "plays", "kept", "", 6),
        ("clean", "plays", "set aside", "rare", 1),
        ("clean", "plays", "set aside", "common", 3),
        ("clean", "plays", "read", "", 10),
        ("ingest", "plays", "kept", "", 10),
        ("ingest", "plays", "read", "", 10),
        ("ingest", "listeners", "read", "", 0),
    ],
    columns=["step", "rows_of", "outcome", "reason", "rows"],
)


def test_rows_are_told_from_reading_to_kept() -> None:
    fate = build_queries.fate_of_rows(COUNTS, kind="plays")
    assert fate["rows"].tolist() == [10, 10, 10, 3, 1, 6]
    assert fate["outcome"].tolist() == ["read", "kept", "read", "set aside", "set aside", "kept"]
    assert fate["reason"].tolist()[3:5] == ["common", "rare"]
    assert fate["reason"].isna().tolist() == [True, True, True, False, False, True]
    assert fate["share"].tolist() == pytest.approx([1, 1, 1, 0.3, 0.1, 0.6])
    assert build_queries.balance(fate, "clean") == (10, 6, 4)


def test_shares_of_nothing_read_are_null() -> None:
    fate = build_queries.fate_of_rows(COUNTS, kind="listeners")
    assert fate["share"].isna().all()
    assert build_queries.balance(fate, "clean") == (0, 0, 0)


@pytest.mark.parametrize("kind", ["listeners", "plays"])
@pytest.mark.parametrize("step", ["ingest", "clean"])
def test_what_is_read_is_kept_or_set_aside(tiny_build: Build, kind: str, step: str) -> None:
    fate = build_queries.fate_of_rows(tiny_build.read("row_counts"), kind=kind)
    read, kept, aside = build_queries.balance(fate, step)
    assert read == kept + aside > 0


def test_the_first_rows_of_each_reason_are_the_sample(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [("a.tsv", n, "short", "4 fields", f"row {n}") for n in (9, 3, 5)]
    rows.append(("a.tsv", 1, "odd", "a number", "row 1"))
    frame = pd.DataFrame(rows, columns=["file", "row_number", "reason", "expected", "content"])
    connection.register("quarantine", frame)
    found = connection.sql(build_queries.QUARANTINE_SAMPLE, params=[2]).df()
    assert found["reason"].tolist() == ["short", "short", "odd"]
    assert found["row_number"].tolist() == [3, 5, 1]
    assert found["rows_set_aside"].tolist() == [3, 3, 1]


def test_stages_and_files_become_tables() -> None:
    stages = build_queries.stage_costs([StageCost(name="a", seconds=1.5, peak_mb=2)])
    assert stages.to_dict("records") == [{"stage": "a", "seconds": 1.5, "peak_mb": 2}]
    files = build_queries.file_table(
        [
            FileRecord(path="small", bytes=2**19, sha256="x"),
            FileRecord(path="large", bytes=2**21, sha256="y"),
        ]
    )
    assert files["path"].tolist() == ["large", "small"]
    assert files["size_mb"].tolist() == [2, 0.5]


def test_columns_mean_what_the_contract_says() -> None:
    declared = contract.table("countries")
    found = build_queries.columns_of(declared).set_index("column")
    assert found.index.tolist() == [c.name for c in declared.columns]
    assert found.at["listeners", "meaning"] == "Listeners who state the country."
    assert found.at["position", "null"]
    assert not found.at["listeners", "null"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    "name", [t.name for t in contract.tables().values() if t.storage is Storage.DATABASE]
)
def test_every_table_is_exported_whole(
    tiny_build: Build, tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / f"it's {name}.{kind}"
    tiny_build.sql(build_queries.export(contract.table(name), path, most=None))
    written = pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)
    expected = tiny_build.read(name)
    assert written.columns.tolist() == expected.columns.tolist()
    assert len(written) == len(expected)


def test_an_export_is_in_order_and_may_end_early(tiny_build: Build, tmp_path: Path) -> None:
    path = tmp_path / "countries.csv"
    tiny_build.sql(build_queries.export(contract.table("countries"), path, most=3))
    # The code of Namibia is no missing value.
    written = pd.read_csv(path, keep_default_na=False)["country"].tolist()
    assert written == sorted(tiny_build.read("countries")["country"])[:3]
