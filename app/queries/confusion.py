"""Who is taken for whom: what the page of the confusion asks."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

CELLS = """
    SELECT truth, predicted, n
    FROM confusion
    WHERE recipe = ? AND part = ? AND view = ? AND subject = ?
"""
"""Listeners by truth and prediction; the subject is a region for the view "within", else empty."""

ARTISTS = """
    SELECT c.rank, a.artist_name, c.listeners, c.lift, c.artist
    FROM confusion_artists AS c
    JOIN artists AS a USING (artist)
    WHERE c.recipe = ? AND c.part = ? AND c.view = ? AND c.truth = ? AND c.predicted = ?
    ORDER BY c.rank
"""
"""What the listeners of one cell have in common."""


def country_classes(countries: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    """Kept countries of these regions in the order of an axis: by region, the largest first.

    Returns
    -------
    DataFrame
        Columns ``code``, ``name``, ``region``.
    """
    kept = countries[countries["kept"] & countries["region"].isin(regions)]
    order = {region: position for position, region in enumerate(regions)}
    ordered = kept.assign(position=kept["region"].map(order)).sort_values(
        ["position", "listeners", "country"], ascending=[True, False, True], ignore_index=True
    )
    named = ordered.rename(columns={"country": "code", "country_name": "name"})
    return named[["code", "name", "region"]]


def region_classes(regions: Sequence[str]) -> pd.DataFrame:
    """Regions in the order of an axis; columns as of `country_classes`."""
    return pd.DataFrame({"code": regions, "name": regions, "region": regions}, dtype="string")


def rates(cells: pd.DataFrame) -> pd.DataFrame:
    """Add to every cell its share of the truth's listeners and of those predicted alike.

    Returns
    -------
    DataFrame
        Columns ``truth``, ``predicted``, ``n``, ``of_truth``, ``of_predicted``,
        ``listeners_true`` (listeners of the truth, whatever they are taken for).
    """
    true = cells.groupby("truth")["n"].transform("sum")
    alike = cells.groupby("predicted")["n"].transform("sum")
    n = cells["n"].astype(float)
    return cells.assign(of_truth=n / true, of_predicted=n / alike, listeners_true=true)


def named(cells: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Keep the cells both of whose sides are among the classes, and write names for codes."""
    names = dict(zip(classes["code"], classes["name"], strict=True))
    kept = cells[cells["truth"].isin(names) & cells["predicted"].isin(names)]
    written = {side: kept[side].map(names) for side in ("truth", "predicted")}
    return kept.assign(**written).reset_index(drop=True)


def ordered(cells: pd.DataFrame, *, by: str, right_too: bool) -> pd.DataFrame:
    """Sort cells by a column, the highest first, without the right answers unless wanted."""
    wanted = cells if right_too else cells[cells["truth"] != cells["predicted"]]
    return wanted.sort_values(
        [by, "n", "truth", "predicted"], ascending=[False, False, True, True], ignore_index=True
    )
