from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from pipeline.config import SplitConfig
from pipeline.core.tables.contract import PARTS
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.split import fill_missing_parts, split_listeners

STARTS = (0.0, 0.8, 0.9)


def listeners(sizes: dict[str, int]) -> pd.DataFrame:
    rows = [(f"{country}-{i}", country) for country, n in sizes.items() for i in range(n)]
    frame = pd.DataFrame(rows, columns=["user_id", "country"])
    return frame.assign(listener=range(len(frame)), total_scrobbles=1, kept=True)


def split(engine: DuckDBEngine, frame: pd.DataFrame) -> dict:
    tables = {"labelled_listeners": engine.connection.from_df(frame)}
    return split_listeners(tables, engine=engine, split=SplitConfig())


def expected_part(user_id: str) -> str:
    draw = int(hashlib.md5(user_id.encode()).hexdigest()[:8], 16) / 2**32
    return "train" if draw < 0.8 else "valid" if draw < 0.9 else "test"


def test_the_part_is_the_hash_of_the_user_id(engine: DuckDBEngine) -> None:
    frame = listeners({"US": 900, "BR": 700})
    found = split(engine, frame)["split"]
    assert found["part"].tolist() == [expected_part(u) for u in frame["user_id"]]
    shares = found["part"].value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.8, abs=0.03)


def test_a_listener_keeps_the_part_when_others_leave(engine: DuckDBEngine) -> None:
    frame = listeners({"US": 300, "BR": 300})
    before = split(engine, frame)["split"].set_index("listener")["part"]
    after = split(engine, frame.iloc[::2])["split"].set_index("listener")["part"]
    assert (before.loc[after.index] == after).all()


@pytest.mark.parametrize("size", [3, 4, 10, 51])
def test_every_country_is_in_every_part(engine: DuckDBEngine, size: int) -> None:
    codes = ["US", "BR", "GB", "PL", "MX", "JP", "FI", "SE", "DE", "FR", "IT", "ES", "AQ", "NO"]
    found = split(engine, listeners(dict.fromkeys(codes, size)))["split"]
    counts = pd.crosstab(found["country"], found["part"])
    assert (counts[list(PARTS)] > 0).all(axis=None)


def test_the_nearest_listener_fills_a_missing_part() -> None:
    drawn = pd.DataFrame(
        {
            "country": ["MT"] * 4,
            "draw": [0.10, 0.50, 0.79, 0.95],
            "part": ["train", "train", "train", "test"],
        }
    )
    parts = fill_missing_parts(drawn, starts=STARTS)
    assert parts.tolist() == ["train", "train", "valid", "test"]


def test_a_part_is_never_emptied_to_fill_another() -> None:
    drawn = pd.DataFrame(
        {"country": ["MT"] * 3, "draw": [0.1, 0.2, 0.91], "part": ["train", "train", "test"]}
    )
    assert fill_missing_parts(drawn, starts=STARTS).tolist() == ["train", "valid", "test"]
