from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exports import ExportError
from pipeline.exports._shared.entries import count, entries_of, field, lines_of, number
from pipeline.exports._shared.unpacking import Part

KEEP = frozenset({"a", "b"})


def part(content: bytes) -> Part:
    return Part("x.json", content, lambda: content)


def entries(content: bytes) -> list[object]:
    return list(entries_of(part(content), keep=KEEP))


def test_only_the_keys_asked_for_are_kept_at_every_level() -> None:
    content = b'[ {"a": {"b": 1, "c": 2}, "c": [3]} , {"c": 4},\n[{"a": 5, "d": 6}], null ]\n'
    assert entries(content) == [{"a": {"b": 1}}, {}, [{"a": 5}], None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_of_json(encoding: str) -> None:
    assert entries('[{"a": "múm"}]'.encode(encoding)) == [{"a": "múm"}]


def test_an_empty_list() -> None:
    assert entries(b" [ ] ") == []


@pytest.mark.parametrize(
    "content", [b"[", b"[1", b"[1,", b"[1,]", b"[1 2]", b"[1] [2]", b'[{"a": 1', b"[nope]"]
)
def test_a_list_that_breaks_off(content: bytes) -> None:
    with pytest.raises(ExportError, match=r"x\.json: expected a complete JSON list"):
        entries(content)


@pytest.mark.parametrize("content", [b'{"a": 1}', b"<html>", b"", b'"text"'])
def test_what_is_no_list(content: bytes) -> None:
    with pytest.raises(ExportError, match=r"x\.json: expected a JSON list of entries, got"):
        entries(content)


def test_other_bytes_are_no_json() -> None:
    with pytest.raises(ExportError, match="expected JSON in UTF-8"):
        entries(b'["\xff"]')


def test_a_line_that_is_no_json_costs_itself_alone() -> None:
    content = b'\xef\xbb\xbf{"a": 1, "c": 2}\r\n\n{"a": \n\xff\n{"b": 3}'
    assert list(lines_of(part(content), keep=KEEP)) == [{"a": 1}, None, None, {"b": 3}]


def test_field_follows_only_what_is_there() -> None:
    entry = {"subtitles": [{"name": "múm"}]}
    assert field(entry, "subtitles", 0, "name") == "múm"
    for path in [("x",), ("subtitles", 1), ("subtitles", "name"), ("subtitles", 0, "name", 0)]:
        assert field(entry, *path) is None
    assert field(None, "x") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        (2.5, 2.5),
        ("12", 12),
        ("-1", None),
        ("x", None),
        (True, None),
        (None, None),
        ([], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ("9" * 400, None),
    ],
)
def test_number(value: object, expected: float | None) -> None:
    assert number(value) == expected


def test_a_count_is_no_less_than_nothing() -> None:
    assert (count(-1), count(0), count("3"), count("x")) == (None, 0, 3, None)


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = number(text)
    assert value is None or value == int(text)
