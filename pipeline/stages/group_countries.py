"""Put countries into regions: those of a fixed grouping, or such as listeners' taste suggests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from pipeline.core.places import regions as groupings
from pipeline.core.places.countries import countries, nearest
from pipeline.core.tables import Tables
from pipeline.core.tables.contract import PARTS
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage

PRIOR = 5
"""Pseudo-listeners, spread as all listeners are, who shrink a country's lift of an artist to 1."""

MIN_LISTENERS = 5
"""Training listeners whom an artist needs to say anything of countries."""

SMALLEST_SHARE = 0.01
"""Share of the training listeners that a learnt region needs, lest nobody be placed in it."""

DECIMALS = 6
"""Similarities equal to so many decimals are equal."""

_BLOCK = 20_000  # artists compared at once: bounds the memory


@dataclass(frozen=True)
class Grouping:
    """The region of every stated country by its code, and the regions in order."""

    region_of: Mapping[str, str]
    order: Sequence[str]


@stage(
    "Grouping countries",
    reads=("labelled_listeners", "split", "cleaned_plays"),
    writes=("countries", "regions"),
    statements=("training_counts",),
    share=0.5,
)
def group_countries(tables: Tables, *, engine: DuckDBEngine, regions: str) -> Outputs:
    """List the stated countries and the regions of the grouping `regions` that hold a kept one.

    A fixed grouping looks at no plays. Learnt regions look at those of training listeners alone,
    so that nothing of the other parts reaches what is measured on them.
    """
    countries = _count(tables["labelled_listeners"].df(), tables["split"].df())
    if regions in groupings.FIXED_GROUPINGS:
        grouping = Grouping(groupings.region_of(regions), groupings.region_order(regions))
    else:
        counts = engine.run("training_counts", tables, min_listeners=MIN_LISTENERS).df()
        grouping = learn(counts, countries)
    countries.insert(3, "region", countries["country"].map(grouping.region_of))
    return {"countries": countries, "regions": _regions(countries, grouping.order)}


