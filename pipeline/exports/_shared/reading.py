"""From uploads to one list: open, recognise, read, add up."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from pipeline.exports import READERS, ExportError, OwnList, Reader
from pipeline.exports._shared.delimited import beginning
from pipeline.exports._shared.tally import Tally
from pipeline.exports._shared.unpacking import Part, Unpacking

TWICE = "in a file that was given twice"
ELSEWHERE = "also in another file"

_SHOWN_NAMES = 5


@dataclass(frozen=True)
class _Claim:
    """A file and the reader that knows its format."""

    reader: Reader
    part: Part


@dataclass
class _Given:
    """What the uploads turned out to be."""

    claims: list[_Claim] = field(default_factory=list)
    without_plays: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_all(files: Iterable[tuple[bytes | BinaryIO, str]]) -> OwnList:
    """Read files as one list; see `pipeline.exports.read`.

    A file that is there twice counts once, and so does a history that two kinds of files tell.
    Files without plays are named in the list, unless none has any.
    """
    unpacking, given = Unpacking(), _Given()
    for content, name in files:
        _open(content, name, unpacking, given)
    if not given.claims and not given.problems:
        given.problems += _unrecognised(given.without_plays, unpacking.others)
    if given.problems:
        raise ExportError(*given.problems)
    tally = _add_up(given.claims)
    labels = dict.fromkeys(claim.reader.label for claim in given.claims)
    return tally.own_list(" and ".join(labels), files_without_plays=tuple(given.without_plays))


def recognise(part: Part) -> Reader | None:
    """Find the reader of a file: by its beginning, else by its name."""
    head = beginning(part.head)
    in_turn = sorted(READERS.values(), key=lambda r: r.general)
    by_content = (r for r in in_turn if r.fits(head))
    by_name = (r for r in in_turn if r.names.search(part.name))
    return next(by_content, None) or next(by_name, None)


def _open(content: bytes | BinaryIO, name: str, unpacking: Unpacking, given: _Given) -> None:
    try:
        parts = unpacking.parts(content, name)
    except ExportError as error:
        given.problems += error.problems
        return
    found = ((recognise(part), part) for part in parts)
    claims = [_Claim(reader, part) for reader, part in found if reader is not None]
    # Exports hold tables of other things; a general reader would take them for lists.
    special = [claim for claim in claims if not claim.reader.general]
    given.claims += special or claims
    if not claims:
        given.without_plays.append(name)


def _add_up(claims: Sequence[_Claim]) -> Tally:
    """Read every file; ExportError lists all that are damaged."""
    present = {claim.reader.name for claim in claims}
    replaced = {name for claim in claims for name in claim.reader.replaces} & present
    tally, seen, problems = Tally(), set[bytes](), list[str]()
    for claim in claims:
        try:
            part, digest = _loaded(claim.part)
            twice = digest in seen
            seen.add(digest)
            if twice or claim.reader.name in replaced:
                aside = Tally()
                claim.reader.read(part, aside)
                tally.leave(TWICE if twice else ELSEWHERE, aside.rows_read)
            else:
                claim.reader.read(part, tally)
        except ExportError as error:
            problems += error.problems
    if problems:
        raise ExportError(*problems)
    return tally


def _loaded(part: Part) -> tuple[Part, bytes]:
    """Unpack a file once; give it with what tells it from others."""
    content = part.read()
    return replace(part, read=lambda: content), hashlib.sha256(content).digest()


def _unrecognised(names: Sequence[str], others: Sequence[str]) -> list[str]:
    """Say of each upload what to do about it."""
    paths = [*names, *others]
    advice = [
        f"{path}: {words}"
        for reader in READERS.values()
        for pattern, words in reader.advice.items()
        for path in paths
        if re.search(pattern, path, re.IGNORECASE)
    ]
    if advice:
        return advice
    known = "; ".join(reader.label for reader in READERS.values())
    within = f" Not opened: {_some(others)}." if others else ""
    if not names:
        return [f"Expected at least one file. Any of these can be read: {known}."]
    return [
        f"{name} holds no listening history that is known here.{within} Expected one of: {known}."
        for name in names
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(names[:_SHOWN_NAMES]) + more
