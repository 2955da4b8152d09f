"""The simulated world as a source: its files are written aside and read like any others."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.core.progress import Progress, part_of
from pipeline.sources import source
from pipeline.sources.lastfm_500k import read_folder

if TYPE_CHECKING:
    import duckdb

    from pipeline.config import SourceConfig
    from pipeline.core.tables.store import Rows

_WRITING = 0.7  # share of the time that goes into simulating


@source(
    "world",
    label="Simulated listeners",
    licence="MIT; these listeners are invented",
    simulated=True,
)
def read(
    connection: duckdb.DuckDBPyConnection,
    config: SourceConfig,
    *,
    seed: int,
    progress: Progress,
) -> dict[str, Rows]:
    """Simulate `config.listeners` listeners and read them; see `Read`."""
    from pipeline.sources.world.writing import write_world

    with TemporaryDirectory(prefix="world-") as name:
        folder = Path(name)
        write_world(
            folder,
            listeners=config.listeners,
            seed=seed,
            as_parquet=True,
            countries=config.countries,
            difficulty=config.difficulty,
            progress=part_of(progress, 0.0, _WRITING),
        )
        return read_folder(connection, folder, progress=part_of(progress, _WRITING, 1 - _WRITING))
