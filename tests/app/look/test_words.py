from __future__ import annotations

import pandas as pd
import pytest

from app.look.words import (
    count,
    counted,
    listed,
    moment,
    percent,
    plain,
    seconds,
    sureness,
    verdict,
)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (1.0, "100%"),
        (0.345, "34%"),
        (0.0996, "10%"),
        (0.0994, "9.9%"),
        (0.0012, "0.1%"),
        (0.0009, "<0.1%"),
        (0.0, "0%"),
    ],
)
def test_percent(share: float, written: str) -> None:
    assert percent(share) == written


def test_numbers_lists_and_times() -> None:
    assert count(1234567) == "1,234,567"
    assert counted(1, "country", "countries") == "1 country"
    assert counted(1200, "country", "countries") == "1,200 countries"
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert moment("2025-05-03T14:05:09+00:00") == "3 May 2025, 14:05 UTC"
    assert [seconds(0.2), seconds(45), seconds(200)] == ["1 s", "45 s", "3 min"]


def test_foreign_text_cannot_become_markdown() -> None:
    assert plain("A$AP *x* [a](b)") == r"A\$AP \*x\* \[a\]\(b\)"
    assert plain(":material/home:") == r"\:material/home\:"
    assert plain("Sigur Rós") == "Sigur Rós"


def frames(*rows: tuple[str, float, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    country = pd.DataFrame(rows, columns=["country_name", "probability", "share"])
    return country, pd.DataFrame({"region": ["Nordics"], "probability": [0.9]})


def test_the_verdict_names_what_is_worth_naming() -> None:
    country, region = frames(("Finland", 0.6, 0.1), ("Sweden", 0.3, 0.1), ("Norway", 0.01, 0.1))
    assert verdict(country, region) == (
        "Most like listeners in **Finland** (60%), then **Sweden** (30%). "
        "The likeliest region is **Nordics** (90%)."
    )


def test_the_first_country_is_named_however_small() -> None:
    country, region = frames(("Finland", 0.011, 0.01), ("Sweden", 0.01, 0.01))
    assert verdict(country, region).startswith("Most like listeners in **Finland** (1.1%). ")


def test_sureness_counts_countries_and_compares_with_a_blind_guess() -> None:
    country, _ = frames(("Finland", 0.5, 0.1), ("Sweden", 0.3, 0.5), ("Norway", 0.2, 0.4))
    assert sureness(country) == (
        "It takes 2 countries to hold 80% of the probability. Finland has 10% of the listeners "
        "learned from; the list makes it 5.0 times as likely."
    )


def test_sureness_admits_that_the_list_says_little() -> None:
    country, _ = frames(("Finland", 0.85, 0.8), ("Sweden", 0.15, 0.2))
    assert sureness(country) == (
        "That one country holds at least 80% of the probability. Finland has 80% of the listeners "
        "learned from, so the list itself says little in its favour."
    )
