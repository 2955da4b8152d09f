"""Statements in files: the row-heavy steps, in DuckDB's dialect of SQL."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parents[2] / "sql"


@cache
def _template(name: str) -> Template:
    path = FOLDER / f"{name}.sql"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.sql")))
        raise KeyError(f"there is no statement {name!r} in {FOLDER.name}/; there are: {known}")
    return Template(path.read_text(encoding="utf-8"))


def quoted(text: str) -> str:
    """Write `text` as an SQL literal.

    Examples
    --------
    >>> quoted("Côte d'Ivoire")
    "'Côte d''Ivoire'"
    """
    return "'" + text.replace("'", "''") + "'"


def statement(name: str, **values: float | str) -> str:
    """Read ``sql/NAME.sql`` and put literals in place of its ``${...}``.

    Numbers stand as they are, text is quoted. KeyError when the file or a value is missing.

    Examples
    --------
    >>> statement("tidy_plays", top_artists=50).splitlines()[-2]
    'WHERE rank <= 50'
    """
    literals = {k: quoted(v) if isinstance(v, str) else str(v) for k, v in values.items()}
    return _template(name).substitute(literals)
