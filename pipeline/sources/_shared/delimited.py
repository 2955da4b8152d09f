"""Delimited text, read in blocks of lines, so that each row's place in its file is known.

A row is a line, or several where a quoted field holds line breaks; its number is that of its
first line, from 1, the header and blank lines included. Lines are judged in bulk before they are
parsed: what does not have the expected shape is set aside line by line, so a quote that is never
closed costs its own line and not the rest of the file.

Comma-separated files quote as RFC 4180 says: a field with a quote in it is enclosed in quotes and
its quotes are doubled. In tab-separated files a line that breaks this rule is taken literally,
since most such files are not quoted at all.

Done here because DuckDB's ``read_csv(store_rejects=true)``, as quick as this (1 s for 3 million
rows), accounts for 12 of the 36 damaged rows of the tests by number and text: it accepts stray
quotes and NUL bytes, loses the row behind an open quote, and numbers no good row. pyarrow's
``invalid_row_handler``, twice as quick, counts no blank lines and stops at bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.sources import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
BLOCK_BYTES = 16 << 20
LONGEST_LINE = 1 << 20  # bytes; nothing in these tables comes near it
MOST_LINES = 32  # lines that one row may span
CONTENT_CHARACTERS = 1000
BOM = b"\xef\xbb\xbf"
NEWLINE, RETURN, QUOTE, NUL = b"\n"[0], b"\r"[0], b'"'[0], 0

NOT_UTF8 = "not UTF-8"
NUL_BYTE = "a NUL byte"
LONE_RETURN = "a carriage return inside the line"
TOO_LONG = "the line is too long"
TOO_FEW = "too few fields"
TOO_MANY = "too many fields"
OPEN_QUOTE = "a quote is not closed"
STRAY_QUOTE = "a quote out of place"


@dataclass(frozen=True)
class Layout:
    """How a delimited file is built.

    `columns` are the file's, in its order. `quotes` says whether quotes enclose fields at all.
    """

    delimiter: str
    columns: tuple[str, ...]
    header: bool = True
    quotes: bool = True

    @property
    def literal_fallback(self) -> bool:
        """Whether a line with quotes out of place is taken literally."""
        return self.quotes and self.delimiter == "\t"


class Fault(NamedTuple):
    """A row whose shape is wrong."""

    row_number: int
    reason: str
    expected: str
    content: str


class Block(NamedTuple):
    """Rows of a part of the file, in no particular order.

    `rows` has the wanted columns as text, "" where a field is empty, and ``row_number`` (int64).
    None has a number below `first_row`. `share` is the share of the file read so far.
    """

    rows: pa.Table
    faults: list[Fault]
    first_row: int
    share: float


class _Lines(NamedTuple):
    """Whole lines and where each starts and ends; `ends` are the positions of line feeds."""

    data: bytes
    bytes_: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first_row: int
    share: float

    def line(self, i: int, j: int | None = None) -> bytes:
        """Give line i, or lines i to j, with the final line feed."""
        return self.data[self.starts[i] : self.ends[i if j is None else j] + 1]

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the lines that the bytes at `positions` belong to."""
        return np.searchsorted(self.ends, positions)

    def occurrences(self, byte: int) -> NDArray[np.int64]:
        """Count a byte in every line."""
        before = np.searchsorted(np.flatnonzero(self.bytes_ == byte), self.ends)
        return np.diff(before, prepend=0)

    def blank(self) -> NDArray[np.bool_]:
        """Tell which lines are empty but for their ending."""
        length = self.ends - self.starts
        blank: NDArray[np.bool_] = (length == 0) | (
            (length == 1) & (self.bytes_[self.starts] == RETURN)
        )
        return blank


def _lines_of(data: bytes, first_row: int, share: float) -> _Lines:
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(array == NEWLINE)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    return _Lines(data, array, starts, ends, first_row, share)


def _chunks(path: Path) -> Iterator[tuple[bytes, float, bool]]:
    """Give the decompressed bytes piece by piece, with the share read and whether it is all."""
    import pyarrow as pa

    size = max(path.stat().st_size, 1)
    codec = COMPRESSIONS.get(path.suffix.lower())
    with pa.OSFile(str(path)) as raw:
        stream = pa.CompressedInputStream(raw, codec) if codec else raw
        chunk = stream.read(BLOCK_BYTES)
        chunk = chunk.removeprefix(BOM)
        while chunk:
            following = stream.read(BLOCK_BYTES)
            yield chunk, min(raw.tell() / size, 1.0), not following
            chunk = following


