"""The one way a page shows a table: columns that know themselves, and the table as files below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import streamlit as st

from app.look.columns import Column
from app.look.downloads import offer_table
from app.look.formats import format_of
from app.look.tint import MARKED, tinted

_OPEN, _OPENS = "Open", "Opens its page in a new tab."
_OPEN_ICON, _OPEN_WIDTH = ":material/open_in_new:", 60


def show_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    name: str,
    alt: str,
    key: str,
    select: Callable[[int], None] | None = None,
    height: int | Literal["content"] | None = None,
    empty: str = "There are no rows for this choice.",
) -> None:
    """Show columns of `frame`, the first one pinned, null as –, with buttons that give the files.

    The files hold all `columns` as `frame` has them: shares from 0 to 1, hidden ones too.

    Parameters
    ----------
    frame : DataFrame
        Index 0, 1, 2…; shares from 0 to 1.
    columns : sequence of Column
        What is shown, in this order.
    name : str
        Name of the files, without an ending.
    alt : str
        What the table is about, for those who cannot see it.
    key : str
        Of the widget; distinct on the page.
    select : callable, optional
        Lets a row be chosen, and is called with its position in `frame`, whatever order the reader
        has sorted by, before the page is drawn anew.
    height : int or "content", optional
        In pixels, or as much as all rows take; otherwise about ten rows.
    empty : str
        What is said instead of a table without rows.
    """
    if frame.empty:
        st.caption(empty)
        return
    seen = [part for column in columns if not column.hidden for part in _with_link(column)]
    written = _written(frame, seen)
    st.dataframe(
        _coloured(written, frame, seen),
        key=key,
        hide_index=True,
        column_config=_configured(written, seen),
        placeholder="–",
        alt=alt,
        height=height or "auto",
        on_select=_on_select(select, key) if select else "ignore",
        selection_mode="single-row",
    )
    offer_table(frame[[column.name for column in columns]], name=name, key=key)


def _on_select(select: Callable[[int], None], key: str) -> Callable[[], None]:
    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            select(rows[0])

    return chosen


def _with_link(column: Column) -> list[Column]:
    """Part a text and its link, which stands after it and which the meaning is about."""
    if column.link is None:
        return [column]
    link = Column(
        f"{column.name}_link",
        _OPEN,
        column.meaning or _OPENS,
        group=column.group,
        link=column.link,
    )
    return [replace(column, meaning=None, link=None), link]


def _written(frame: pd.DataFrame, seen: Sequence[Column]) -> pd.DataFrame:
    """Give the columns as the browser needs them, under two headers where there are groups."""
    written = pd.DataFrame({c.name: _values(frame, c) for c in seen}, index=frame.index)
    if any(column.group for column in seen):
        written.columns = pd.MultiIndex.from_tuples([(c.group, c.name) for c in seen])
    return written


def _values(frame: pd.DataFrame, column: Column) -> Any:
    """Give one column as the browser needs it: shares in hundredths, addresses for links."""
    if column.link is not None:
        return [column.link.format(**row) for row in frame.to_dict("records")]
    values = frame[column.name]
    if column.unit == "share":
        # The ready-made percentage drops zeros at the end, so that digits do not line up.
        return values.astype(float) * 100
    if column.unit == "count" and pd.api.types.is_float_dtype(values):
        # Play counts that were filled in lie between whole numbers.
        return values.round()
    return values


def _coloured(written: pd.DataFrame, frame: pd.DataFrame, seen: Sequence[Column]) -> Any:
    """Lay tints and marks behind the cells, where there are any."""
    if not any(column.tint or column.marked for column in seen):
        return written
    css = pd.DataFrame("", index=written.index, columns=written.columns)
    for position, column in enumerate(seen):
        if column.tint:
            css.isetitem(position, [tinted(v, column.tint) for v in frame[column.name]])
        if column.marked:
            css.iloc[list(column.marked), position] = MARKED
    return written.style.apply(lambda _: css, axis=None)


def _configured(written: pd.DataFrame, seen: Sequence[Column]) -> dict[Any, Any]:
    # Columns under two headers are addressed by their position, which counts from the index.
    grouped = written.columns.nlevels > 1
    return {
        position if grouped else column.name: _config(column, values, pinned=position == 1)
        for position, (column, (_, values)) in enumerate(
            zip(seen, written.items(), strict=True), start=1
        )
    }


def _config(column: Column, values: pd.Series, *, pinned: bool) -> Any:
    settings: dict[str, Any] = {
        "label": column.label,
        "help": column.meaning,
        "pinned": pinned or None,
    }
    if column.link is not None:
        return st.column_config.LinkColumn(**settings, display_text=_OPEN_ICON, width=_OPEN_WIDTH)
    if pd.api.types.is_bool_dtype(values):
        return st.column_config.CheckboxColumn(**settings)
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.Column(**settings)
    unit = column.unit or ("count" if pd.api.types.is_integer_dtype(values) else "decimal")
    return st.column_config.NumberColumn(**settings, format=format_of(unit, signed=column.signed))
