from __future__ import annotations

import pytest

from app.look.formats import FORMATS, format_of, in_words
from pipeline.core.tables import contract


def test_every_unit_of_the_catalogue_has_a_format() -> None:
    unit = next(c for c in contract.table("metric_catalogue").columns if c.name == "unit")
    assert set(unit.one_of or ()) <= set(FORMATS)


@pytest.mark.parametrize(
    ("unit", "signed", "written"),
    [
        ("share", False, "%.1f%%"),
        ("share", True, "%+.1f%%"),
        ("nats", True, "%+.3f"),
        ("count", False, "localized"),
        ("count", True, "%+d"),
    ],
)
def test_signs_are_written_where_they_are_wanted(unit: str, signed: bool, written: str) -> None:
    assert format_of(unit, signed=signed) == written


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.1234, "share", "12.3%"),
        (1.23456, "nats", "1.235"),
        (1234, "count", "1,234"),
        (2.5, "times", "2.5×"),
        (None, "share", "–"),
        (float("nan"), "bits", "–"),
    ],
)
def test_numbers_in_sentences_are_written_as_in_tables(
    value: float | None, unit: str, words: str
) -> None:
    assert in_words(value, unit) == words


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="no unit 'ells' is known; there are: share"):
        in_words(1.0, "ells")
