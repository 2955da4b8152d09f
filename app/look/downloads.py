"""Files that the reader can take away, made when they are asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd
import streamlit as st

MIMES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv",
        "json": "application/json",
        "md": "text/markdown",
        "parquet": "application/vnd.apache.parquet",
        "png": "image/png",
    }
)
"""Media type of a file by its ending."""


def offer(
    label: str,
    content: bytes | str | Callable[[], bytes],
    *,
    file: str,
    key: str,
    icon: str = ":material/download:",
    quiet: bool = False,
) -> None:
    """Offer a file, which does not draw the page anew.

    Parameters
    ----------
    label : str
        What stands on the button.
    content : bytes, str or callable
        The file, or what makes it.
    file : str
        Its name, with one of the endings of `MIMES`.
    key : str
        Of the button; distinct on the page.
    quiet : bool
        Whether the button stands back.
    """
    st.download_button(
        label,
        content,
        file_name=file,
        mime=MIMES[file.rpartition(".")[2]],
        key=key,
        icon=icon,
        type="tertiary" if quiet else "secondary",
        on_click="ignore",
    )


def offer_table(frame: pd.DataFrame, *, name: str, key: str) -> None:
    """Offer a table as files called `name`."""
    with st.container(horizontal=True, gap="small"):
        offer("CSV", lambda: as_csv(frame), file=f"{name}.csv", key=f"{key}_csv", quiet=True)
        offer(
            "Parquet",
            lambda: as_parquet(frame),
            file=f"{name}.parquet",
            key=f"{key}_parquet",
            quiet=True,
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
