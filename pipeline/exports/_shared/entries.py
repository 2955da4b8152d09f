"""JSON of foreign make, an entry at a time: nothing is taken for granted, little is kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator

from pipeline.exports import ExportError
from pipeline.exports._shared.unpacking import Part

_START = re.compile(r"[ \t\r\n]*\[[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n]*([,\]])[ \t\r\n]*")
# Deep nesting and numbers of thousands of digits, besides what is no JSON.
_NOT_JSON = (ValueError, RecursionError)


def json_with(*keys: str) -> Callable[[str], bool]:
    """Recognise JSON whose beginning has all of these keys."""
    quoted = [f'"{key}"' for key in keys]

    def fits(head: str) -> bool:
        return head.lstrip()[:1] in ("[", "{") and all(key in head for key in quoted)

    return fits


def entries_of(part: Part, *, keep: frozenset[str]) -> Iterator[object]:
    """Give the entries of a JSON array one by one, keys other than `keep` dropped everywhere.

    Raises
    ------
    ExportError
        When it is no array, or breaks off.
    """
    text = _text(part)
    decoder = _decoder(keep)
    start = _START.match(text)
    if start is None:
        raise ExportError(f"{part.name}: expected a JSON list of entries, got {_shown(text)}.")
    position = start.end()
    if text.startswith("]", position):
        return
    while True:
        try:
            entry, position = decoder.raw_decode(text, position)
        except _NOT_JSON as error:
            raise _broken(part, position, text) from error
        between = _BETWEEN.match(text, position)
        if between is None:
            raise _broken(part, position, text)
        yield entry
        position = between.end()
        if between[1] == "]":
            break
    if position < len(text):
        raise _broken(part, position, text)


def lines_of(part: Part, *, keep: frozenset[str]) -> Iterator[object]:
    """Give one entry a line of JSON lines, as `entries_of`; None for a line that is no JSON."""
    decoder = _decoder(keep)
    for line in part.read().removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip():
            try:
                yield decoder.decode(line.decode())
            except _NOT_JSON:
                yield None


def field(entry: object, *path: str | int) -> object:
    """Follow keys and positions into an entry; None where they lead nowhere."""
    for step in path:
        if isinstance(entry, dict):
            entry = entry.get(step)
        elif isinstance(entry, list) and isinstance(step, int) and step < len(entry):
            entry = entry[step]
        else:
            return None
    return entry


def number(value: object) -> float | None:
    """Give a finite number, also one written as text of digits; None for anything else."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= 15:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -1e15 < value < 1e15 and not math.isnan(value) else None


def count(value: object) -> float | None:
    """Give a number of plays; None for what is none."""
    plays = number(value)
    return plays if plays is not None and plays >= 0 else None


def _decoder(keep: frozenset[str]) -> json.JSONDecoder:
    def kept(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return {key: value for key, value in pairs if key in keep}

    return json.JSONDecoder(object_pairs_hook=kept)


def _text(part: Part) -> str:
    content = part.read()
    try:
        return content.decode(json.detect_encoding(content))
    except ValueError as error:
        raise ExportError(
            f"{part.name}: expected JSON in UTF-8, got other bytes. Download it again."
        ) from error


def _broken(part: Part, position: int, text: str) -> ExportError:
    return ExportError(
        f"{part.name}: expected a complete JSON list, but it is cut off or damaged at or after "
        f"character {position + 1:,} of {len(text):,}. Download it again."
    )


def _shown(text: str) -> str:
    return f"“{text.strip()[:20]}…”" if text.strip() else "nothing"
