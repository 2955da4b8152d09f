from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from pipeline.core.builds.build import Build
from pipeline.core.model.evidence import ArtistKnowledge
from pipeline.core.model.features import Features
from pipeline.core.model.hierarchy import Layers
from pipeline.core.tables.store import vector_column, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import truncate_lists as module
from pipeline.stages.embed_listeners import embed_listeners
from pipeline.stages.truncate_lists import LIST_LENGTHS, cut, truncate_lists

N, ARTISTS, DIMENSIONS = 120, 90, 5
COUNTRIES = ("BR", "CL", "DE", "FR", "JP", "PL", "US")
WITHOUT_VECTOR = (0, 7, 50)


@dataclass
class Parrot:
    """A recipe whose probabilities follow the vectors; it remembers what it was asked."""

    countries: tuple[str, ...] = COUNTRIES
    asked: list[Features] = field(default_factory=list)

    def predict(self, features: Features) -> Layers:
        self.asked.append(features)
        weights = np.random.default_rng(5).normal(size=(DIMENSIONS, len(COUNTRIES)))
        logits = np.exp(features.vectors.astype(np.float64) @ weights)
        country = logits / logits.sum(axis=1, keepdims=True)
        return Layers(country=country, region=country, within=country)


def world(engine: DuckDBEngine) -> dict[str, Any]:
    """Listeners with 1 to 59 artists, some without a play count or scrobbles."""
    rng = np.random.default_rng(0)
    split = pd.DataFrame(
        {
            "listener": np.arange(N, dtype=np.int32),
            "country": rng.choice(COUNTRIES, N),
            "part": rng.choice(["train", "valid", "test"], N),
        }
    )
    scrobbles = pd.Series(rng.integers(1, 9999, N), dtype="Int64")
    scrobbles[:10] = pd.NA
    labelled = split[["listener"]].assign(
        user_id=[f"u{i}" for i in range(N)], total_scrobbles=scrobbles, kept=True
    )
    rows = [
        (i, a, rank, rng.choice([np.nan, 0.0, 5.0, 300.0]))
        for i in range(N)
        for rank, a in enumerate(rng.choice(ARTISTS, 1 + i % 59, replace=False), start=1)
    ]
    plays = pd.DataFrame(rows, columns=["listener", "artist", "rank", "playcount"])
    plays = plays.astype({"listener": "int32", "artist": "int32", "rank": "int32"})
    ids = np.setdiff1d(np.arange(ARTISTS, dtype=np.int32), WITHOUT_VECTOR)
    vectors = rng.normal(size=(len(ids), DIMENSIONS)).astype(np.float32)
    frames = {
        "split": split,
        "labelled_listeners": labelled,
        "cleaned_plays": plays.sample(frac=1, random_state=0),
        "artists": pd.DataFrame({"artist": range(ARTISTS)}),
    }
    tables = {name: engine.connection.from_df(frame) for name, frame in frames.items()}
    embedded = pa.table({"artist": ids, "vector": vector_column(vectors)})
    tables["artist_vectors"] = engine.connection.from_arrow(embedded)
    evidence = rng.normal(size=(ARTISTS, 2)).astype(np.float32)
    weighed = {
        "artist": np.arange(ARTISTS, dtype=np.int32),
        "training_listeners": np.arange(ARTISTS, dtype=np.int32),
        "vector": vector_column(evidence),
    }
    tables["artist_evidence"] = engine.connection.from_arrow(pa.table(weighed))
    placed = embed_listeners(tables)["listener_vectors"]
    return {**tables, "listener_vectors": engine.connection.from_arrow(placed), "model": Parrot()}


def run(engine: DuckDBEngine, tables: dict[str, Any]) -> pd.DataFrame:
    found = truncate_lists(tables, engine=engine, recipe="flat", progress=lambda *_: None)
    return found["accuracy_by_known"]


def first_known(plays: pd.DataFrame, length: int) -> pd.DataFrame:
    """Rows of the first `length` artists with a vector of every list that has as many."""
    known = plays[~plays["artist"].isin(WITHOUT_VECTOR)].sort_values(["listener", "rank"])
    enough = known.groupby("listener")["artist"].transform("size") >= length
    return known[enough].groupby("listener").head(length)


def test_accuracy_equals_a_pandas_computation(engine: DuckDBEngine) -> None:
    tables = world(engine)
    found = run(engine, tables).set_index(["part", "known_artists"])
    plays, split = tables["cleaned_plays"].df(), tables["split"].df().set_index("listener")
    embedded = tables["artist_vectors"].order("artist").to_arrow_table()
    vectors = pd.DataFrame(vectors_of(embedded["vector"]), index=embedded["artist"].to_pandas())
    rows = 0
    for length in LIST_LENGTHS:
        kept = first_known(plays, length)
        weight = np.log10(kept["playcount"] + 1).fillna(1.0)
        weighted = vectors.loc[kept["artist"]].mul(weight.to_numpy(), axis=0)
        sums = weighted.groupby(kept["listener"].to_numpy()).sum()
        totals = weight.groupby(kept["listener"]).sum()
        means = sums.div(totals.where(totals > 0, 1), axis=0).to_numpy(np.float32)
        told = split.loc[sums.index]
        nothing = np.zeros((len(means), 2), dtype=np.float32)
        known = np.zeros(len(means), dtype=np.int32)
        asked = Features(means, None, csr_matrix((len(means), 0)), known, nothing, nothing)
        order = np.argsort(-Parrot().predict(asked).country, axis=1)
        guesses = np.array(COUNTRIES)[order]
        right = guesses == told["country"].to_numpy()[:, None]
        for part in ("valid", "test"):
            chosen = (told["part"] == part).to_numpy()
            if not chosen.any():
                assert (part, length) not in found.index
                continue
            row = found.loc[(part, length)]
            rows += 1
            assert row["n"] == chosen.sum()
            assert row["accuracy"] == pytest.approx(right[chosen, 0].mean())
            assert row["top_5_accuracy"] == pytest.approx(right[chosen, :5].any(axis=1).mean())
    assert rows == len(found) > 8
    assert found["n"].min() < 5
    assert found.index.tolist() == sorted(found.index, key=lambda key: (key[0] != "valid", key[1]))


