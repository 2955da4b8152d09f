"""What a build was made of: rows, countries, options, files, and every table to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from app.charts.listeners_by_country import listeners_by_country
from app.charts.still import STILL
from app.look.columns import Column, declared
from app.look.downloads import offer
from app.look.tables import show_table
from app.look.words import count, counted, moment
from app.queries import builds as build_queries
from app.queries import overview as queries
from app.shell import data as reading
from app.shell.page import page
from app.views.data.card_facts import facts
from app.views.data.model_card import model_card
from pipeline.core.builds.build import DATABASE, QUARANTINE, Build
from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Declaration, Storage

_SAMPLE = 5
"""Rows in quarantine that are shown of each reason."""

_PREVIEW = 100
"""Rows of a table that are shown before it is taken away."""

_MOST_CSV_ROWS = 1_000_000
"""Rows of a CSV file at most: spreadsheets take no more, and text of more is very large."""

_COLUMNS = [Column("column"), Column("type"), Column("null", "May be null"), Column("meaning")]
_STEPS = {"ingest": "Reading", "clean": "Cleaning"}


@page("Data", icon=":material/database:", order=80)
def data(build: Build) -> None:
    """See what was read, kept and set aside, how the build was made, and take its tables away."""
    shown = st.segmented_control(
        "Look at",
        list(_SECTIONS),
        default=next(iter(_SECTIONS)),
        required=True,
        key="data_show",
        bind="query-params",
    )
    _SECTIONS[shown](build)


# --- rows -----------------------------------------------------------------------------------------


def _rows(build: Build) -> None:
    st.header("What became of the rows")
    kind = st.segmented_control(
        "Rows of",
        ["Listeners", "Plays"],
        default="Listeners",
        required=True,
        key="data_rows_of",
        bind="query-params",
    ).lower()
    fate = build_queries.fate_of_rows(reading.read(build, "row_counts"), kind=kind)
    for step, label in _STEPS.items():
        read, kept, aside = build_queries.balance(fate, step)
        st.markdown(
            f"**{label}:** {count(read)} {kind} read = {count(kept)} kept + {count(aside)} set "
            "aside."
        )
    show_table(
        fate.replace({"step": _STEPS}),
        declared(
            "row_counts",
            "step",
            "outcome",
            "reason",
            "rows",
            Column("share", "Of those read", "Share of the rows that the step read.", unit="share"),
        ),
        name=f"fate_of_{kind}",
        alt=f"Rows of {kind} that were read, set aside and kept, by step and reason",
        key="fate",
    )
    _quarantine(build)


def _quarantine(build: Build) -> None:
    st.subheader("Rows that could not be read", anchor=False)
    sample = reading.ask(build, build_queries.QUARANTINE_SAMPLE, (_SAMPLE,))
    if sample.empty:
        st.caption("Every row of the source could be read.")
        return
    total = int(sample.drop_duplicates("reason")["rows_set_aside"].sum())
    st.caption(
        f"The first {_SAMPLE} rows of each reason, of {count(total)} set aside. The whole is below."
    )
    show_table(
        sample,
        declared(
            "quarantine",
            "reason",
            Column("rows_set_aside", "Rows in all", "Rows that were set aside for this reason."),
            "file",
            Column("row_number", unit="count"),
            "expected",
            "content",
        ),
        name="quarantine_sample",
        alt="The first rows that could not be read, by reason",
        key="quarantine",
    )
    offer(
        "All rows set aside, as CSV",
        (build.folder / QUARANTINE).read_bytes,
        file=f"{build.id}_{QUARANTINE}",
        key="quarantine_all",
    )


# --- countries ------------------------------------------------------------------------------------


def _countries(build: Build) -> None:
    st.header("Listeners by country")
    countries = queries.countries_by_listeners(reading.read(build, "countries"))
    if countries.empty:
        st.caption("No listener states a country.")
        return
    threshold = build.manifest.config["clean"]["min_listeners"]
    kept = int(countries["kept"].sum())
    first = countries.iloc[0]
    said = (
        f"{counted(len(countries), 'country', 'countries')}; {count(kept)} have the "
        f"{count(threshold)} listeners that it takes to be learned from. The largest is "
        f"{first['country_name']} with {count(first['listeners'])}."
    )
    st.plotly_chart(
        listeners_by_country(countries, threshold=threshold, palette=reading.palette(build)),
        config=dict(STILL),
        key="listeners_by_country",
        alt=f"Bars of listeners by country, largest first, on a logarithmic scale. {said}",
    )
    st.caption(f"{said} Each step up is ten times as many.")
    show_table(
        countries,
        declared(
            "countries",
            Column("country_name", "Country"),
            "region",
            "listeners",
            Column("kept", "Learned from"),
            Column("joke", "In jest"),
        ),
        name="listeners_by_country",
        alt="Listeners of each country and whether it is learned from",
        key="countries",
    )


# --- how it was made ------------------------------------------------------------------------------


def _making(build: Build) -> None:
    manifest = build.manifest
    st.header("How this build was made")
    st.markdown(
        f"Build `{manifest.id}`, sealed {moment(manifest.created)}, schema version "
        f"{manifest.schema_version}.\n\n"
        f"Source: **{manifest.source.label}** (`{manifest.source.name}`). "
        f"Licence: {manifest.source.licence}."
    )
    stages = build_queries.stage_costs(manifest.stages)
    st.subheader("Stages", anchor=False)
    st.caption(
        f"{counted(len(stages), 'stage', 'stages')}, {count(stages['seconds'].sum())} seconds in "
        f"all as each last ran; {count(stages['peak_mb'].max())} MiB of memory at most."
    )
    show_table(
        stages.round({"peak_mb": 0}),
        [
            Column("stage", meaning="Stage, with its recipe after a colon where it has one."),
            Column("seconds", meaning="Wall-clock seconds when it last ran."),
            Column(
                "peak_mb",
                "Peak memory, MiB",
                "Highest resident memory of the process.",
                unit="count",
            ),
        ],
        name="stages",
        alt="Seconds and peak memory of each stage",
        key="stages",
    )
    options, packages = st.columns(2, gap="large")
    with options:
        st.subheader("Options", anchor=False)
        st.json(manifest.config, expanded=1)
    with packages:
        st.subheader("Package versions", anchor=False)
        st.json(manifest.packages)
    st.subheader("Files", anchor=False)
    show_table(
        build_queries.file_table(manifest.files),
        [
            Column("path", "File", "Path within the build."),
            Column("size_mb", "Size, MiB"),
            Column("sha256", "SHA-256", "Digest of the content."),
        ],
        name="files",
        alt="Files of the build with size and digest",
        key="files",
    )
    offer(
        "The whole manifest, as JSON",
        manifest.model_dump_json(indent=1),
        file=f"{build.id}_manifest.json",
        key="manifest",
    )


# --- model card -----------------------------------------------------------------------------------


def _card(build: Build) -> None:
    text = model_card(build.manifest, facts(build))
    with st.container(border=True):
        st.markdown(text.replace("\n## ", "\n#### ").replace("# Model card", "### Model card", 1))
    offer("The card, as Markdown", text, file=f"{build.id}_model_card.md", key="card")


# --- tables ---------------------------------------------------------------------------------------


def _tables(build: Build) -> None:
    st.header("Every table of the build")
    tables = {t.name: t for t in contract.tables().values() if t.storage is Storage.DATABASE}
    name = st.selectbox(
        "Table",
        list(tables),
        index=list(tables).index("countries"),
        key="data_table",
        bind="query-params",
        width=360,
    )
    table = tables[name]
    rows = int(reading.ask(build, f"SELECT count(*) AS n FROM {name}")["n"].iloc[0])
    key = f" Key: {', '.join(table.key)}." if table.key else ""
    st.markdown(f"{table.meaning} **{counted(rows, 'row', 'rows')}.**{key}")
    _offer(build, table, rows)
    st.subheader("Columns", anchor=False)
    show_table(
        build_queries.columns_of(table),
        _COLUMNS,
        name=f"{name}_columns",
        alt=f"Columns of the table {name} and what they mean",
        key="columns",
    )
    if rows:
        st.subheader("The first rows", anchor=False)
        first = reading.ask(build, f"SELECT * FROM {name} LIMIT {_PREVIEW}")
        show_table(
            first,
            declared(name, *(Column(column, column) for column in first.columns)),
            name=f"{name}_first_rows",
            alt=f"The first rows of the table {name}",
            key="first_rows",
        )
        if rows > _PREVIEW:
            st.caption(f"{count(_PREVIEW)} of {count(rows)} rows.")


def _offer(build: Build, table: Declaration, rows: int) -> None:
    """Offer the whole table as files, which are made only once one is asked for."""
    cut = rows > _MOST_CSV_ROWS
    labels = {
        "csv": f"The first {count(_MOST_CSV_ROWS)} rows, as CSV" if cut else "The table, as CSV",
        "parquet": "The whole table, as Parquet" if cut else "The table, as Parquet",
    }
    with st.container(horizontal=True):
        for kind, label in labels.items():
            offer(
                label,
                partial(_exported, build, table, kind),
                file=f"{table.name}.{kind}",
                key=f"whole_{kind}",
            )
    if cut:
        st.caption(
            f"CSV ends after {count(_MOST_CSV_ROWS)} rows; Parquet has them all, and so has "
            f"{DATABASE} in the build's folder, which DuckDB opens."
        )


def _exported(build: Build, table: Declaration, kind: str) -> bytes:
    """Write a table as a file straight from the database, in the order of its key."""
    most = _MOST_CSV_ROWS if kind == "csv" else None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{table.name}.{kind}"
        build.sql(build_queries.export(table, path, most=most))
        return path.read_bytes()


_SECTIONS: dict[str, Callable[[Build], None]] = {
    "Rows": _rows,
    "Countries": _countries,
    "Build": _making,
    "Model card": _card,
    "Tables": _tables,
}