def _safe_cut(lines: _Lines, layout: Layout) -> int:
    """Give the number of lines up to the last that is a row of its own.

    No row over several lines contains such a line, so none is cut there.
    """
    row = re.compile(_field(layout.delimiter, exact=len(layout.columns)).encode())
    n = len(lines.ends)
    tail = range(n - 1, max(n - MOST_LINES, 0) - 1, -1)
    return next((i + 1 for i in tail if row.match(lines.line(i))), n)


def _blocks_of_lines(path: Path, *, layout: Layout | None = None) -> Iterator[_Lines]:
    """Cut the file into blocks of whole lines; of whole rows when the layout is given.

    SourceError when the file is damaged or has no lines.
    """
    import pyarrow as pa

    carried, row = b"", 1
    try:
        for chunk, share, last in _chunks(path):
            data = carried + chunk
            if last and not data.endswith(b"\n"):
                data += b"\n"
            end = data.rfind(b"\n") + 1
            if len(data) - end > BLOCK_BYTES:
                raise SourceError([f"{path}: expected lines of text; row {row} does not end"])
            lines = _lines_of(data[:end], row, share)
            keep = len(lines.ends)
            if layout is not None and layout.quotes and not last:
                keep = _safe_cut(lines, layout)
            if keep < len(lines.ends):
                end = int(lines.starts[keep])
                lines = _lines_of(data[:end], row, share)
            carried = data[end:]
            row += keep
            if keep:
                yield lines
    except (OSError, pa.ArrowException) as error:
        raise SourceError(
            [f"{path}: expected a readable file; it breaks off near row {row}: {error}"]
        ) from error


def first_lines(path: Path, *, most: int = 2) -> list[bytes]:
    """Give the first lines of a file that are not blank, without their endings."""
    found: list[bytes] = []
    for lines in _blocks_of_lines(path):
        for i in np.flatnonzero(~lines.blank())[: most - len(found)]:
            found.append(lines.line(int(i)).rstrip(b"\r\n"))
        if len(found) >= most:
            break
    return found


def lines_at(path: Path, row_numbers: Sequence[int]) -> dict[int, str]:
    """Give the text of some lines, by row number."""
    wanted = np.unique(np.asarray(row_numbers, dtype=np.int64))
    found: dict[int, str] = {}
    for lines in _blocks_of_lines(path):
        here = wanted[(wanted >= lines.first_row) & (wanted < lines.first_row + len(lines.ends))]
        for row in here.tolist():
            found[row] = _content(lines.line(row - lines.first_row))
    return found


def _content(line: bytes) -> str:
    text = line.rstrip(b"\r\n").decode("utf-8", errors="replace").replace("\0", "\ufffd")
    return text if len(text) <= CONTENT_CHARACTERS else f"{text[:CONTENT_CHARACTERS]}…"


def read_blocks(path: Path, layout: Layout, wanted: Mapping[str, str]) -> Iterator[Block]:
    """Read a delimited file, compressed or not.

    `wanted` maps the name that a column shall have to its name in the file. Every line that is
    neither blank nor the header ends up in one row or one fault.
    """
    header = layout.header
    for lines in _blocks_of_lines(path, layout=layout):
        judged = _Judgement(lines, layout)
        if header and len(filled := np.flatnonzero(~judged.skipped)):
            judged.skip_header(int(filled[0]))
            header = False
        yield Block(judged.rows(wanted), judged.faults(), lines.first_row, lines.share)


def _field(delimiter: str, *, exact: int | None) -> str:
    """Give a pattern for a line of quoted or plain fields: `exact` of them, or any number."""
    d = re.escape(delimiter)
    field = rf'(?:"[^"]*(?:""[^"]*)*"|[^"\r\n{d}]*)'
    repeats = "*" if exact is None else f"{{{exact - 1}}}"
    return rf"^{field}(?:{d}{field}){repeats}\r?\n$"


