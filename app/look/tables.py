"""The one way a page shows a table: labels, help, units, tints, and the table as a file below."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import pandas as pd
import streamlit as st

from app.look.words import count
from pipeline.core.tables import contract

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "share": "%.1f%%",
        "nats": "%.3f",
        "bits": "%.2f",
        "count": "localized",
        "classes": "%.1f",
        "times": "%.1f×",
        "decimal": "%.2f",
    }
)
"""How a number is written, by what it counts in: the units of metric_catalogue, and of other
tables times as common ("times") and plain numbers ("decimal")."""

Scale: TypeAlias = tuple[float, float]
"""The ends of a tint. Where 0 lies between them, falling and rising get a colour each."""

_MORE, _LESS = "45, 150, 145", "200, 120, 40"
_STRONGEST = 0.5
_OPEN, _OPENS = "Open", "Opens its page in a new tab."
_ICON = 60
_BEST = "background-color: rgba(45, 150, 145, 0.28); font-weight: 700"


@dataclass(frozen=True)
class _Look:
    """How one column is shown."""

    label: str
    help: str | None
    unit: str | None
    group: str
    signed: bool
    link_of: str | None = None
    """The column whose cells it leads on from, for a column of links."""


def show_table(
    frame: pd.DataFrame,
    *,
    name: str,
    alt: str,
    key: str,
    table: str | None = None,
    catalogue: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    meanings: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
    signed: Collection[str] = (),
    tint: Mapping[str, Scale] | None = None,
    best: Mapping[str, Sequence[int]] | None = None,
    links: Mapping[str, str] | None = None,
    hidden: Collection[str] = (),
    select: bool | Callable[[int], None] = False,
    height: int | Literal["content"] | None = None,
    empty: str = "There are no rows for this choice.",
) -> int | None:
    """Show `frame`, its first column pinned, null as –, with buttons that give it as a file.

    Columns stand in the order of `frame`. The files hold `frame` as it is given: shares from 0
    to 1, hidden columns too.

    Parameters
    ----------
    frame : DataFrame
        Index 0, 1, 2…; shares from 0 to 1.
    name : str
        Name of the files, without an ending.
    alt : str
        What the table is about, for those who cannot see it.
    key : str
        Of the widget; distinct on the page.
    table : str, optional
        The contract's table whose meanings of columns become their help.
    catalogue : DataFrame, optional
        The table metric_catalogue: gives columns named like a metric its label, unit and meaning.
    labels, meanings, units : mapping of str to str, optional
        Header, help and unit (of `FORMATS`) by column; they go before those of `table` and
        `catalogue`. Without a unit whole numbers are written as counts. Without a label the name
        of the column is.
    groups : mapping of str to str, optional
        By column: a second header that stands above neighbours of the same group.
    signed : collection of str
        Columns written with + or −, such as differences.
    tint : mapping of str to (low, high), optional
        Columns whose cells are coloured from pale at `low` to full at `high`; with ``low < 0 <
        high`` teal grows above and brown below 0.
    best : mapping of str to sequence of int, optional
        By column: rows to mark.
    links : mapping of str to str, optional
        By text column: the address that a cell leads to, with fields to fill from the row's
        columns, such as ``{"artist_name": "/artists?artist={artist}"}``. The link is an icon in a
        column after the text, because the browser sorts, searches and copies a link by its
        address; the column's entry in `meanings` is about the link.
    hidden : collection of str
        Columns that only the files hold.
    select : bool or callable
        Let a row be chosen; a callable is called with its position before the page is drawn anew.
    height : int or "content", optional
        In pixels, or as much as all rows take; otherwise about ten rows.
    empty : str
        What is said instead of a table without rows.

    Returns
    -------
    int or None
        Position in `frame` of the chosen row, whatever order the reader has sorted by.
    """
    if frame.empty:
        st.caption(empty)
        return None
    columns = [column for column in frame.columns if column not in hidden]
    looks: dict[str, _Look] = {}
    for column in columns:
        look = _look(column, table, catalogue, labels, meanings, units, groups, signed)
        looks |= (
            _with_link(column, look, meanings or {}) if column in (links or {}) else {column: look}
        )
    shown = _written(frame, looks, links or {})
    styles = _styles(frame[columns], tint or {}, best or {})
    styles = styles.reindex(columns=shown.columns, fill_value="")
    # Columns under two headers are addressed by their place, which counts from the index.
    config: dict[Any, Any] = {
        (place if groups else column): _configured(look, shown[column], pinned=place == 1)
        for place, (column, look) in enumerate(looks.items(), start=1)
    }
    if groups:
        levels = pd.MultiIndex.from_tuples([(look.group, c) for c, look in looks.items()])
        shown.columns = styles.columns = levels
    coloured = shown.style.apply(lambda _: styles, axis=None) if tint or best else shown
    chosen: Any = st.dataframe(
        coloured,
        key=key,
        hide_index=True,
        column_config=config,
        placeholder="–",
        alt=alt,
        height=height or "auto",
        on_select=_on_select(select, key),
        selection_mode="single-row",
    )
    _files(frame, name=name, key=key)
    rows: list[int] = chosen.selection.rows if select else []
    return rows[0] if rows and rows[0] < len(frame) else None


def _on_select(select: bool | Callable[[int], None], key: str) -> Any:
    if not callable(select):
        return "rerun" if select else "ignore"
    call = select

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            call(rows[0])

    return chosen


def _look(
    column: str,
    table: str | None,
    catalogue: pd.DataFrame | None,
    labels: Mapping[str, str] | None,
    meanings: Mapping[str, str] | None,
    units: Mapping[str, str] | None,
    groups: Mapping[str, str] | None,
    signed: Collection[str],
) -> _Look:
    declared = {c.name: c.meaning for c in contract.table(table).columns} if table else {}
    metric: Mapping[str, str] = {}
    if catalogue is not None:
        metrics = catalogue.set_index("metric", drop=False)
        metric = dict(metrics.loc[column]) if column in metrics.index else {}
    return _Look(
        label=(labels or {}).get(column) or metric.get("label") or _as_label(column),
        help=(meanings or {}).get(column) or metric.get("meaning") or declared.get(column),
        unit=(units or {}).get(column) or metric.get("unit"),
        group=(groups or {}).get(column, ""),
        signed=column in signed,
    )


def _with_link(column: str, look: _Look, meanings: Mapping[str, str]) -> dict[str, _Look]:
    """Give a text and, after it, its link, which what is said of the column is about."""
    link = _Look(_OPEN, meanings.get(column, _OPENS), None, look.group, False, link_of=column)
    return {column: replace(look, help=None), f"{column}_link": link}


def _as_label(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _written(
    frame: pd.DataFrame, looks: Mapping[str, _Look], links: Mapping[str, str]
) -> pd.DataFrame:
    """Give the columns as the browser needs them: shares in hundredths, addresses for links."""
    written = {}
    for column, look in looks.items():
        if look.link_of:
            written[column] = [links[look.link_of].format(**r) for r in frame.to_dict("records")]
        elif look.unit == "share":
            # The ready-made percentage drops zeros at the end, so that digits do not line up.
            written[column] = frame[column].astype(float) * 100
        elif look.unit == "count" and pd.api.types.is_float_dtype(frame[column]):
            # Play counts that were filled in lie between whole numbers.
            written[column] = frame[column].round()
        else:
            written[column] = frame[column]
    return pd.DataFrame(written, index=frame.index)


def _configured(look: _Look, values: pd.Series, *, pinned: bool) -> Any:
    settings: dict[str, Any] = {"label": look.label, "help": look.help, "pinned": pinned or None}
    if look.link_of:
        icon = ":material/open_in_new:"
        return st.column_config.LinkColumn(**settings, display_text=icon, width=_ICON)
    if pd.api.types.is_bool_dtype(values):
        return st.column_config.CheckboxColumn(**settings)
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.Column(**settings)
    whole = pd.api.types.is_integer_dtype(values)
    return st.column_config.NumberColumn(
        **settings, format=_format(look.unit or ("count" if whole else "decimal"), look.signed)
    )


def in_words(value: float | None, unit: str) -> str:
    """Write a number as a table does, for sentences and charts; – for null."""
    if value is None or pd.isna(value):
        return "–"
    if unit == "count":
        return count(value)
    return _format(unit, False) % (100 * value if unit == "share" else value)


def _format(unit: str, signed: bool) -> str:
    if unit not in FORMATS:
        raise ValueError(f"no unit {unit!r} is known; there are: {', '.join(FORMATS)}")
    if not signed:
        return FORMATS[unit]
    return "%+d" if unit == "count" else FORMATS[unit].replace("%.", "%+.", 1)


# --- colours --------------------------------------------------------------------------------------


def _styles(
    frame: pd.DataFrame, tint: Mapping[str, Scale], best: Mapping[str, Sequence[int]]
) -> pd.DataFrame:
    """CSS of each cell, empty where it has none."""
    styles = pd.DataFrame("", index=frame.index, columns=frame.columns)
    for column in styles.columns.intersection(list(tint)):
        styles[column] = [tinted(value, tint[column]) for value in frame[column]]
    for column in styles.columns.intersection(list(best)):
        styles.loc[list(best[column]), column] = _BEST
    return styles


def tinted(value: float | None, scale: Scale) -> str:
    """CSS that colours a cell by its place on `scale`; empty for null.

    The colours are see-through, so that they suit a light page as well as a dark one, and teal
    and brown differ for every eye.
    """
    if value is None or pd.isna(value):
        return ""
    low, high = scale
    if low < 0 < high:
        share, colour = (value / high, _MORE) if value >= 0 else (value / low, _LESS)
    else:
        share, colour = (value - low) / (high - low) if high > low else 0.0, _MORE
    strength = _STRONGEST * min(max(share, 0.0), 1.0)
    return f"background-color: rgba({colour}, {strength:.3f})" if strength > 0 else ""


# --- files ----------------------------------------------------------------------------------------


def _files(frame: pd.DataFrame, *, name: str, key: str) -> None:
    """Offer the table as files, which are made when they are asked for."""
    kinds: list[tuple[str, str, str, Callable[[], bytes]]] = [
        ("CSV", "csv", "text/csv", lambda: as_csv(frame)),
        ("Parquet", "parquet", "application/vnd.apache.parquet", lambda: as_parquet(frame)),
    ]
    with st.container(horizontal=True, gap="small"):
        for label, ending, mime, made in kinds:
            st.download_button(
                label,
                made,
                file_name=f"{name}.{ending}",
                mime=mime,
                key=f"{key}_{ending}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def as_csv(frame: pd.DataFrame) -> bytes:
    """Write a table as CSV in UTF-8, null as nothing."""
    text: str = frame.to_csv(index=False)
    return text.encode("utf-8")


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Write a table as Parquet."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()
