"""Say where each artist belongs: the country it is most typical of, and how local it is."""

from __future__ import annotations

from pipeline.core.tables import Tables
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage

PRIOR = 5
"""Pseudo-listeners, spread as all listeners are, who shrink lift towards 1 and locality towards 0.

A lone listener of an artist in a small country then has a lift near 1.2, where the plain ratio of
shares may be 1,000; twenty of them, nearly all of the artist's, have one of 5.
"""

TYPICAL = 50
"""Artists listed of a country at most."""

MIN_LISTENERS = 2
"""Listeners in the country whom a typical artist needs: one is a person, not a country."""


@stage(
    "Profiling artists",
    reads=("cleaned_plays", "labelled_listeners", "countries"),
    writes=("artist_profiles", "typical_artists", "list_locality"),
    statements=("artist_lift", "artist_profiles", "typical_artists", "list_locality"),
    share=1,
)
def profile_artists(tables: Tables, *, engine: DuckDBEngine) -> Outputs:
    """Compare each artist's kept listeners by country with all kept listeners, of every part.

    The tables describe the listeners; no recipe learns from them.
    """
    lift = {"artist_lift": engine.run("artist_lift", tables, prior=PRIOR).to_arrow_table()}
    profiles = engine.run("artist_profiles", {**tables, **lift}, prior=PRIOR).to_arrow_table()
    return {
        "artist_profiles": profiles,
        "list_locality": engine.run("list_locality", {**tables, "artist_profiles": profiles}),
        "typical_artists": engine.run(
            "typical_artists", lift, min_listeners=MIN_LISTENERS, shown=TYPICAL
        ),
    }
