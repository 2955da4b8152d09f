"""How well each region is found, and each country within its region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from app.charts.composition_bars import composition_bars
from app.charts.still import STILL
from app.look.columns import Column, declared, measured
from app.look.selectors import PARTS, choose_part, choose_recipe, meanings
from app.look.tables import show_table
from app.look.tint import Scale
from app.look.words import listed, percent
from app.queries import regions as region_queries
from app.queries.regions import DIFFERENCE, LAYER_1, LAYER_2, Compared
from app.shell import data
from app.shell.page import page
from pipeline.core.builds.build import Build
from pipeline.core.tables import contract

_SHOWN_FIRST = ("train", "valid")
_ALONE = "Nothing"
_ROW = 35
_OF_RECIPES = "recipe IN (?, ?) AND view = ?"


@dataclass(frozen=True)
class _Chosen:
    """What the reader looks at; `sides` are parts, or two recipes, by the header to show."""

    recipe: str
    other: str | None
    parts: list[str]
    sides: Mapping[str, str]
    regions: list[str]

    def of(
        self, metrics: pd.DataFrame, first: Sequence[str]
    ) -> tuple[pd.DataFrame, list[Compared]]:
        """Put the sides next to each other."""
        return region_queries.compare(
            metrics[metrics["part"].isin(self.parts)],
            by="part" if self.other is None else "recipe",
            sides=list(self.sides),
            first=first,
            regions=self.regions,
            difference=self.other is not None,
        )


@page("Regions", icon=":material/south_america:", order=50)
def regions(build: Build) -> None:
    """How well each region is found, how well the countries within it, and what it consists of."""
    chosen = _choose(build)
    if not chosen.parts:
        st.caption("No part is chosen: choose at least one above.")
        return
    catalogue = data.read(build, "metric_catalogue")
    st.header("Layer 1: which region")
    _layer(build, chosen, catalogue, view="region", first=LAYER_1, say=_first_layer_in_words)
    st.header("Layer 2: which country within the region")
    _layer(build, chosen, catalogue, view="within", first=LAYER_2, say=_second_layer_in_words)
    _composition(build, chosen.regions)


def _choose(build: Build) -> _Chosen:
    recipes = data.recipes(build)
    labels = dict(zip(recipes["recipe"], recipes["label"], strict=True))
    names = {label: recipe for recipe, label in labels.items()}
    with st.grid(3, min_column_width=220):
        recipe = choose_recipe(
            recipes,
            key="regions_recipe",
            default=build.manifest.default_recipe,
            meaning=meanings(recipes),
        )
        against = st.selectbox(
            "Compare with",
            [_ALONE, *(label for label in names if names[label] != recipe)],
            key="regions_against",
            bind="query-params",
            help="Shows both recipes and the second less the first.",
        )
        known = data.regions(build)
        picked = st.multiselect(
            "Regions",
            known,
            key="regions_shown",
            bind="query-params",
            placeholder="All regions",
        )
    other = names.get(against or _ALONE)
    parts = (
        _choose_parts() if other is None else [choose_part("regions_part", order=contract.PARTS)]
    )
    sides = (
        {part: PARTS[part].label for part in parts}
        if other is None
        else {recipe: labels[recipe], other: labels[other]}
    )
    return _Chosen(recipe, other, parts, sides, [r for r in known if not picked or r in picked])


def _choose_parts() -> list[str]:
    names = {PARTS[name].label: name for name in contract.PARTS}
    picked = st.pills(
        "Side by side",
        list(names),
        selection_mode="multi",
        default=[PARTS[name].label for name in _SHOWN_FIRST],
        key="regions_parts",
        bind="query-params",
        wrap=True,
    )
    return [name for label, name in names.items() if label in picked]


# --- the two layers -------------------------------------------------------------------------------


def _layer(
    build: Build,
    chosen: _Chosen,
    catalogue: pd.DataFrame,
    *,
    view: str,
    first: Sequence[str],
    say: Callable[[pd.DataFrame, _Chosen], str],
) -> None:
    """Show the table of a layer, what stands out in it, and why figures are missing."""
    rows = data.read(
        build, "metrics", _OF_RECIPES, (chosen.recipe, chosen.other or chosen.recipe, view)
    )
    table, compared = chosen.of(rows, first)
    shares = set(catalogue.loc[catalogue["unit"] == "share", "metric"])
    tints = region_queries.scales(table, compared, shares)
    show_table(
        table,
        [Column("region"), *_columns(compared, chosen, catalogue, tints)],
        name=f"{view}_metrics",
        alt=f"Metrics of each region, {listed(list(chosen.sides.values()))} side by side",
        key=f"regions_{view}",
        height=_ROW * (len(table) + 2) + 3,
        empty="This build has no figures for this choice.",
    )
    if len(table):
        missing = region_queries.undefined(table, compared)
        labels = catalogue.set_index("metric")["label"]
        notes = [say(table, chosen), *_why_undefined(missing, labels)]
        st.caption(" ".join(note for note in notes if note))


def _columns(
    compared: Sequence[Compared],
    chosen: _Chosen,
    catalogue: pd.DataFrame,
    tints: Mapping[str, Scale],
) -> Iterator[Column]:
    """Give the columns of a comparison: sides stand under the metric that they are of."""
    about = measured(catalogue, *(one.metric for one in compared))
    for one, metric in zip(compared, about, strict=True):
        column = replace(metric, name=one.name, tint=tints.get(one.name))
        if one.side == DIFFERENCE:
            meaning = "The second recipe less the first; of shares, in percentage points. "
            column = replace(
                column, label="Difference", meaning=meaning + str(metric.meaning), signed=True
            )
        elif one.side:
            column = replace(column, label=chosen.sides[one.side])
        yield replace(column, group=metric.label if one.side else "")


def _first_layer_in_words(table: pd.DataFrame, chosen: _Chosen) -> str:
    return _extremes(table, chosen, metric="recall", what="are placed in their own region")


def _second_layer_in_words(table: pd.DataFrame, chosen: _Chosen) -> str:
    return "Each region's own listeners, with the choice left between its countries. " + _extremes(
        table, chosen, metric="accuracy", what="get the right country"
    )


def _extremes(table: pd.DataFrame, chosen: _Chosen, *, metric: str, what: str) -> str:
    """Name the best and the worst region, or those that changed most between two recipes."""
    side = DIFFERENCE if chosen.other else list(chosen.sides)[-1]
    column = f"{metric}_{side}" if f"{metric}_{side}" in table else metric
    if column not in table or table[column].notna().sum() < 2:
        return ""
    values = table.set_index("region")[column].dropna()
    best, worst = values.idxmax(), values.idxmin()
    if side == DIFFERENCE:
        second = chosen.sides[str(chosen.other)]
        return (
            f"“{second}” changes the share who {what} by {100 * values[best]:+.1f} points in "
            f"{best} and by {100 * values[worst]:+.1f} in {worst}."
        )
    name = PARTS[side].label
    if best == worst:  # All are alike.
        return f"{name}: in each region {percent(values[best])} of the listeners {what}."
    return (
        f"{name}: in {best} {percent(values[best])} of the listeners {what}, in {worst} "
        f"{percent(values[worst])}."
    )


def _why_undefined(missing: Mapping[str, list[str]], labels: pd.Series) -> list[str]:
    notes = []
    for metric, named in missing.items():
        why = (
            "nobody is predicted to live there"
            if metric == "precision"
            else "nobody is left to measure it on"
        )
        notes.append(f"{labels[metric]} is undefined (–) for {listed(named)} where {why}.")
    return notes


# --- what regions consist of ----------------------------------------------------------------------


def _composition(build: Build, shown: list[str]) -> None:
    st.header("What each region consists of")
    table = region_queries.composition(data.read(build, "countries"), shown)
    if table.empty:
        st.caption("None of these regions has a country to learn from.")
        return
    largest = table.sort_values("share", ascending=False).drop_duplicates("region")
    top = largest.iloc[0]
    st.plotly_chart(
        composition_bars(table, palette=data.palette(build)),
        config=dict(STILL),
        key="composition",
        alt="Countries of each region by their share of its listeners",
    )
    st.caption(
        f"Share of each region's listeners by country, of all parts. One country outweighs the "
        f"rest most in {top['region']}: {top['country_name']} has {percent(top['share'])}."
    )
    with st.expander("The bars as a table", icon=":material/table:"):
        show_table(
            table,
            declared(
                "countries",
                "region",
                Column("country_name", "Country"),
                Column("country", hidden=True),
                "listeners",
                Column(
                    "share",
                    "Of the region",
                    "The country's share of the listeners of its region.",
                    unit="share",
                ),
            ),
            name="regions_by_country",
            alt="Listeners of each country and their share of the region's",
            key="composition_table",
        )
