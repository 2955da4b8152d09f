from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
from source_views import counts_of, rows_of

from pipeline.config import SourceConfig
from pipeline.sources import SOURCES

CONFIG = SourceConfig(name="world", listeners=300)


def test_the_world_is_read_whole_and_is_the_same_again(
    connection: duckdb.DuckDBPyConnection,
    declared: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    world = SOURCES["world"]
    shares: list[float] = []

    def read(seed: int) -> dict[str, Any]:
        return dict(
            world.read(
                connection, CONFIG, seed=seed, progress=lambda share, _: shares.append(share)
            )
        )

    first = declared(read(1))
    counts = counts_of(first)
    assert counts["listeners", "kept", ""] == 300
    assert counts["plays", "kept", ""] == counts["plays", "read", ""]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] == 1
    plays = rows_of(first["plays"])
    assert plays == rows_of(read(1)["plays"])
    assert plays != rows_of(read(2)["plays"])


def test_it_is_declared_as_simulated_and_has_no_files() -> None:
    assert sorted(SOURCES) == ["lastfm_360k", "lastfm_500k", "table", "world"]
    assert [name for name in SOURCES if SOURCES[name].simulated] == ["world"]
    assert SOURCES["world"].fingerprint(CONFIG) == []
