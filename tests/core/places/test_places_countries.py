from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from published_regions import PUBLISHED_LABELS

from pipeline.core.places.countries import (
    NO_COUNTRY_LABELS,
    countries,
    country_of,
    label_key,
    label_table,
    nearest,
    suggest,
)

SHARED = Path(__file__).parents[4] / "shared"


def labels_of_file(path: Path) -> set[str]:
    if not path.exists():
        pytest.skip(f"{path.name} is not there: real data are not part of the project")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["country"] for row in csv.DictReader(lines)}


def test_every_published_label_means_a_country() -> None:
    assert len(PUBLISHED_LABELS) == 119
    assert [label for label in PUBLISHED_LABELS if country_of(label) is None] == []
    assert len({country_of(label) for label in PUBLISHED_LABELS}) == 119


@pytest.mark.parametrize("path", ["reference/country_counts.csv", "data/lastfm15k/users.csv"])
def test_every_label_of_a_data_set_means_a_country(path: str) -> None:
    labels = labels_of_file(SHARED / path)
    assert len(labels) > 100
    unknown = {label for label in labels if country_of(label) is None}
    assert {label for label in unknown if label_key(label) not in NO_COUNTRY_LABELS} == set()


def test_published_labels_are_those_of_the_published_counts() -> None:
    assert labels_of_file(SHARED / "reference/country_counts.csv") == set(PUBLISHED_LABELS)


def test_codes_are_complete_well_formed_and_unique() -> None:
    known = countries()
    assert len(known) == 249 + len(["XK", "AN"])
    assert all(code == country.country for code, country in known.items())
    for column, pattern in (("country", "[A-Z]{2}"), ("iso3", "[A-Z]{3}"), ("m49", "[0-9]{3}")):
        values = [getattr(country, column) for country in known.values()]
        assert [value for value in values if not re.fullmatch(pattern, value)] == []
        assert len(set(values)) == len(values), column


def test_names_are_unique_and_points_are_on_the_globe() -> None:
    known = countries().values()
    assert max(Counter(country.country_name for country in known).values()) == 1
    assert all(-90 <= country.latitude <= 90 for country in known)
    assert all(-180 <= country.longitude <= 180 for country in known)
    # Points given the wrong way round or with a lost sign would leave these quadrants.
    quadrants = {"US": (1, -1), "BR": (-1, -1), "AU": (-1, 1), "JP": (1, 1), "ZA": (-1, 1)}
    for code, (north, east) in quadrants.items():
        country = countries()[code]
        assert country.latitude * north > 0 and country.longitude * east > 0


def test_no_spelling_means_two_countries() -> None:
    meanings: dict[str, set[str]] = {}
    for country in countries().values():
        for label in country.labels:
            meanings.setdefault(label_key(label), set()).add(country.country)
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1} == {}
    assert set(meanings) & NO_COUNTRY_LABELS == set()


def test_the_nearest_country_is_so_on_the_globe_and_not_on_the_page() -> None:
    # On a page that ends at 180 degrees, Fiji is nearer to Australia than to Samoa.
    assert nearest("FJ", ["AU", "WS", "JP"]) == "WS"
    assert nearest("AT", ["FR", "CZ", "IT"]) == "CZ"
    assert nearest("PL", ["US", "PL", "DE"]) == "PL"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Korea, Republic of", "KR"),
        ("  south KOREA ", "KR"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Turkey", "TR"),
        ("TÜRKİYE", "TR"),
        ("Turkiye", "TR"),
        ("Cote D'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("St. Lucia", "LC"),
        ("The Netherlands", "NL"),
        ("Virgin Islands, U.s.", "VI"),
        ("Congo", "CG"),
        ("Congo, the Democratic Republic of the", "CD"),
        ("Swaziland", "SZ"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("Netherlands Antilles", "AN"),
        ("Kosovo", "XK"),
        ("DE", "DE"),
        ("DEU", "DE"),
        ("NA", "NA"),
        ("Dominica", "DM"),
        ("Niger", "NE"),
        ("Guinea", "GN"),
    ],
)
def test_a_label_means_its_country(label: str, code: str) -> None:
    assert country_of(label) == code


@pytest.mark.parametrize("label", [None, "", " ", "none", "NULL", "N/A", "de", "Ruritania", "???"])
def test_no_label_and_unknown_labels_mean_no_country(label: str | None) -> None:
    assert country_of(label) is None


def test_labels_for_no_country_are_told_from_unknown_ones() -> None:
    assert {label_key(label) for label in ("", "None", "NULL", "n/a")} <= NO_COUNTRY_LABELS
    assert label_key("Ruritania") not in NO_COUNTRY_LABELS
    assert {label_key(label) for label in NO_COUNTRY_LABELS} == NO_COUNTRY_LABELS


def test_the_label_table_maps_as_country_of_does() -> None:
    table = label_table()
    assert list(table.columns) == ["label_key", "country"]
    assert table["label_key"].is_unique
    mapping = dict(zip(table["label_key"], table["country"], strict=True))
    for label in [*PUBLISHED_LABELS, "DE", "DEU", "uk", "Ruritania"]:
        assert mapping.get(label_key(label)) == country_of(label)
    assert set(mapping.values()) == set(countries())


def test_suggestions_are_the_nearest_names() -> None:
    assert suggest("Grmany")[0] == "Germany"
    assert suggest("Untied States")[0] == "United States"
    assert suggest("Rusian Federation") == ["Russia"]
    assert suggest("zzzzzz") == []
    assert len(suggest("Guinea-Bisau", limit=1)) == 1
