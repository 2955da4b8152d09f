"""CSV of foreign make: encoding and delimiter found out, columns by name."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.exports import ExportError
from pipeline.exports._shared.unpacking import Part

DELIMITERS = (",", ";", "\t")

# The four bytes of UTF-32's little-endian mark begin with the two of UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NONE = "\x1f"
_QUOTED = re.compile(r'"[^"]*"')
_SHOWN_COLUMNS = 8


def encoding_of(content: bytes) -> str:
    """Tell the encoding by the byte order mark; UTF-8 without one."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")


def beginning(head: bytes) -> str:
    """Read the beginning of a text, however it goes on and whatever it is."""
    return head.decode(encoding_of(head), errors="replace")


def text_of(part: Part) -> str:
    """Read a text; ExportError with the line when it is not in its encoding."""
    content = part.read()
    encoding = encoding_of(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ExportError(
            f"{part.name}: expected text in UTF-8, got the byte 0x{content[error.start]:02x} "
            f"in line {line:,}. Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”)."
        ) from error


@dataclass(frozen=True)
class Row:
    """A row that is not blank; its number is a spreadsheet's, the header being 1."""

    number: int
    cells: Sequence[str]

    def cell(self, column: int | None) -> str:
        """Give a cell without blanks around it; "" where there is none."""
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].strip()


def column_key(name: str) -> str:
    """Give what spellings of a column's name have in common: ``Artist Name`` is artist_name."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def header_of(text: str) -> list[str]:
    """Give the keys of the columns in the first line; [] for none."""
    first = _first_line(text)
    try:
        cells = next(csv.reader([first], delimiter=_delimiter(first)), [])
    except csv.Error:
        return []
    return [column_key(cell) for cell in cells]


def rows_of(
    part: Part, *, needed: Sequence[str] = (), strict: bool = True
) -> tuple[list[str], Iterator[Row]]:
    """Give the keys of the columns and the rows.

    A quote out of place may swallow rows, so it is refused, unless not `strict`: then it is taken
    as best as can be, for files that nobody wrote by hand.

    Raises
    ------
    ExportError
        When it is no text, lacks a needed column, or a quote is out of place; the rows raise it as
        they are taken.
    """
    text = text_of(part)
    delimiter = _delimiter(_first_line(text))
    # Most tab-separated files are not quoted at all.
    literal = delimiter == "\t" and not _quoted_rightly(text)
    cells = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL,
        strict=strict,
    )
    rows = _numbered(part, cells)
    first = next(rows, None)
    header = [column_key(cell) for cell in first.cells] if first else []
    missing = [column for column in needed if column not in header]
    if missing:
        raise ExportError(
            f"{part.name}: expected the columns {', '.join(needed)} in the first row; got "
            f"{shown(header)}. Download it again and give it as it comes."
        )
    return header, rows


def _first_line(text: str) -> str:
    return next((line for line in io.StringIO(text, newline="") if line.strip()), "").strip("\r\n")


def _delimiter(header: str) -> str:
    """Choose the delimiter that stands most often in the header, outside of quotes.

    A single column has none, so that its cells may hold them all.
    """
    bare = _QUOTED.sub("", header)
    best = max(DELIMITERS, key=bare.count)
    return best if best in bare else _NONE


def _quoted_rightly(text: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True):
            pass
    except csv.Error:
        return False
    return True


def _numbered(part: Part, rows: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise ExportError(
                f"{part.name}, row {number:,}: {error}. A cell with a quote or the separator "
                "in it is put into quotes, and quotes within it are doubled."
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(number, cells)


def shown(header: Sequence[str]) -> str:
    """List columns for a message."""
    more = ", …" if len(header) > _SHOWN_COLUMNS else ""
    return ", ".join(column[:40] for column in header[:_SHOWN_COLUMNS]) + more or "none"
