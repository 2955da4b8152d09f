from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.core.artists.mojibake import MOJIBAKE_PATTERN, repair_mojibake

# Other work on the machine may slow an example down; that is no failure.
unhurried = settings(deadline=None)

ACCENTED = "".join(chr(code) for code in [*range(0xC0, 0x180)] if chr(code).isalpha())
latin_text = st.text(alphabet=ACCENTED + "abcxyzABC '", min_size=1, max_size=12)

BROKEN = [
    ("O√∂phoi", "Oöphoi"),
    ("BjÃ¶rk", "Björk"),
    ("BJÃ–RK", "BJÖRK"),
    ("Sigur R√≥s", "Sigur Rós"),
    ("Sigur RÃ³s", "Sigur Rós"),
    ("Ã…rabrot", "Årabrot"),
    ("PaweÅ‚", "Paweł"),
    ("Maria TƒÉnase", "Maria Tănase"),
    ("RareÈ™", "Rareș"),
    ("ÐšÐ¸Ð½Ð¾", "Кино"),
    ("–ö–∏–Ω–æ", "Кино"),
    ("„Ç≠„É£„É™„Éº", "キャリー"),
    ("Guns Nâ€™ Roses", "Guns N’ Roses"),
    ("ðŸ˜€", "😀"),
    # Letter and accent apart, as file names of a Mac have them.
    ("BjoÃàrk", "Björk"),
    # Misread twice, by each encoding.
    ("BjÃƒÂ¶rk", "Björk"),
    ("O‚àö‚àÇphoi", "Oöphoi"),
    # Half undone, these hold a fraction beside letters, or controls.
    ("3 HÃƒÂ¼rel", "3 Hürel"),
    ("Ã\x90Â¡Ã\x90Â¿Ã\x90Â»Ã\x90Â¸Ã\x90Â½", "Сплин"),
    ("Sick¬≤", "Sick²"),
]
CORRECT = [
    "Sigur Rós",
    "Mötley Crüe",
    "√",
    "∆",
    "Ã…",
    "AMANHÃ…",
    "Ö…",
    "L’école",
    "L’école d’Évora",
    "CAFÉ’S",
    "Beyoncé’s",
    "«Élan»",
    "…Élan",
    "Chi —è",
    "Crosses †††",
    "Кино",
    "キャリー",
    "Horkýže Slíže",
    "Ñandú™",
    "Radiohead",
    "",
]


@pytest.mark.parametrize(("broken", "name"), BROKEN)
def test_mojibake_is_repaired(broken: str, name: str) -> None:
    assert repair_mojibake(broken) == name
    assert re.search(MOJIBAKE_PATTERN, broken)


@pytest.mark.parametrize("name", CORRECT)
def test_correct_names_are_left_alone(name: str) -> None:
    assert repair_mojibake(name) == name


@unhurried
@given(latin_text)
def test_text_read_as_mac_roman_is_repaired(text: str) -> None:
    # Text that itself looks misread cannot be told from text misread twice.
    assume(repair_mojibake(text) == text)
    assert repair_mojibake(text.encode().decode("mac_roman")) == text


@unhurried
@given(latin_text)
def test_text_read_as_latin_1_is_repaired(text: str) -> None:
    # A small letter first: capitals before a mark, as in "AMANHÃ…", are left alone on purpose.
    text = f"a{text}"
    assume(repair_mojibake(text) == text)
    assert repair_mojibake(text.encode().decode("latin-1")) == text


@unhurried
@given(latin_text, st.sampled_from(["mac_roman", "latin-1"]))
def test_text_misread_twice_is_repaired(text: str, encoding: str) -> None:
    text = f"a{text}"
    once = text.encode().decode(encoding)
    assume(repair_mojibake(text) == text and repair_mojibake(once) == text)
    assert repair_mojibake(once.encode().decode(encoding)) == text


@unhurried
@given(st.text(max_size=12))
def test_a_repaired_name_is_repaired_once_and_only_where_the_pattern_finds_it(text: str) -> None:
    repaired = repair_mojibake(text)
    assert repaired == text or re.search(MOJIBAKE_PATTERN, text)
    if not re.search(MOJIBAKE_PATTERN, repaired):
        assert repair_mojibake(repaired) == repaired


def test_the_pattern_preselects_in_sql() -> None:
    duckdb = pytest.importorskip("duckdb")
    names = pd.DataFrame({"artist_name": [broken for broken, _ in BROKEN] + ["Sigur Rós", "√"]})
    connection = duckdb.connect()
    connection.register("names", names)
    found = connection.sql(
        "select artist_name from names where regexp_matches(artist_name, ?)",
        params=[MOJIBAKE_PATTERN],
    ).fetchall()
    assert {name for (name,) in found} == {broken for broken, _ in BROKEN}
