"""Words made from the declarations: the README of the artifacts folder."""

from __future__ import annotations

from pipeline.core.tables import contract
from pipeline.core.tables.columns import Column
from pipeline.core.tables.declaration import Declaration, Storage

_HEAD = """\
# Artifacts
Written by the pipeline alone (`python -m pipeline run`); this page is generated from
`pipeline/core/tables/contract/` and everything else here is ignored by git.

| where | what |
|---|---|
| `current` | the id of the build that readers open |
| `builds/ID/atlas.duckdb` | every table that a page asks |
| `builds/ID/*.parquet` | vectors |
| `builds/ID/models/RECIPE/` | fitted recipes: LightGBM text, Parquet and JSON |
| `builds/ID/quarantine.csv` | rows of the source that could not be read |
| `builds/ID/manifest.json` | schema, source, options, versions, costs, digests, headline metrics |
| `work/SOURCE/` | what lies between stages, so that a second run does only what changed |

Schema version {version}.
"""

_STORED = {
    Storage.DATABASE: "in `atlas.duckdb`",
    Storage.PARQUET: "a Parquet file of the build",
    Storage.WORK: "between stages only, not in a build",
}


def artifacts_readme() -> str:
    """Write the README of the artifacts folder in Markdown."""
    parts = [_HEAD.format(version=contract.SCHEMA_VERSION)]
    for storage, where in _STORED.items():
        parts.append(f"## Tables {where}\n")
        parts += [_table(t) for t in contract.tables().values() if t.storage is storage]
    return "\n".join(parts)


def _table(table: Declaration) -> str:
    head = f"### {table.name}\n{table.meaning}"
    key = f" Key: {', '.join(table.key)}." if table.key else ""
    rows = "\n".join(_row(column) for column in table.columns)
    return f"{head}{key}\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n"


def _row(column: Column) -> str:
    kind = f"{column.sql_type} or null" if column.null else column.sql_type
    return f"| {column.name} | {kind} | {column.meaning} |"
