"""Finding the files of a source and looking at their heads, before any row is read.

Problems are collected, so that one error lists all of them.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.sources import SourceError
from pipeline.sources._shared.delimited import BOM, COMPRESSIONS, Layout, first_lines

DELIMITERS = {".csv": ",", ".tsv": "\t"}
PARQUET = ".parquet"
DELIMITER_NAMES = {"\t": "a tab"}
OTHER_DELIMITERS = (",", ";", "\t", "|")
SIGNATURES = {
    b"PAR1": ("Parquet", "name it .parquet"),
    b"\x1f\x8b": ("gzip-compressed data", "let its name end in .gz"),
    b"\x28\xb5\x2f\xfd": ("zstd-compressed data", "let its name end in .zst"),
    b"BZh": ("bzip2-compressed data", "let its name end in .bz2"),
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "unpack it, or save it as CSV"),
    b"\xff\xfe": ("text in UTF-16", "save it in UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "save it in UTF-8"),
}


@dataclass(frozen=True)
class Part:
    """A file to read. `name` is how messages call it; `layout` is None for Parquet."""

    path: Path
    name: str
    columns: tuple[str, ...]
    layout: Layout | None
    rows: bool = True


def suffixes() -> list[str]:
    """List the endings of the files that can be read."""
    texts = [d + c for d in DELIMITERS for c in ("", *COMPRESSIONS)]
    return [*texts, PARQUET]


def _suffix(path: Path) -> str | None:
    """Give the ending that says how a file is to be read, or None."""
    return next((s for s in suffixes() if path.name.lower().endswith(s)), None)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "nothing"


def contents(folder: Path) -> str:
    """Say what a folder holds."""
    return _named(sorted(p.name + ("/" if p.is_dir() else "") for p in folder.iterdir()))


def parts_of(path: Path, problems: list[str]) -> list[Path]:
    """Give the files at `path`: itself, or what can be read in the folder, by name.

    Names that start with a dot or an underscore are left out, as Spark writes such.
    """
    if not path.exists():
        problems.append(f"{path}: expected a file or a folder of parts; there is none")
        return []
    endings = ", ".join(suffixes())
    if not path.is_dir():
        if _suffix(path) is None:
            problems.append(f"{path}: expected a name that ends in one of {endings}; rename it")
            return []
        return [path]
    parts = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] not in "._")
    parts = [p for p in parts if _suffix(p) is not None]
    if not parts:
        problems.append(
            f"{path}: expected parts that end in one of {endings}; it holds {contents(path)}"
        )
    return parts


def candidates(folder: Path, stem: str) -> list[Path]:
    """Give the files or folders that a table called `stem` may be, of those that are there."""
    names = [stem, *(stem + suffix for suffix in suffixes())]
    return [folder / name for name in names if (folder / name).exists()]


def expected_names(stem: str) -> str:
    """Say what files a table called `stem` may be."""
    return f"{stem}.csv (or .csv.gz, .csv.zst), {stem}.parquet or a folder {stem}/ of such parts"


def folder_of(path: Path | None, source: str) -> Path:
    """Give the folder of a source; SourceError when it is not named or not there."""
    if path is None:
        raise SourceError([f"the source {source} needs a path: the folder of its files"])
    if not path.is_dir():
        came = "a file" if path.exists() else "nothing"
        raise SourceError([f"{path}: expected the folder of the source {source}; found {came}"])
    return path


def _name(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def look_at(paths: Sequence[Path], root: Path, problems: list[str]) -> list[Part]:
    """Read the head of every file; a header is expected in delimited ones.

    Parts without rows are left out unless none has any, which is a problem.
    """
    found = []
    for path in paths:
        try:
            found.append(_look(path, _name(path, root)))
        except SourceError as error:
            problems.extend(error.problems)
        except OSError as error:
            problems.append(f"{_name(path, root)}: expected a readable file: {error}")
    parts = [part for part in found if part.rows]
    if found and not parts and len(found) == len(paths):
        problems += [f"{p.name}: expected rows; {_emptiness(p)}" for p in found]
    return parts


def _emptiness(part: Part) -> str:
    return "it has a header alone" if part.columns else "the file is empty"


def _look(path: Path, name: str) -> Part:
    suffix = _suffix(path)
    if suffix == PARQUET:
        return _look_parquet(path, name)
    _refuse_signatures(path, name, suffix or "")
    lines = first_lines(path)
    if not lines:
        return Part(path, name, (), None, rows=False)
    kind = next(d for d in DELIMITERS if (suffix or "").startswith(d))
    columns = _header(lines[0], name, DELIMITERS[kind])
    return Part(path, name, columns, Layout(DELIMITERS[kind], columns), rows=len(lines) > 1)


def look_at_headerless(path: Path, root: Path, layout: Layout, problems: list[str]) -> list[Part]:
    """Read the head of a file that has no header but a known layout."""
    name = _name(path, root)
    try:
        _refuse_signatures(path, name, path.suffix.lower())
        lines = first_lines(path, most=1)
        if not lines:
            problems.append(f"{name}: expected rows; the file is empty")
            return []
        _split(lines[0], name, layout.delimiter)
    except SourceError as error:
        problems.extend(error.problems)
        return []
    return [Part(path, name, layout.columns, layout)]


def _refuse_signatures(path: Path, name: str, suffix: str) -> None:
    """Raise SourceError when the file's first bytes are those of another kind of file."""
    with path.open("rb") as file:
        head = file.read(4)
    compressed = any(suffix.endswith(c) for c in COMPRESSIONS)
    for signature, (kind, remedy) in SIGNATURES.items():
        if head.startswith(signature) and not compressed:
            raise SourceError([f"{name}: expected delimited text; it holds {kind}: {remedy}"])