def test_a_whole_list_gives_the_features_that_recipes_are_fitted_on(engine: DuckDBEngine) -> None:
    tables = world(engine)
    run(engine, tables)
    placed = tables["listener_vectors"].order("listener").to_arrow_table()
    vectors = vectors_of(placed["vector"])
    scrobbles = placed["log_scrobbles"].to_numpy(zero_copy_only=False)
    known = placed["known_artists"].to_numpy()
    part = tables["split"].order("listener").df()["part"]
    for length, asked in zip(LIST_LENGTHS, tables["model"].asked, strict=True):
        listeners = np.flatnonzero((known >= length) & (part != "train"))
        np.testing.assert_array_equal(asked.log_scrobbles, scrobbles[listeners])
        assert (asked.known_artists == length).all()
        assert (np.diff(asked.artists.indptr) == length).all()
        whole = known[listeners] == length
        np.testing.assert_allclose(asked.vectors[whole], vectors[listeners][whole], rtol=1e-5)


def test_a_length_that_nobody_reaches_has_no_row(engine: DuckDBEngine) -> None:
    tables = world(engine)
    tables["cleaned_plays"] = tables["cleaned_plays"].filter("rank <= 12")
    found = run(engine, tables)
    assert sorted(set(found["known_artists"])) == [1, 3, 5, 10]
    assert set(found["recipe"]) == {"flat"}
    # Models cannot be asked about nobody, so they are not.
    assert len(tables["model"].asked) == 4
    tables["cleaned_plays"] = tables["cleaned_plays"].filter("rank < 1")
    assert run(engine, tables).empty


def test_large_parts_are_sampled_by_user_and_not_by_order(
    engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LISTENERS_PER_PART", 7)
    tables = world(engine)
    found = run(engine, tables)
    assert found["n"].max() == 7
    tables["labelled_listeners"] = tables["labelled_listeners"].order("listener DESC")
    pd.testing.assert_frame_equal(run(engine, tables), found)


def test_lists_are_cut_by_rank_among_known_artists() -> None:
    plays = pd.DataFrame(
        {
            "listener": [3, 3, 3, 8],
            "part": ["valid", "valid", "valid", "test"],
            "country": ["PL", "PL", "PL", "BR"],
            "log_scrobbles": [2.0, 2.0, 2.0, np.nan],
            "artist": [1, 0, 2, 2],
            "rank": [1, 4, 5, 2],
            "playcount": [9.0, 99.0, 999.0, np.nan],
            "known_rank": [1, 2, 3, 1],
        }
    )
    knowledge = ArtistKnowledge(
        vectors=np.eye(3, dtype=np.float32),
        embedded=np.ones(3, dtype=np.bool_),
        evidence=np.array([[3.0], [6.0], [9.0]], dtype=np.float32),
        vocabulary=np.array([False, True, True]),
    )
    listeners, features = cut(plays, 2, knowledge)
    assert listeners.to_dict("list") == {"listener": [3], "part": ["valid"], "country": ["PL"]}
    # log10(9 + 1) = 1 and log10(99 + 1) = 2, of 3 in all.
    assert features.vectors.tolist() == [pytest.approx([2 / 3, 1 / 3, 0])]
    # (1 · 6 + 2 · 3) / root of 3, of which artist 0 is outside the vocabulary.
    assert features.evidence.tolist() == [[pytest.approx(12 / 3**0.5)]]
    assert features.outside.tolist() == [[pytest.approx(6 / 3**0.5)]]
    _, both = cut(plays, 1, knowledge)
    assert both.vectors.tolist() == [[0, 1, 0], [0, 0, 1]]
    assert both.log_scrobbles is not None
    assert np.isnan(both.log_scrobbles).tolist() == [False, True]


def test_short_lists_of_a_build_are_of_its_listeners(tiny_build: Build) -> None:
    found = tiny_build.sql("SELECT recipe, part, known_artists, n FROM accuracy_by_known")
    sizes = tiny_build.sql("SELECT recipe, part, count(*) AS n FROM predictions GROUP BY ALL")
    joined = found.merge(sizes, on=["recipe", "part"], suffixes=("", "_all"))
    assert len(joined) == len(found)
    assert set(found["recipe"]) == set(sizes["recipe"])
    assert (joined["n"] <= joined["n_all"]).all()
