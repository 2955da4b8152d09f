"""Place listeners in countries, make names and play counts whole, and account for every row."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from pipeline.config import CleanConfig
from pipeline.core.artists.keys import identity_keys
from pipeline.core.artists.mojibake import repair_mojibake
from pipeline.core.errors import UserError
from pipeline.core.places.countries import NO_COUNTRY_LABELS, country_of, label_key, suggest
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage

MERGED = "same artist under another spelling, or beyond the artists kept"


class TooFewCountriesError(UserError):
    """There is nothing to predict: fewer than two countries have enough listeners."""


@stage(
    "Cleaning",
    reads=("listeners", "plays", "ingest_counts"),
    writes=("labelled_listeners", "artists", "cleaned_plays", "row_counts"),
    statements=("place_listeners", "count_artists", "tidy_plays"),
    share=4,
)
def clean_plays(
    tables: Tables, *, engine: DuckDBEngine, progress: Progress, clean: CleanConfig
) -> Outputs:
    """Place listeners, merge spellings of one artist, repair play counts.

    Listeners stay in `labelled_listeners` when their country is known and they have artists;
    `kept` says which of them are trained on. The rank tables count all of them.

    Raises
    ------
    TooFewCountriesError
        When fewer than two countries have `clean.min_listeners` listeners.
    """
    progress(0.0, "placing listeners")
    placed = engine.run(
        "place_listeners",
        {
            "listeners": tables["listeners"],
            "plays": tables["plays"],
            "label_countries": _label_countries(tables),
        },
        min_listeners=clean.min_listeners,
    ).to_arrow_table()
    engine.name({"placed": placed})
    _demand_two_countries(engine, clean.min_listeners)
    labelled = engine.connection.sql(
        """
        SELECT listener, user_id, country, total_scrobbles, problem IS NULL AS kept
        FROM placed WHERE country IS NOT NULL AND problem IS DISTINCT FROM 'no artists'
        ORDER BY listener
        """
    )
    progress(0.2, "merging spellings")
    engine.name({"labelled": labelled, "plays": tables["plays"], "names": _name_keys(tables)})
    keyed = engine.connection.sql(
        """
        SELECT p.listener, p.rank, p.playcount, p.mbid, n.identity_key, n.spelling
        FROM plays AS p
        JOIN labelled AS l ON l.listener = p.listener
        JOIN names AS n ON n.artist_name = p.artist_name
        """
    )
    known_artists = engine.run("count_artists", {"keyed_plays": keyed}).to_arrow_table()
    engine.name({"known_artists": known_artists})
    progress(0.5, "repairing play counts")
    named = engine.connection.sql(
        """
        SELECT k.listener, k.rank, a.artist, k.playcount
        FROM keyed_plays AS k JOIN known_artists AS a ON a.identity_key = k.identity_key
        """
    )
    tidy = engine.run("tidy_plays", {"named_plays": named}, top_artists=clean.top_artists)
    tidy = tidy.to_arrow_table()
    progress(0.9, "counting rows")
    return {
        "labelled_listeners": labelled,
        "artists": known_artists,
        "cleaned_plays": tidy,
        "row_counts": _count_rows(tables, engine, tidy),
    }


def _label_countries(tables: Tables) -> pd.DataFrame:
    """Map each distinct label: columns label, country (null: none), problem (null: none)."""
    labels = (
        tables["listeners"]
        .filter("country_label IS NOT NULL")
        .aggregate("country_label, arg_min(user_id, listener) AS first_user")
    )
    rows = [
        (label, country_of(label), _label_problem(label, first_user))
        for label, first_user in labels.order("country_label").fetchall()
    ]
    return pd.DataFrame(rows, columns=["label", "country", "problem"], dtype="str")


def _label_problem(label: str, first_user: str) -> str | None:
    if country_of(label) is not None:
        return None
    if label_key(label) in NO_COUNTRY_LABELS:
        return "no country"
    near = suggest(label)
    hint = f"; near: {', '.join(near)}" if near else ""
    return f"unknown country label {label!r} (first at user_id {first_user}{hint})"


def _name_keys(tables: Tables) -> pd.DataFrame:
    """Key each distinct name: columns artist_name, spelling (repaired), identity_key."""
    names = tables["plays"].project("artist_name").distinct().order("artist_name").df()
    spelling = names["artist_name"].map(repair_mojibake)
    return pd.DataFrame(
        {
            "artist_name": names["artist_name"],
            "spelling": spelling,
            "identity_key": identity_keys(names["artist_name"]),
        }
    )


def _demand_two_countries(engine: DuckDBEngine, min_listeners: int) -> None:
    countries = engine.connection.sql(
        """
        SELECT country, count(*) AS listeners, count(*) FILTER (WHERE problem IS NULL) AS kept
        FROM placed WHERE country IS NOT NULL GROUP BY country ORDER BY listeners DESC, country
        """
    ).df()
    if (countries["kept"] > 0).sum() >= 2:
        return
    found = ", ".join(f"{r.country}: {r.listeners}" for r in countries.head(5).itertuples())
    raise TooFewCountriesError(
        f"expected at least two countries with {min_listeners} usable listeners or more; found "
        f"{(countries['kept'] > 0).sum()} (listeners by country: {found or 'none'}). Bring more "
        "listeners, or lower the bound with --set clean.min_listeners=N."
    )


def _count_rows(tables: Tables, engine: DuckDBEngine, tidy: pa.Table) -> pd.DataFrame:
    """Account for the listeners and plays that cleaning read, below those of the reading."""
    engine.name({"tidy": tidy})
    listeners = engine.connection.sql(
        "SELECT coalesce(problem, '') AS reason, count(*) AS rows FROM placed GROUP BY problem"
    ).df()
    plays = engine.connection.sql(
        """
        SELECT CASE WHEN problem IS NULL THEN '' ELSE 'listener: ' || problem END AS reason,
               count(*) AS rows
        FROM plays JOIN placed ON placed.listener = plays.listener GROUP BY problem
        """
    ).df()
    kept_plays = engine.connection.sql(
        "SELECT count(*) FROM tidy JOIN placed ON placed.listener = tidy.listener "
        "WHERE placed.problem IS NULL"
    ).fetchall()[0][0]
    counts = pd.concat(
        [
            tables["ingest_counts"].df(),
            _ledger("listeners", listeners),
            _ledger("plays", _merged_apart(plays, kept_plays)),
        ]
    )
    return counts.reset_index(drop=True)


def _merged_apart(plays: pd.DataFrame, kept: int) -> pd.DataFrame:
    """Split the plays of kept listeners into rows kept and rows merged into another."""
    of_kept = int(plays.loc[plays["reason"] == "", "rows"].sum())
    others = plays[plays["reason"] != ""]
    own = pd.DataFrame({"reason": ["", MERGED], "rows": [kept, of_kept - kept]})
    return pd.concat([own[own["rows"] > 0], others])


def _ledger(rows_of: str, by_reason: pd.DataFrame) -> pd.DataFrame:
    """Turn rows by reason (empty: kept) into row_counts."""
    frame = by_reason.sort_values("reason").assign(step="clean", rows_of=rows_of)
    frame["outcome"] = frame["reason"].map(lambda reason: "set aside" if reason else "kept")
    read = pd.DataFrame(
        {
            "step": ["clean"],
            "rows_of": [rows_of],
            "outcome": ["read"],
            "reason": [""],
            "rows": [int(frame["rows"].sum())],
        }
    )
    return pd.concat([read, frame])[["step", "rows_of", "outcome", "reason", "rows"]]
