"""Table to table for the page on data: what became of the rows, and what the build is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.core.builds.manifest import FileRecord, StageCost
from pipeline.core.tables.declaration import Declaration

_STEPS = ("ingest", "clean")
_MEBIBYTE = 2**20


def fate_of_rows(row_counts: pd.DataFrame, *, kind: str) -> pd.DataFrame:
    """What became of the rows of a kind: read, set aside (most first), kept, step by step.

    Parameters
    ----------
    row_counts : DataFrame
        The table of that name.
    kind : {"listeners", "plays"}
        What a row is.

    Returns
    -------
    DataFrame
        Columns ``step``, ``outcome``, ``reason`` (null where there is none), ``rows`` and
        ``share`` of the rows that the step read (null where it read none).
    """
    order = {"read": 0, "set aside": 1, "kept": 2}
    rows = row_counts[row_counts["rows_of"] == kind].assign(
        _step=row_counts["step"].map(_STEPS.index), _outcome=row_counts["outcome"].map(order)
    )
    rows = rows.sort_values(
        ["_step", "_outcome", "rows", "reason"], ascending=[True, True, False, True]
    )
    read = rows[rows["outcome"] == "read"].groupby("step")["rows"].sum()
    rows["share"] = rows["rows"] / rows["step"].map(read).where(lambda total: total > 0)
    rows["reason"] = rows["reason"].where(rows["reason"] != "")
    return rows[["step", "outcome", "reason", "rows", "share"]].reset_index(drop=True)


def balance(fate: pd.DataFrame, step: str) -> tuple[int, int, int]:
    """Rows read, kept and set aside in a step."""
    of_step = fate[fate["step"] == step].groupby("outcome")["rows"].sum()
    read, kept, aside = (int(of_step.get(name, 0)) for name in ("read", "kept", "set aside"))
    return read, kept, aside


QUARANTINE_SAMPLE = """
    SELECT reason, count(*) OVER (PARTITION BY reason) AS rows_set_aside,
        file, row_number, expected, content
    FROM quarantine
    QUALIFY row_number() OVER (PARTITION BY reason ORDER BY file, row_number) <= ?
    ORDER BY rows_set_aside DESC, reason, file, row_number
"""
"""The first rows that could not be read, for each reason, the commonest reason first."""


def stage_costs(stages: Sequence[StageCost]) -> pd.DataFrame:
    """Seconds and peak memory of each stage as a table, in the order of the run.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``seconds``, ``peak_mb`` (MiB).
    """
    rows = [(stage.name, stage.seconds, stage.peak_mb) for stage in stages]
    return pd.DataFrame(rows, columns=["stage", "seconds", "peak_mb"])


def file_table(files: Sequence[FileRecord]) -> pd.DataFrame:
    """Files of a build as a table, the largest first.

    Returns
    -------
    DataFrame
        Columns ``path``, ``size_mb`` (MiB), ``sha256``.
    """
    rows = [(file.path, file.bytes / _MEBIBYTE, file.sha256) for file in files]
    frame = pd.DataFrame(rows, columns=["path", "size_mb", "sha256"])
    return frame.sort_values("size_mb", ascending=False, kind="stable", ignore_index=True)


def columns_of(table: Declaration) -> pd.DataFrame:
    """Columns of a table with what they mean, as declared.

    Returns
    -------
    DataFrame
        Columns ``column``, ``type`` (DuckDB's), ``null`` (whether allowed), ``meaning``.
    """
    rows = [(c.name, c.sql_type, c.null, c.meaning) for c in table.columns]
    return pd.DataFrame(rows, columns=["column", "type", "null", "meaning"])


def export(table: Declaration, path: Path, *, most: int | None) -> str:
    """Give the SQL that writes a table to `path`, .csv or .parquet, by its key.

    `most` rows at most; None for all.
    """
    order = f" ORDER BY {', '.join(table.key)}" if table.key else ""
    limit = f" LIMIT {most}" if most is not None else ""
    form = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT parquet"
    target = str(path).replace("'", "''")
    return f"COPY (SELECT * FROM {table.name}{order}{limit}) TO '{target}' ({form})"
