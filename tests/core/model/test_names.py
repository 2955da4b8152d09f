from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.model.names import END, INTERCEPT, NameModel, gram_matrix, grams_of
from pipeline.core.tables.store import WorkStore, vector_column, vectors_of

# Two regions: the first of countries 0 and 2, the second of country 1.
REGION_OF = (0, 1, 0)
ODD_NAMES = [
    "",
    " ",
    "\u200b",
    "🎸",
    "🎸🎸",
    "!!!",
    "\ud83c",
    "\x00",
    "ß",
    "İ",
    "한국",
    "ﷺ",
    "a" * 5000,
]


def model(**rows: list[float]) -> NameModel:
    """A model of the grams given as keywords, and the prior: halves, thirds and two thirds."""
    prior = np.log([0.5, 0.5, 1 / 3, 1.0, 2 / 3])
    coefficients = np.array([prior, *rows.values()], dtype=np.float32)
    return NameModel((INTERCEPT, *rows), coefficients, REGION_OF)


def test_a_name_is_taken_apart_into_scripts_and_letters_in_a_row() -> None:
    assert set(grams_of("Abba")) == {
        *("LATIN", " ", "a", "b"),
        *(" a", "ab", "bb", "ba", "a "),
        *(" ab", "abb", "bba", "ba "),
        *(" abb", "abba", "bba "),
    }


def test_each_part_is_given_once() -> None:
    grams = grams_of("na na na na")
    assert len(grams) == len(set(grams))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Кино", {"CYRILLIC", "к", " ки"}),
        ("Björk", {"LATIN", "DIAERESIS", "ö"}),
        ("Ørsted", {"LATIN", "ø"}),
        ("Dvořák", {"CARON", "ACUTE ACCENT", "ř"}),
        ("少女時代", {"CJK"}),
        ("きのこ", {"HIRAGANA"}),
        ("소녀시대", {"HANGUL"}),
    ],
)
def test_scripts_and_diacritics_are_parts(name: str, parts: set[str]) -> None:
    assert parts <= set(grams_of(name))


@pytest.mark.parametrize(
    "other", ["BJÖRK", "björk", "bjo\u0308rk", "BjÃ¶rk", "Bj√∂rk", " Björk\u200b "]
)
def test_spellings_of_one_artist_have_the_same_parts(other: str) -> None:
    assert grams_of(other) == grams_of("Björk")


def test_letters_are_never_taken_for_a_script() -> None:
    assert "THAI" not in grams_of("THAI")
    assert "THAI" in grams_of("คาราบาว")


def test_the_matrix_holds_the_grams_that_count() -> None:
    columns = {"b": 0, "a": 1, "zz": 2}
    matrix = gram_matrix(["Abba", "", "a", "x"], columns.get)
    np.testing.assert_array_equal(matrix.toarray(), [[1, 1], [0, 0], [0, 1], [0, 0]])


def test_logits_are_sums_over_the_grams() -> None:
    # Worked out by hand: the odds of the regions are 1 : 1 times 3 and 2 for q and x.
    named = model(q=[np.log(3), 0, 0, 0, np.log(2)], x=[np.log(2), 0, 0, 5, 0])
    found = named.predict(["q", "x", "Qx", "y"])
    np.testing.assert_allclose(found.region[:, 0], [3 / 4, 2 / 3, 6 / 7, 1 / 2], rtol=1e-6)
    np.testing.assert_allclose(found.within[:, 0], [1 / 5, 1 / 3, 1 / 5, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(found.within[:, 1], 1)
    np.testing.assert_allclose(found.country[0], [3 / 20, 1 / 4, 12 / 20], rtol=1e-6)


def test_a_name_that_says_nothing_gets_the_prior() -> None:
    found = model(q=[5, 0, 0, 0, 5]).predict(["", "\u200b", "abc"])
    np.testing.assert_allclose(found.region, [[0.5, 0.5]] * 3, rtol=1e-6)
    np.testing.assert_allclose(found.country, [[1 / 6, 1 / 2, 1 / 3]] * 3, rtol=1e-6)


@given(st.lists(st.text() | st.sampled_from(ODD_NAMES)))
def test_any_names_get_probabilities(names: list[str]) -> None:
    named = model(a=[9, 0, 0, 0, -9], **{END: [0.0, -1, 3, 0, 0], "LATIN": [1.0, 0, 0, 0, 0]})
    found = named.predict(names)
    assert found.country.shape == (len(names), 3)
    for sums in (found.country.sum(1), found.region.sum(1), found.within[:, [0, 2]].sum(1)):
        np.testing.assert_allclose(sums, 1)
    assert np.isfinite(found.country).all()


def test_a_model_comes_back_from_its_table(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows: dict[str, list[float]] = {gram: [0.1, 0.2, 0.3, 0.4, i] for i, gram in enumerate("aü ")}
    named = model(**rows)
    store = WorkStore(tmp_path, connection)
    column = vector_column(named.coefficients)
    store.write("name_grams", pa.table({"gram": pa.array(named.grams), "vector": column}))
    read = store.read("name_grams").to_arrow_table()
    again = NameModel(tuple(read["gram"].to_pylist()), vectors_of(read["vector"]), named.region_of)
    assert again.grams == named.grams
    names = ["Ünder a", "b", ""]
    np.testing.assert_array_equal(again.predict(names).country, named.predict(names).country)


@pytest.mark.parametrize(
    ("grams", "shape", "message"),
    [
        (("", "a"), (2, 4), r"must be of shape \(2, 5\).* they are of shape \(2, 4\)"),
        (("b", "a"), (2, 5), "the gram '', which every name has, is missing"),
    ],
)
def test_a_model_that_does_not_fit_together_is_refused(
    grams: tuple[str, ...], shape: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        NameModel(grams, np.zeros(shape, np.float32), REGION_OF)
