"""What is drawn from: countries, real artists, and the invented ones beside them.

``world_countries.csv`` and ``world.csv`` hold what is known, from general knowledge.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.sources.world.pools import Flags, Floats, Ints, Pools, Random
from pipeline.sources.world.tongues import TONGUES

HERE = Path(__file__).parent
HOME_FAME_STEP = 1.6  # the same among compatriots, who know their small names too
INVENTED_SHARE = 0.4  # share of the draws from a country that goes to its invented artists
ZIPF_EXPONENT = 0.85  # the n-th invented artist is drawn as often as (n + ZIPF_OFFSET)**-exponent
ZIPF_OFFSET = 8.0
INVENTED_LEAST = 300  # invented artists of the smallest country
INVENTED_PER_LISTENER = 0.8  # more of them for each listener counted there
MBID_SHARE = (0.25, 0.85)  # invented and real artists that have a MusicBrainz id


@dataclass(frozen=True)
class Country:
    """A row of ``world_countries.csv``; `listeners` is the original's count in training."""

    code: str
    label: str
    region: str
    listeners: int
    tongue: str
    joke: bool


@dataclass(frozen=True)
class Artists:
    """Real artists, then invented ones; the arrays are of shape (n_artists,).

    `country` is an index into the list of countries, -1 for a home outside it; `fame` is 0 for
    an invented artist; `popularity` compares the artists of one country; `mbids` holds None for
    an artist without id.
    """

    names: list[str]
    country: Ints
    scene: Ints
    fame: Ints
    popularity: Floats
    mbids: list[str | None]


def read_countries() -> list[Country]:
    """The countries that a listener may state, largest first."""
    with (HERE / "world_countries.csv").open(encoding="utf-8", newline="") as file:
        return [
            Country(
                code=row["country"],
                label=row["label"],
                region=row["region"],
                listeners=int(row["listeners"]),
                tongue=row["tongue"],
                joke=row["joke"] == "true",
            )
            for row in csv.DictReader(file)
        ]


def read_artists() -> list[tuple[str, str, str, int]]:
    """Name, country, scene and fame of each real artist."""
    with (HERE / "world.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["artist_name"], row["country"], row["scene"], int(row["fame"]))
            for row in csv.DictReader(file)
        ]


def make_artists(
    real: list[tuple[str, str, str, int]],
    known: list[Country],
    scenes: list[str],
    scenes_of: Pools,
    *,
    random: Random,
) -> Artists:
    """Real artists, then each country's invented ones, most popular first."""
    place = {country.code: i for i, country in enumerate(known)}
    column = {scene: i for i, scene in enumerate(scenes)}
    real_country = np.array([place.get(code, -1) for _, code, _, _ in real])
    real_fame = np.array([fame for *_, fame in real])
    sizes = np.array(
        [
            0 if c.joke else INVENTED_LEAST + round(INVENTED_PER_LISTENER * c.listeners)
            for c in known
        ]
    )
    country = np.repeat(np.arange(len(known)), sizes)
    order = np.arange(len(country)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    popularity = [
        _shares(HOME_FAME_STEP**real_fame, real_country + 1) * (1 - INVENTED_SHARE),
        _shares((order + ZIPF_OFFSET) ** -ZIPF_EXPONENT, country) * INVENTED_SHARE,
    ]
    names = _distinct([name for name, *_ in real], _coin(known, country))
    scene = scenes_of.draw(country, random=random)
    fame = np.concatenate([real_fame, np.zeros_like(country)])
    return Artists(
        names=names,
        country=np.concatenate([real_country, country]),
        scene=np.concatenate([[column[scene] for _, _, scene, _ in real], scene]),
        fame=fame,
        popularity=np.concatenate(popularity),
        mbids=_mbids(fame > 0, random=random),
    )


def _shares(weight: Floats, group: Ints) -> Floats:
    """Each weight's share of its group's sum."""
    share: Floats = weight / np.bincount(group, weights=weight)[group]
    return share


def _coin(known: list[Country], country: Ints) -> list[str]:
    """A name in its country's tongue for each entry of `country`, which is sorted."""
    tongues = [known[i].tongue for i in range(len(known))]
    sizes = np.bincount(country, minlength=len(known)).tolist()
    supply = {
        tongue: iter(
            TONGUES[tongue].names(
                sum(s for s, t in zip(sizes, tongues, strict=True) if t == tongue)
            )
        )
        for tongue in sorted(set(tongues))
    }
    return [next(supply[tongues[i]]) for i in country.tolist()]


def _distinct(taken: list[str], coined: list[str]) -> list[str]:
    """All names; a coined one that is taken, whatever its case, gets a number behind it."""
    seen = {name.casefold() for name in taken}
    names = list(taken)
    for name in coined:
        distinct, number = name, 2
        while distinct.casefold() in seen:
            distinct, number = f"{name} {number}", number + 1
        seen.add(distinct.casefold())
        names.append(distinct)
    return names


def _mbids(real: Flags, *, random: Random) -> list[str | None]:
    """A random (version 4) UUID for some of the artists, None for the others."""
    has = random.random(len(real)) < np.array(MBID_SHARE)[real.astype(np.int64)]
    digits = random.bytes(16 * len(real)).hex()
    return [
        f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:]}" if given else None
        for i, given in enumerate(has.tolist())
        for d in [digits[32 * i : 32 * i + 32]]
    ]