def _look_parquet(path: Path, name: str) -> Part:
    import pyarrow as pa
    from pyarrow import parquet

    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        return Part(path, name, (), None, rows=False)
    if head != b"PAR1":
        raise SourceError([f"{name}: expected Parquet; it starts with {head!r}: name it .csv?"])
    try:
        with parquet.ParquetFile(path) as opened:
            columns, rows = tuple(opened.schema_arrow.names), opened.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise SourceError([f"{name}: expected Parquet; it cannot be opened: {error}"]) from error
    return Part(path, name, columns, None, rows=rows > 0)


def _split(line: bytes, name: str, delimiter: str, quote: str | None = None) -> list[str]:
    """Split a file's first line; SourceError when it is not text or separated otherwise."""
    try:
        text = line.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            [f"{name}: row 1: expected text in UTF-8; byte {error.start + 1} is not: convert it"]
        ) from error
    if "\r" in text or "\0" in text:
        raise SourceError(
            [f"{name}: expected lines of text that end in LF or CR LF; row 1 is {text[:60]!r}"]
        )
    fields = next(csv.reader([text], delimiter=delimiter)) if quote else text.split(delimiter)
    others = [d for d in OTHER_DELIMITERS if d != delimiter and d in text]
    if len(fields) == 1 and others:
        came = max(others, key=text.count)
        raise SourceError(
            [
                f"{name} is separated by {_shown(came)}; expected {_shown(delimiter)}: "
                f"{_remedy(came)}"
            ]
        )
    return fields


def _shown(delimiter: str) -> str:
    return DELIMITER_NAMES.get(delimiter, f"'{delimiter}'")


def _remedy(delimiter: str) -> str:
    fitting = [suffix for suffix, known in DELIMITERS.items() if known == delimiter]
    return f"name it {fitting[0]}" if fitting else "save it with that separator"


def _header(line: bytes, name: str, delimiter: str) -> tuple[str, ...]:
    columns = tuple(field.strip() for field in _split(line, name, delimiter, quote='"'))
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise SourceError([f"{name}: expected each column once; twice there: {_named(twice)}"])
    return columns


def check_columns(
    parts: Sequence[Part], columns: Mapping[str, str], problems: list[str], *, remedy: str
) -> None:
    """Add a problem for every file that lacks some of `columns`, a mapping to names in the file."""
    for part in parts:
        missing = [c for c in columns.values() if c not in part.columns]
        if missing:
            others = [c for c in part.columns if c not in columns.values()]
            described = ", ".join(c + _guess(c, others) for c in missing)
            problems.append(
                f"{part.name}: expected the columns {_named(list(columns.values()))}; missing "
                f"{described}; found {_named(part.columns)}: {remedy}"
            )


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _guess(missing: str, found: Sequence[str]) -> str:
    """Name the column that may be meant by a missing one."""
    plain = {_plain(name): name for name in found}
    near = difflib.get_close_matches(_plain(missing), plain, n=1, cutoff=0.6)
    return f" (is it {plain[near[0]]!r}?)" if near else ""
