from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Declaration, Storage
from pipeline.describe import artifacts_readme

EVERY_TABLE = list(contract.tables().values())
README = Path(__file__).parents[3] / "artifacts" / "README.md"


def test_every_file_of_declarations_is_read() -> None:
    files = {p.stem for p in Path(contract.__file__).parent.glob("*.py")}
    subjects = {Path(str(subject.__file__)).stem for subject in contract.SUBJECTS}
    assert subjects == files - {"__init__", "constants"}


def test_a_table_declared_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "SUBJECTS", contract.SUBJECTS[:1] * 2)
    with pytest.raises(ValueError, match="the table listeners is declared twice"):
        contract.tables.__wrapped__()


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda t: t.name)
def test_every_table_says_what_it_is(table: Declaration) -> None:
    assert table.meaning.endswith("."), table.meaning
    for column in table.columns:
        assert column.meaning.endswith("."), column.name
        assert column.meaning[0].isupper(), column.name


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda t: t.name)
def test_keys_are_columns_without_null(table: Declaration) -> None:
    columns = {c.name: c for c in table.columns}
    assert all(not columns[name].null for name in table.key)


@pytest.mark.parametrize("table", [t for t in EVERY_TABLE if t.per], ids=lambda t: t.name)
def test_a_table_in_parts_names_the_part_in_its_key(table: Declaration) -> None:
    assert table.per in table.key


@pytest.mark.parametrize(
    "table", [t for t in EVERY_TABLE if t.storage is Storage.PARQUET], ids=lambda t: t.name
)
def test_a_vector_table_has_one_key_and_a_vector(table: Declaration) -> None:
    assert len(table.key) == 1
    assert "vector" in {c.name for c in table.columns}


def test_types_are_read_from_the_declaration() -> None:
    types = {c.name: c.sql_type for c in contract.table("listener_vectors").columns}
    assert types == {
        "listener": "INTEGER",
        "vector": "FLOAT[]",
        "log_scrobbles": "FLOAT",
        "known_artists": "INTEGER",
    }


def test_an_unknown_table_is_refused_with_all_names() -> None:
    with pytest.raises(KeyError, match=r"there are: .*artists.*metrics"):
        contract.table("artist")


def test_the_readme_of_the_artifacts_is_up_to_date() -> None:
    assert README.read_text(encoding="utf-8") == artifacts_readme(), (
        "run `python -m pipeline run --preset tiny` to write artifacts/README.md again"
    )