def _count(listeners: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """One row a stated country, with its counts by part; kept ones are numbered by code."""
    known = countries()
    sizes = listeners.groupby("country")["listener"].count().sort_index()
    by_part = pd.crosstab(split["country"], split["part"])
    by_part = by_part.reindex(index=sizes.index, columns=list(PARTS), fill_value=0)
    kept = by_part["train"].to_numpy() > 0
    position = pd.Series(np.where(kept, np.cumsum(kept) - 1, -1), index=sizes.index)
    return pd.DataFrame(
        {
            "country": sizes.index,
            "country_name": [known[c].country_name for c in sizes.index],
            "iso3": [known[c].iso3 for c in sizes.index],
            "joke": [known[c].joke for c in sizes.index],
            "listeners": sizes.to_numpy(),
            "kept": kept,
            "position": position.astype("Int32").where(kept).to_numpy(),
            **{f"{name}_listeners": by_part[name].to_numpy() for name in PARTS},
        }
    )


def _regions(countries: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """One row a region with a kept country, in the grouping's own order."""
    kept = countries[countries["kept"]]
    members = kept.assign(
        listeners=kept[[f"{name}_listeners" for name in PARTS]].sum(axis=1)
    ).groupby("region")
    sizes = members.agg(countries=("country", "count"), listeners=("listeners", "sum"))
    present = [region for region in order if region in sizes.index]
    return sizes.loc[present].reset_index().assign(position=range(len(present)))


def learn(counts: pd.DataFrame, countries: pd.DataFrame) -> Grouping:
    """Group kept countries by taste, into as many regions as the atlas has for them at most.

    Parameters
    ----------
    counts : DataFrame
        Columns country, artist and listeners: training listeners of a country who have an artist.
    countries : DataFrame
        Columns country, kept and train_listeners, by code.

    Returns
    -------
    Grouping
        A region is named after its largest members and stands where the atlas has the region of
        the largest. A country that is not kept joins the nearest kept one on the globe: its taste
        is unknown.
    """
    kept = countries[countries["kept"]]
    codes, sizes = list(kept["country"]), kept["train_listeners"].to_numpy(np.int64)
    atlas = groupings.region_of("atlas")
    labels = cluster(
        compare(counts_matrix(counts, codes), sizes),
        sizes,
        regions=len({atlas[code] for code in codes}),
        smallest=SMALLEST_SHARE * sizes.sum(),
    )
    members: dict[int, list[str]] = {}
    for i in np.argsort(-sizes, kind="stable"):
        members.setdefault(int(labels[i]), []).append(codes[i])
    order = groupings.region_order("atlas")
    # Sorting keeps the largest first where the atlas puts the largest members into one region.
    groups = sorted(members.values(), key=lambda group: order.index(atlas[group[0]]))
    region_of = {code: region_name(group) for group in groups for code in group}
    for code in countries.loc[~countries["kept"], "country"]:
        region_of[code] = region_of[nearest(code, codes)]
    return Grouping(region_of, [region_name(group) for group in groups])


def region_name(members: Sequence[str]) -> str:
    """Name a region after the two largest of its `members`, codes with the largest first.

    The first belongs to no other region, so names are unique. They hold no comma: sentences list
    them.
    """
    names = [countries()[code].country_name for code in members]
    more = f" +{len(names) - 2}" if len(names) > 2 else ""
    return " & ".join(names[:2]) + more


def counts_matrix(counts: pd.DataFrame, codes: Sequence[str]) -> sparse.csc_array:
    """Spread `counts` over the countries `codes`, sorted, and whichever artists there are."""
    artists, column = np.unique(counts["artist"].to_numpy(), return_inverse=True)
    row = np.searchsorted(np.array(codes), counts["country"].to_numpy(dtype=str))
    cells = (counts["listeners"].to_numpy(np.float64), (row, column))
    return sparse.csc_array(cells, shape=(len(codes), len(artists)))


def log_lift(counts: NDArray[np.float64], listeners: NDArray[np.integer]) -> NDArray[np.float64]:
    """How much more common artists are in each country than in the world: ln of the shrunk lift.

    Parameters
    ----------
    counts : ndarray of shape (n_countries, n_artists)
        Listeners of the country who have the artist.
    listeners : ndarray of shape (n_countries,)
        All listeners of the country.

    Returns
    -------
    ndarray of shape (n_countries, n_artists)
        ln((found + PRIOR) / (expected + PRIOR)); near 0 where few listeners are expected.
    """
    expected = np.outer(listeners / listeners.sum(), counts.sum(axis=0))
    lift: NDArray[np.float64] = np.log((counts + PRIOR) / (expected + PRIOR))
    return lift


def compare(counts: sparse.csc_array, listeners: NDArray[np.integer]) -> NDArray[np.float64]:
    """Cosine between what is typical of countries, shape (n_countries, n_countries).

    `counts` and `listeners` are as in `log_lift`. A country of which nothing is typical is like
    none but itself.
    """
    products = np.zeros((len(listeners), len(listeners)))
    for start in range(0, counts.shape[1], _BLOCK):
        lift = log_lift(counts[:, start : start + _BLOCK].toarray(), listeners)
        products += lift @ lift.T
    length = np.sqrt(products.diagonal())
    scale = np.where(length > 0, length, 1)
    similarity: NDArray[np.float64] = np.round(products / np.outer(scale, scale), DECIMALS)
    np.fill_diagonal(similarity, 1)
    return similarity


def cluster(
    similarity: NDArray[np.float64],
    listeners: NDArray[np.integer],
    *,
    regions: int,
    smallest: float,
) -> NDArray[np.int64]:
    """Group countries by Ward's criterion, so that no group is too small.

    Parameters
    ----------
    similarity : ndarray of shape (n, n)
        Cosine between countries.
    listeners : ndarray of shape (n,)
        Training listeners of each.
    regions : int
        Groups to make. There are fewer where no cut of the tree leaves so many large ones.
    smallest : float
        Listeners that a group needs; one with fewer joins the group that it is most like.

    Returns
    -------
    ndarray of shape (n,)
        Number of each country's group, from 0, without gaps.
    """
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    # The distance between unit vectors, as Ward's criterion needs it.
    distance = np.sqrt(np.maximum(2 - 2 * similarity, 0))
    tree = linkage(squareform(distance, checks=False), "ward")
    best = np.zeros(len(listeners), dtype=np.int64)
    for pieces in range(regions, len(listeners) + 1):
        labels = merge_small(cut_tree(tree, pieces)[:, 0], similarity, listeners, smallest=smallest)
        if best.max() < labels.max() < regions:
            best = labels
        if best.max() == regions - 1:
            break
    return best


def merge_small(
    labels: NDArray[np.integer],
    similarity: NDArray[np.float64],
    listeners: NDArray[np.integer],
    *,
    smallest: float,
) -> NDArray[np.int64]:
    """Join groups of fewer than `smallest` listeners, the smallest first, to the likest group.

    Likeness is the mean similarity of members. The rest is as in `cluster`.
    """
    joined = _renumbered(labels)
    while True:
        member = joined[:, None] == np.arange(joined.max() + 1)
        sizes = listeners @ member
        least = int(sizes.argmin())
        if sizes[least] >= smallest or len(sizes) == 1:
            return joined
        likeness = (similarity @ member)[member[:, least]].mean(axis=0) / member.sum(axis=0)
        likeness[least] = -np.inf
        joined[joined == least] = int(np.round(likeness, DECIMALS).argmax())
        joined = _renumbered(joined)


def _renumbered(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number groups from 0 without gaps."""
    numbers: NDArray[np.int64] = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    return numbers
