"""What the page of an artist asks: SQL by the artist's number, and table to table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from app.look.words import percent

_SPREAD = 0.15
_MANY = 0.4
_MOST = 0.5

ARTIST = """
    SELECT a.artist, a.artist_name, a.listeners, a.plays, p.country, c.country_name, p.region,
        p.lift, p.locality
    FROM artists AS a
    LEFT JOIN artist_profiles AS p USING (artist)
    LEFT JOIN countries AS c ON c.country = p.country
    WHERE a.artist = ?
"""
"""An artist and where it belongs; null where no listener learned from plays it."""

COUNTRIES = """
    SELECT r.rank, c.country, c.country_name, c.iso3, c.region, r.popularity, r.plays,
        i.listeners, c.kept, c.listeners AS country_listeners
    FROM (SELECT * FROM country_rank_per_artist WHERE artist = ?) AS r
    JOIN (SELECT * FROM artist_rank_in_country WHERE artist = ?) AS i USING (country)
    JOIN countries AS c USING (country)
    ORDER BY r.rank, r.country
"""
"""Countries where an artist is played, by rank; the artist's number stands twice."""

NEIGHBOURS = """
    SELECT n.rank, n.neighbour AS artist, a.artist_name, n.similarity, a.listeners,
        c.country_name
    FROM artist_neighbours AS n
    JOIN artists AS a ON a.artist = n.neighbour
    LEFT JOIN artist_profiles AS p ON p.artist = n.neighbour
    LEFT JOIN countries AS c ON c.country = p.country
    WHERE n.artist = ?
    ORDER BY n.rank
"""
"""Nearest artists of an artist, with the country of which each is most typical."""

WORLD = """
    SELECT
        (SELECT sum(plays) FROM artists) AS plays,
        (SELECT sum(listeners) FROM countries) AS listeners
"""
"""Plays and listeners in all."""


def number(given: str, *, artists: int) -> int | None:
    """Read an artist's number below `artists`; None for anything else."""
    if given.isascii() and given.isdecimal() and int(given) < artists:
        return int(given)
    return None


def by_popularity(countries: pd.DataFrame) -> pd.DataFrame:
    """Countries by normalised popularity, the highest first.

    Returns
    -------
    DataFrame
        The columns of `countries` and ``probability``: the artist's share of all plays there.
    """
    ordered = countries.sort_values(["popularity", "country"], ascending=[False, True])
    return ordered.assign(probability=ordered["popularity"]).reset_index(drop=True)


def by_plays(countries: pd.DataFrame, *, plays: float, listeners: int) -> pd.DataFrame:
    """Countries by plays, the most first.

    Parameters
    ----------
    countries : DataFrame
        Rows of `COUNTRIES`.
    plays : float
        The artist's plays in all.
    listeners : int
        Listeners of all artists in all countries.

    Returns
    -------
    DataFrame
        The columns of `countries`, ``probability`` (the country's share of the artist's plays) and
        ``share`` (the country's share of all listeners).
    """
    ordered = countries.sort_values(["plays", "country"], ascending=[False, True])
    return ordered.assign(
        probability=ordered["plays"] / plays if plays else 0.0,
        share=ordered["country_listeners"] / listeners,
    ).reset_index(drop=True)


def belonging(artist: Mapping[str, Any], countries: pd.DataFrame, *, least: int) -> str:
    """Say how local an artist is, in one sentence without Markdown.

    Parameters
    ----------
    artist : mapping
        The row of `ARTIST`.
    countries : DataFrame
        Rows of `COUNTRIES`.
    least : int
        Listeners below which nothing is said.
    """
    if artist["listeners"] < least or pd.isna(artist["locality"]):
        return "Too few listeners play it to say where it belongs."
    top, name = countries.loc[countries["listeners"].idxmax()], artist["country_name"]
    at_home = top["listeners"] / countries["listeners"].sum()
    typical = f", and is most typical of {name}"
    if artist["locality"] < _SPREAD:
        return f"Played almost everywhere alike{typical}."
    if at_home >= _MOST:
        also = "" if top["country_name"] == name else typical
        return (
            f"Played mostly in {top['country_name']} ({percent(at_home)} of its listeners){also}."
        )
    if artist["locality"] < _MANY:
        return f"Played in much of the world, more in some places than in others{typical}."
    return f"Played in some places far more than in others{typical}."