class _Judgement:
    """What becomes of each line of a block: skipped, set aside, or parsed in one of three ways."""

    def __init__(self, lines: _Lines, layout: Layout) -> None:
        self._lines = lines
        self._layout = layout
        n = len(lines.ends)
        self.skipped = lines.blank()
        self._reasons: dict[int, str] = {}
        self._faulty = np.zeros(n, dtype=np.bool_)
        self._literal = np.zeros(n, dtype=np.bool_)
        self._joined: list[tuple[int, int]] = []
        self._judge_bytes()
        self._judge_fields()

    def skip_header(self, i: int) -> None:
        """Let line i be no row, whatever was found there."""
        self.skipped[i] = True
        self._faulty[i] = False
        self._reasons.pop(i, None)

    def _set_aside(self, lines: NDArray[np.int64], reason: str) -> None:
        for i in lines.tolist():
            if not self._faulty[i] and not self.skipped[i]:
                self._faulty[i] = True
                self._reasons[i] = reason

    def _judge_bytes(self) -> None:
        """Set aside lines that are not text."""
        lines = self._lines
        self._set_aside(np.flatnonzero(lines.ends - lines.starts > LONGEST_LINE), TOO_LONG)
        if lines.data.find(b"\0") >= 0:
            self._set_aside(lines.at(np.flatnonzero(lines.bytes_ == NUL)), NUL_BYTE)
        returns = np.flatnonzero(lines.bytes_ == RETURN) if b"\r" in lines.data else np.empty(0)
        if len(returns):
            lone = returns[lines.bytes_[returns + 1] != NEWLINE]
            self._set_aside(np.unique(lines.at(lone)), LONE_RETURN)
        if not lines.data.isascii():
            self._set_aside(self._undecodable(), NOT_UTF8)

    def _undecodable(self) -> NDArray[np.int64]:
        """Find the lines that are not UTF-8, restarting behind each of them."""
        lines, start, found = self._lines, 0, []
        view = memoryview(lines.data)
        while start < len(view):
            try:
                str(view[start:], "utf-8")
                break
            except UnicodeDecodeError as error:
                i = int(lines.at(np.array([start + error.start]))[0])
                found.append(i)
                start = int(lines.ends[i]) + 1
        return np.array(found, dtype=np.int64)

    def _judge_fields(self) -> None:
        """Set aside lines that have not as many fields as columns, or whose quotes are wrong."""
        separators = self._lines.occurrences(ord(self._layout.delimiter))
        quotes = (
            self._lines.occurrences(QUOTE) if self._layout.quotes else np.zeros_like(separators)
        )
        expected = len(self._layout.columns) - 1
        plain = (quotes == 0) & ~self.skipped & ~self._faulty
        self._set_aside(np.flatnonzero(plain & (separators < expected)), TOO_FEW)
        self._set_aside(np.flatnonzero(plain & (separators > expected)), TOO_MANY)
        quoted = np.flatnonzero((quotes > 0) & ~self._faulty)
        if len(quoted):
            self._judge_quoted(quoted, separators=separators, quotes=quotes)

    def _judge_quoted(
        self,
        quoted: NDArray[np.int64],
        *,
        separators: NDArray[np.int64],
        quotes: NDArray[np.int64],
    ) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        fields, delimiter = len(self._layout.columns), self._layout.delimiter
        texts = self._texts().take(pa.array(quoted))

        def matches(exact: int | None) -> NDArray[np.bool_]:
            found = pc.match_substring_regex(texts, _field(delimiter, exact=exact))
            matched: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
            return matched

        right = matches(fields)
        if right.all():
            return
        wrong = quoted[~right]
        if self._layout.literal_fallback:
            literal = wrong[separators[wrong] == fields - 1]
            self._literal[literal] = True
            wrong = np.setdiff1d(wrong, literal)
        self._join(wrong[quotes[wrong] % 2 == 1], well_formed=quoted[right], quotes=quotes)
        regular = quoted[matches(None) & ~right]
        fewer = self._field_counts(regular) < fields
        self._set_aside(regular[fewer & ~self._literal[regular]], TOO_FEW)
        self._set_aside(regular[~fewer & ~self._literal[regular]], TOO_MANY)
        self._set_aside(wrong[quotes[wrong] % 2 == 1], OPEN_QUOTE)
        self._set_aside(wrong[quotes[wrong] % 2 == 0], STRAY_QUOTE)

    def _texts(self) -> pa.Array:
        """Give the lines as text, line feeds included, without copying."""
        import pyarrow as pa

        offsets = np.concatenate([[0], self._lines.ends + 1])
        return pa.LargeStringArray.from_buffers(
            len(self._lines.ends), pa.py_buffer(offsets), pa.py_buffer(self._lines.data)
        )

    def _field_counts(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the fields of lines whose quotes are right but whose number of fields is not."""
        delimiter = self._layout.delimiter.encode()
        texts = (re.sub(rb'"[^"]*"', b"", self._lines.line(i)) for i in chosen.tolist())
        return np.array([text.count(delimiter) + 1 for text in texts], dtype=np.int64)

    def _join(
        self,
        openings: NDArray[np.int64],
        *,
        well_formed: NDArray[np.int64],
        quotes: NDArray[np.int64],
    ) -> None:
        """Put lines together that make one row, because a quoted field holds line breaks.

        They do when a quote opens on the first and closes on the last, no line between is a row of
        its own, and together they have as many fields as columns.
        """
        pattern = re.compile(
            _field(self._layout.delimiter, exact=len(self._layout.columns)).encode()
        )
        complete = ~self._faulty & (quotes == 0) & ~self.skipped
        complete[well_formed] = True
        done = -1
        for first in openings.tolist():
            if first <= done:
                continue
            last = self._closing(first, complete=complete, quotes=quotes)
            if last is not None and pattern.match(self._lines.line(first, last)):
                self._joined.append((first, last))
                for i in range(first, last + 1):
                    self.skip_header(i)
                done = last

    def _closing(
        self, first: int, *, complete: NDArray[np.bool_], quotes: NDArray[np.int64]
    ) -> int | None:
        for i in range(first + 1, min(first + MOST_LINES, len(quotes))):
            if complete[i] or self._reasons.get(i) not in (None, TOO_FEW, TOO_MANY):
                return None
            if quotes[i] % 2:
                return i
        return None

    def faults(self) -> list[Fault]:
        """Give the lines that were set aside, in their order."""
        return [
            Fault(
                self._lines.first_row + i,
                reason,
                self._expected(reason),
                _content(self._lines.line(i)),
            )
            for i, reason in sorted(self._reasons.items())
        ]

    def _expected(self, reason: str) -> str:
        separator = {"\t": "tabs"}.get(self._layout.delimiter, f"'{self._layout.delimiter}'")
        return {
            NOT_UTF8: "text in UTF-8",
            NUL_BYTE: "text without NUL bytes",
            LONE_RETURN: "lines that end in LF or CR LF",
            TOO_LONG: f"a line of at most {LONGEST_LINE} bytes",
            OPEN_QUOTE: "every quote closed, and quotes within a field doubled",
            STRAY_QUOTE: "a field with quotes in it enclosed in quotes, and its quotes doubled",
        }.get(reason, f"{len(self._layout.columns)} fields separated by {separator}")

    def rows(self, wanted: Mapping[str, str]) -> pa.Table:
        """Parse the lines that have the right shape."""
        import pyarrow as pa

        regular = ~self.skipped & ~self._faulty
        usual = regular & ~self._literal
        tables = [self._parse(self._bytes_of(usual), np.flatnonzero(usual), wanted)]
        if self._literal.any():
            literal = regular & self._literal
            data, numbers = self._bytes_of(literal), np.flatnonzero(literal)
            tables.append(self._parse(data, numbers, wanted, quotes=False))
        if self._joined:
            data = b"".join(self._lines.line(first, last) for first, last in self._joined)
            numbers = np.array([first for first, _ in self._joined])
            tables.append(self._parse(data, numbers, wanted, breaks=True))
        return pa.concat_tables(tables)

    def _bytes_of(self, chosen: NDArray[np.bool_]) -> bytes:
        if chosen.all():
            return self._lines.data
        lengths = self._lines.ends - self._lines.starts + 1
        return self._lines.bytes_[np.repeat(chosen, lengths)].tobytes()

    def _parse(
        self,
        data: bytes,
        numbers: NDArray[np.int64],
        wanted: Mapping[str, str],
        *,
        quotes: bool = True,
        breaks: bool = False,
    ) -> pa.Table:
        """Parse lines that are known to have the right shape."""
        import pyarrow as pa
        from pyarrow import csv

        names = [f"{i}" for i in range(len(self._layout.columns))]
        places = [names[self._layout.columns.index(column)] for column in wanted.values()]
        row_numbers = pa.array(numbers + self._lines.first_row, pa.int64())
        if not len(numbers):
            nothing = {name: pa.array([], pa.string()) for name in wanted}
            return pa.table({**nothing, "row_number": row_numbers})
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(
                column_names=names, block_size=max(2 * LONGEST_LINE, len(data) if breaks else 0)
            ),
            parse_options=csv.ParseOptions(
                delimiter=self._layout.delimiter,
                quote_char='"' if self._layout.quotes and quotes else False,
                newlines_in_values=breaks,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=places,
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        if len(table) != len(numbers):
            raise RuntimeError(f"{len(numbers)} lines were parsed into {len(table)} rows")
        return table.rename_columns(list(wanted)).append_column("row_number", row_numbers)
