"""What the columns of a table say of themselves: label, help, unit, tint, link."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from app.look.formats import format_of
from app.look.tint import Scale
from pipeline.core.tables import contract


@dataclass(frozen=True)
class Column:
    """A column of a table as the reader sees it.

    Attributes
    ----------
    name : str
        Of the column in the frame, and in the files.
    label : str
        Its header; made of the name where none is given.
    meaning : str, optional
        Its help; that of the link where there is one.
    unit : str, optional
        Of `FORMATS`; ValueError for another. Without one whole numbers are written as counts,
        others as decimals.
    group : str
        A second header, which stands above neighbours of the same group.
    signed : bool
        Whether numbers are written with + or −, such as differences.
    tint : (low, high), optional
        Cells are coloured from pale at `low` to full at `high`; with ``low < 0 < high`` teal grows
        above and brown below 0.
    marked : collection of int
        Positions of rows to mark.
    link : str, optional
        Address that a cell of text leads to, with fields to fill from the row's columns, such as
        ``/artists?artist={artist}``. The link is an icon in a column after the text, because the
        browser sorts, searches and copies a link by its address.
    hidden : bool
        Whether only the files hold it.
    """

    name: str
    label: str = ""
    meaning: str | None = None
    unit: str | None = None
    group: str = ""
    signed: bool = False
    tint: Scale | None = None
    marked: Collection[int] = ()
    link: str | None = None
    hidden: bool = False

    def __post_init__(self) -> None:
        if self.unit is not None:
            format_of(self.unit)
        if not self.label:
            object.__setattr__(self, "label", self.name.replace("_", " ").capitalize())


def declared(table: str, *columns: Column | str) -> list[Column]:
    """Give columns the meanings that the contract's `table` has of them, where they have none."""
    meanings = {column.name: column.meaning for column in contract.table(table).columns}
    named = [Column(column) if isinstance(column, str) else column for column in columns]
    return [
        column
        if column.meaning or column.link
        else replace(column, meaning=meanings.get(column.name))
        for column in named
    ]


def measured(catalogue: pd.DataFrame, *metrics: str) -> list[Column]:
    """Give a column for each metric as `catalogue`, the table metric_catalogue, tells of it."""
    about = catalogue.set_index("metric")
    return [
        Column(
            metric,
            str(about.at[metric, "label"]),
            str(about.at[metric, "meaning"]),
            str(about.at[metric, "unit"]),
        )
        for metric in metrics
    ]
