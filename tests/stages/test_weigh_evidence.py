from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.core.model.evidence import PSEUDO_LISTENERS
from pipeline.core.tables.store import vector_column, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.weigh_evidence import FOLDS, weigh_evidence

CODES = ["BR", "CZ", "PL"]
REGION_OF = np.array([1, 0, 0])


def world(engine: DuckDBEngine, seed: int = 0) -> tuple[dict[str, Any], pd.DataFrame]:
    """120 listeners of three countries in two regions, ten artists, and names that say nothing."""
    rng = np.random.default_rng(seed)
    n = 120
    split = pd.DataFrame(
        {
            "listener": np.arange(n, dtype=np.int32),
            "country": rng.choice(CODES, n, p=[0.5, 0.2, 0.3]),
            "part": rng.choice(["train", "valid", "test"], n, p=[0.7, 0.15, 0.15]),
        }
    )
    plays = pd.DataFrame(
        [(i, a, r) for i in range(n) for r, a in enumerate(rng.permutation(10)[:4], 1)],
        columns=["listener", "artist", "rank"],
    ).assign(playcount=np.nan)
    plays = plays.astype({"listener": "int32", "artist": "int32", "rank": "int32"})
    trained = split[split["part"] == "train"]["country"].value_counts().reindex(CODES)
    countries = pd.DataFrame(
        {
            "country": CODES,
            "region": ["America", "Europe", "Europe"],
            "kept": True,
            "position": [0, 1, 2],
            "train_listeners": trained.to_numpy(),
        }
    )
    regions = pd.DataFrame({"region": ["Europe", "America"], "position": [0, 1]})
    share = trained.to_numpy() / trained.sum()
    region = np.array([share[1] + share[2], share[0]])
    logits = np.log(np.concatenate([region, share / region[REGION_OF]]))
    frames = {
        "artists": pd.DataFrame({"artist": range(10), "artist_name": [f"a{i}" for i in range(10)]}),
        "cleaned_plays": plays.sample(frac=1, random_state=1),
        "split": split,
        "countries": countries,
        "regions": regions,
    }
    tables: dict[str, Any] = {n: engine.connection.from_df(f) for n, f in frames.items()}
    grams = {"gram": [""], "vector": vector_column(logits[None].astype(np.float32))}
    tables["name_grams"] = engine.connection.from_arrow(pa.table(grams))
    return tables, plays.merge(split, on="listener")


def by_hand(heard: pd.DataFrame, share: pd.Series) -> np.ndarray:
    """Evidence of artists 0 to 9 from the listeners in `heard`, with pandas."""
    counts = pd.crosstab(heard["artist"], heard["country"]).reindex(
        index=range(10), columns=CODES, fill_value=0
    )
    home = pd.Series(["America", "Europe", "Europe"], index=CODES)
    regions = counts.T.groupby(home).sum().T[["Europe", "America"]]
    region_share = share.groupby(home).sum()[["Europe", "America"]]
    total = regions.sum(axis=1)
    m = PSEUDO_LISTENERS
    of_region = (regions + m * region_share).div(total + m, axis=0) / region_share
    within_share = share / region_share[home].to_numpy()
    of_country = (counts + m * within_share) / (regions[home].to_numpy() + m) / within_share
    return np.log(np.hstack([of_region, of_country]))


def weighed(engine: DuckDBEngine, tables: dict[str, Any]) -> dict[str, pd.DataFrame]:
    found = weigh_evidence(tables, engine=engine, progress=lambda *_: None)
    return {
        name: rows.to_pandas().assign(vector=list(vectors_of(rows["vector"])))
        for name, rows in found.items()
    }


def test_evidence_is_counted_on_training_listeners(engine: DuckDBEngine) -> None:
    tables, heard = world(engine)
    share = tables["countries"].df().set_index("country")["train_listeners"]
    trained = heard[heard["part"] == "train"]
    found = weighed(engine, tables)["artist_evidence"]
    expected = by_hand(trained, share / share.sum())
    np.testing.assert_allclose(np.vstack(found["vector"]), expected, atol=1e-5)
    support = trained.groupby("artist").size()
    assert found["training_listeners"].tolist() == support.reindex(range(10)).tolist()


def test_a_training_listener_is_judged_by_the_other_folds(engine: DuckDBEngine) -> None:
    tables, heard = world(engine)
    share = tables["countries"].df().set_index("country")["train_listeners"]
    share = share / share.sum()
    found = weighed(engine, tables)["listener_evidence"].set_index("listener")["vector"]
    trained = heard[heard["part"] == "train"]
    for listener in (*range(8), 57, 119):
        own = heard[heard["listener"] == listener]
        others = trained
        if own["part"].iloc[0] == "train":
            others = trained[trained["listener"] % FOLDS != listener % FOLDS]
        expected = by_hand(others, share)[own["artist"]].sum(axis=0) / np.sqrt(len(own))
        np.testing.assert_allclose(found[listener], expected, atol=1e-4)


def test_what_others_than_training_listeners_play_changes_no_artist(engine: DuckDBEngine) -> None:
    tables, heard = world(engine)
    before = weighed(engine, tables)["artist_evidence"]
    part = heard["part"].to_numpy()
    shuffled = heard[["listener", "artist", "rank", "playcount"]].copy()
    shuffled.loc[part != "train", "artist"] = 9 - shuffled.loc[part != "train", "artist"]
    tables["cleaned_plays"] = engine.connection.from_df(shuffled)
    after = weighed(engine, tables)["artist_evidence"]
    np.testing.assert_array_equal(np.vstack(before["vector"]), np.vstack(after["vector"]))


def test_tiny_world_evidence_points_home(tiny_build: Any) -> None:
    """Of the artists that are most local, most point to the country they are most typical of."""
    ids, vectors = tiny_build.vectors("artist_evidence")
    kept = tiny_build.sql("SELECT country, region, position FROM countries WHERE kept ORDER BY 3")
    regions = tiny_build.sql("SELECT region FROM regions ORDER BY position")["region"].tolist()
    local = tiny_build.sql(
        "SELECT artist, country FROM artist_profiles JOIN artists USING (artist) "
        "WHERE listeners > 20 ORDER BY locality DESC LIMIT 30"
    )
    position = {region: i for i, region in enumerate(regions)}
    columns = kept["region"].map(position).to_numpy()
    summed = vectors[:, columns] + vectors[:, len(regions) :]
    best = kept["country"].to_numpy()[summed[np.searchsorted(ids, local["artist"])].argmax(axis=1)]
    assert (best == local["country"]).mean() > 0.9
    assert len(local) == pytest.approx(30)
