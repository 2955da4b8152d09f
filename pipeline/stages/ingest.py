"""Read a source into listeners and plays."""

from __future__ import annotations

from pipeline.config import SourceConfig
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.sources import SOURCES
from pipeline.stages import Outputs, stage


@stage(
    "Reading",
    writes=("listeners", "plays", "quarantine", "ingest_counts"),
    share=4,
)
def ingest_source(
    tables: Tables, *, engine: DuckDBEngine, progress: Progress, source: SourceConfig, seed: int
) -> Outputs:
    """Read the chosen source; rows that cannot be read go to quarantine with the reason.

    Raises
    ------
    SourceError
        When nothing sensible can be read at all; lists every problem.
    """
    read = SOURCES[source.name].read
    # What a reader keeps in memory of a large source goes with its own database.
    return dict(read(engine.apart(), source, seed=seed, progress=progress))
