from __future__ import annotations

import pytest

from pipeline.core.tables.columns import float64, int32, text
from pipeline.core.tables.declaration import Storage, Table


class Pets(Table, key=("pet", "year"), storage=Storage.PARQUET, per="pet"):
    """Pets by year."""

    pet = text("Name of the pet.", one_of=("cat", "dog"))
    year = int32("The year.", at_least=1900)
    weight = float64("Kilograms; null where unknown.", null=True, at_most=90)


def test_a_class_is_read_into_plain_facts() -> None:
    declared = Pets.declaration
    assert (declared.name, declared.meaning) == ("pets", "Pets by year.")
    assert (declared.key, declared.storage, declared.per) == (
        ("pet", "year"),
        Storage.PARQUET,
        "pet",
    )
    assert [(c.name, c.sql_type, c.null, c.at_least, c.at_most) for c in declared.columns] == [
        ("pet", "VARCHAR", False, None, None),
        ("year", "INTEGER", False, 1900, None),
        ("weight", "DOUBLE", True, None, 90),
    ]
    assert declared.columns[0].one_of == ("cat", "dog")
    assert declared.columns[0].meaning == "Name of the pet."


def test_a_table_that_extends_another_has_its_columns_first_and_its_own_rest() -> None:
    class FosterPets(Pets, key=("pet",), storage=Storage.WORK):
        """Pets on loan."""

        since = int32("Day of arrival.")
        year = int32("The year of return.")

    declared = FosterPets.declaration
    assert (declared.name, declared.key, declared.per) == ("foster_pets", ("pet",), None)
    assert [c.name for c in declared.columns] == ["pet", "year", "weight", "since"]
    assert declared.columns[1].meaning == "The year of return."
    assert len(Pets.declaration.columns) == 3


def test_every_problem_of_a_declaration_is_named() -> None:
    with pytest.raises(TypeError) as caught:

        class LostPets(Table, key=("pet", "town"), storage=Storage.WORK, per="owner"):
            pet = text("Name of the pet.")

    for words in (
        "the table lost_pets cannot be declared",
        "needs a docstring",
        "key names town, not among its columns pet",
        "per names owner, not among its columns pet",
    ):
        assert words in str(caught.value)
    with pytest.raises(TypeError, match="no_pets cannot be declared: it has no column"):

        class NoPets(Table, storage=Storage.WORK):
            """Nothing."""
