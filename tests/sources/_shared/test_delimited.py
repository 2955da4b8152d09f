from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.sources import SourceError
from pipeline.sources._shared import delimited
from pipeline.sources._shared.delimited import Fault, Layout, first_lines, lines_at, read_blocks

COLUMNS = ("a", "b", "c")
CSV = Layout(",", COLUMNS)
TSV = Layout("\t", COLUMNS)

Row = tuple[int, str, str, str]


def read(path: Path, layout: Layout = CSV) -> tuple[list[Row], list[Fault]]:
    """Give rows as (row number, a, b, c) by number, and the faults."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for block in read_blocks(path, layout, {name: name for name in COLUMNS}):
        columns = block.rows.to_pydict()
        rows += zip(columns["row_number"], *(columns[name] for name in COLUMNS), strict=True)
        faults += block.faults
        assert all(n >= block.first_row for n in columns["row_number"])
    return sorted(rows), faults


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_line_breaks_within_quotes_make_one_row(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'a,b,c\n1,"two\n\nlines, ""b""",3\n4,5,6\n7,"x\r\ny",9\r\n')
    rows, faults = read(path)
    assert rows == [
        (2, "1", 'two\n\nlines, "b"', "3"),
        (5, "4", "5", "6"),
        (6, "7", "x\r\ny", "9"),
    ]
    assert faults == []


def test_an_open_quote_is_not_closed_by_a_later_row(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'a,b,c\n1,"two,3\n4,5,6\n7,eight",9\n1,"2,3\n1,"2,3\n')
    rows, faults = read(path)
    assert rows == [(3, "4", "5", "6")]
    assert [(f.row_number, f.reason, f.content) for f in faults] == [
        (2, "a quote is not closed", '1,"two,3'),
        (4, "a quote is not closed", '7,eight",9'),
        (5, "a quote is not closed", '1,"2,3'),
        (6, "a quote is not closed", '1,"2,3'),
    ]


def test_quotes_out_of_place_are_literal_in_tab_separated_files(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.tsv",
        'a\tb\tc\n1\t"Weird Al" Yankovic\t3\n4\t12" mix\t6\n7\t"x\ty"\t9\n1\t"2"\t3\n5\t"6\t\n',
    )
    rows, faults = read(path, TSV)
    assert rows == [
        (2, "1", '"Weird Al" Yankovic', "3"),
        (3, "4", '12" mix', "6"),
        (4, "7", "x\ty", "9"),
        (5, "1", "2", "3"),
        (6, "5", '"6', ""),
    ]
    assert faults == []


def test_without_quoting_every_quote_is_literal(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tsv", '1\t"2"\t3\n4\t"5\t6\n"7\t8\n')
    rows, faults = read(path, Layout("\t", COLUMNS, header=False, quotes=False))
    assert rows == [(1, "1", '"2"', "3"), (2, "4", '"5', "6")]
    assert faults == [Fault(3, "too few fields", "3 fields separated by tabs", '"7\t8')]


def test_the_header_is_the_first_line_that_is_not_blank(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", b'\xef\xbb\xbf\r\n\n"a",b,c\r\n1,2,3')
    assert read(path) == ([(4, "1", "2", "3")], [])
    assert first_lines(path) == [b'"a",b,c', b"1,2,3"]


def test_lines_at_gives_lines_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 16)
    path = write(tmp_path / "x.csv", b"a,b,c\n1,2,3\n\n\xff,5,6\r\n7,8,9")
    assert lines_at(path, [5, 4, 1, 9]) == {1: "a,b,c", 4: "\ufffd,5,6", 5: "7,8,9"}


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1000)
    path = write(tmp_path / "x.csv", "a,b,c\n1,2,3\n" + "x" * 5000)
    with pytest.raises(SourceError, match="row 3 does not end"):
        read(path)


# Text over several lines has no commas here: a line of it that is a row by itself counts as one.
_cell = st.text(alphabet='xé", ', max_size=6) | st.text(alphabet='xé"\n ', max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(_cell, _cell, _cell), min_size=1, max_size=30),
    block=st.integers(120, 400),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_writes_is_read_back_wherever_blocks_end(
    rows: Sequence[tuple[str, str, str]],
    block: int,
    ending: str,
    quoting: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(COLUMNS)
    numbers = []
    for row in rows:
        numbers.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    path = write(tmp_path_factory.mktemp("csv") / "x.csv", text.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK_BYTES", block)
        found, faults = read(path)
    assert faults == []
    assert found == [(n, *row) for n, row in zip(numbers, rows, strict=True)]
