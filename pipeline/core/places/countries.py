"""Countries: their codes, and their spellings in data sets.

Everything is read from ``countries.csv`` beside this file.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


COUNTRIES_FILE = Path(__file__).with_name("countries.csv")

NO_COUNTRY_LABELS: frozenset[str] = frozenset(
    {
        "",
        "n a",
        "nan",
        "none",
        "not available",
        "not set",
        "not specified",
        "null",
        "other",
        "undefined",
        "unknown",
        "unspecified",
    }
)
"""Label keys that say that a listener gave no country; see `label_key`."""

_CODE = re.compile(r"[A-Z]{2,3}")
_DROPPED = re.compile(r"['’‘`´.]")
_SEPARATOR = re.compile(r"[\W_]+")
_SUGGESTION_CUTOFF = 75.0


@dataclass(frozen=True)
class Country:
    """One country or territory, or a label that data sets use like one.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2 code; XK (Kosovo) and AN (Netherlands Antilles) are outside today's
        standard.
    iso3 : str
        ISO 3166-1 alpha-3 code.
    m49 : str
        United Nations numeric code, three digits.
    country_name : str
        Short name for people, in English.
    region : str
        Region in the ``atlas`` grouping.
    m49_region : str
        Region in the ``m49`` grouping.
    latitude, longitude : float
        Degrees north and east of a point to put a label at, near the middle of the land.
    joke : bool
        Whether most listeners with this label cannot live there.
    aliases : tuple of str
        Other spellings, as data sets and people use them.

    Examples
    --------
    >>> poland = countries()["PL"]
    >>> poland.country_name, poland.iso3, poland.region
    ('Poland', 'POL', 'Central & Eastern Europe')
    """

    country: str
    iso3: str
    m49: str
    country_name: str
    region: str
    m49_region: str
    latitude: float
    longitude: float
    joke: bool
    aliases: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every spelling that means this country: codes, name and aliases.

        Examples
        --------
        >>> "USA" in countries()["US"].labels
        True
        """
        return (self.country, self.iso3, self.country_name, *self.aliases)


@cache
def countries() -> Mapping[str, Country]:
    """Every known country by its alpha-2 code, in the order of the codes.

    Examples
    --------
    >>> countries()["NA"].country_name
    'Namibia'
    """
    # A csv reader and not pandas: "NA" is Namibia here and must not become a missing value.
    with COUNTRIES_FILE.open(encoding="utf-8", newline="") as lines:
        rows = [_parse(row) for row in csv.DictReader(lines)]
    return MappingProxyType({country.country: country for country in rows})


def _parse(row: dict[str, str]) -> Country:
    return Country(
        country=row["country"],
        iso3=row["iso3"],
        m49=row["m49"],
        country_name=row["country_name"],
        region=row["region"],
        m49_region=row["m49_region"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        joke=row["joke"] == "true",
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
    )


def nearest(country: str, among: Sequence[str]) -> str:
    """Code among `among` whose label lies nearest to that of `country` on the globe.

    Of equally near ones it is the first.

    Examples
    --------
    >>> nearest("AT", ["FR", "CZ", "IT"])
    'CZ'
    """
    here = _direction(countries()[country])

    def alignment(code: str) -> float:
        there = _direction(countries()[code])
        return sum(a * b for a, b in zip(here, there, strict=True))

    return max(among, key=alignment)


def _direction(country: Country) -> tuple[float, float, float]:
    """Unit vector from the middle of the earth; the nearer two are, the larger their product."""
    latitude, longitude = radians(country.latitude), radians(country.longitude)
    level = cos(latitude)
    return level * cos(longitude), level * sin(longitude), sin(latitude)


def label_key(label: str) -> str:
    """Reduce a country label to what its spellings share: case, accents, punctuation, spacing.

    An upper-case code ("DE", "DEU") is its own key; in lower case it is a word and no code.

    Examples
    --------
    >>> label_key("Côte d’Ivoire"), label_key("St. Lucia"), label_key("DE")
    ('cote divoire', 'saint lucia', 'DE')
    """
    label = label.strip()
    if _CODE.fullmatch(label) and label in _codes():
        return label
    letters = unicodedata.normalize("NFKD", label.casefold().replace("ı", "i"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    text = _DROPPED.sub("", plain).replace("&", " and ")
    words = ["saint" if word == "st" else word for word in _SEPARATOR.sub(" ", text).split()]
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    return " ".join(words)


@cache
def _codes() -> Mapping[str, str]:
    """Alpha-2 code by alpha-2 and alpha-3 code."""
    return {code: c.country for c in countries().values() for code in (c.country, c.iso3)}


def _spellings() -> Iterator[tuple[str, str]]:
    """Pairs of label and code, for every spelling of every country."""
    for country in countries().values():
        for label in country.labels:
            yield label, country.country


@cache
def _country_by_key() -> Mapping[str, str]:
    """Code by label key; ValueError names every key that would mean two countries."""
    found: dict[str, str] = {}
    clashes = []
    for label, code in _spellings():
        if found.setdefault(label_key(label), code) != code:
            clashes.append(f"{label!r} means {found[label_key(label)]} and {code}")
    if clashes:
        raise ValueError(
            f"{COUNTRIES_FILE.name} gives one label to two countries; remove one of each: "
            + "; ".join(clashes)
        )
    return MappingProxyType(found)


def country_of(label: str | None) -> str | None:
    """Code of the country that a label means; None for no label and for an unknown one.

    Names and aliases match whatever their case, accents, punctuation and spacing; alpha-2 and
    alpha-3 codes match in upper case only.

    Examples
    --------
    >>> country_of("Korea, Republic of"), country_of("UK"), country_of("Ruritania")
    ('KR', 'GB', None)
    """
    if label is None:
        return None
    return _country_by_key().get(label_key(label))


def label_table() -> pd.DataFrame:
    """Every known spelling as a table, to map many labels by one join.

    Returns
    -------
    DataFrame
        Columns ``label_key`` (unique; see the function `label_key`) and ``country`` (alpha-2
        code), sorted by both codes and keys. Labels that mean no country are not in it.

    Examples
    --------
    >>> table = label_table()
    >>> table.loc[table["country"] == "FJ", "label_key"].tolist()
    ['FJ', 'FJI', 'fiji', 'republic of fiji']
    """
    import pandas as pd

    pairs = sorted(_country_by_key().items(), key=lambda pair: (pair[1], pair[0]))
    return pd.DataFrame(pairs, columns=["label_key", "country"])


def suggest(label: str, *, limit: int = 3) -> list[str]:
    """Names of the countries whose spelling is nearest to an unknown label, best first.

    Examples
    --------
    >>> suggest("Grmany", limit=1)
    ['Germany']
    """
    from rapidfuzz import fuzz, process

    names = {key: code for key, code in _country_by_key().items() if key not in _codes()}
    near = process.extract(
        label_key(label), list(names), scorer=fuzz.ratio, score_cutoff=_SUGGESTION_CUTOFF, limit=50
    )
    found = dict.fromkeys(countries()[names[key]].country_name for key, _, _ in near)
    return list(found)[:limit]
