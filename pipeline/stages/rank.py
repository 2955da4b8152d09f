"""The two rank tables: artists within each country, countries for each artist."""

from __future__ import annotations

from pipeline.core.tables import Tables
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage


@stage(
    "Ranking artists and countries",
    reads=("cleaned_plays", "labelled_listeners"),
    writes=("artist_rank_in_country", "country_rank_per_artist"),
    statements=("artist_rank_in_country", "country_rank_per_artist"),
    share=1,
)
def rank_artists(tables: Tables, *, engine: DuckDBEngine) -> Outputs:
    """Add up plays by country and artist over all labelled listeners, and rank both ways."""
    in_country = engine.run("artist_rank_in_country", tables).to_arrow_table()
    per_artist = engine.run("country_rank_per_artist", {"artist_rank_in_country": in_country})
    return {"artist_rank_in_country": in_country, "country_rank_per_artist": per_artist}
