"""A link that holds a list: packed into its query string, and read back with care."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipeline.core.errors import UserError
from pipeline.exports import MOST
from pipeline.exports._shared.tally import LONGEST_NAME, tidy_name

PARAMETER = "list"
"""Name of the list in the query string."""

LONGEST = 1_800
"""Characters of a packed list: what every browser and messenger lets pass."""

_VERSION = 1
_MOST_BYTES = 200_000
"""Bytes that a list may unpack to, so that a small link cannot fill the memory."""


class LinkError(UserError):
    """A link does not hold a list; the message says what to do."""


@dataclass(frozen=True)
class SharedArtist:
    """An artist of a shared list; `as_written`: no typing slip is to be seen in the name."""

    artist_name: str
    playcount: float | None = None
    as_written: bool = False


@dataclass(frozen=True)
class SharedList:
    """A list and how it is asked about; None leaves a setting as it is by default."""

    artists: tuple[SharedArtist, ...]
    recipe: str | None = None
    tau: float | None = None
    total_scrobbles: int | None = None


@dataclass(frozen=True)
class Packed:
    """A list packed for a query string, and how many of its artists had room."""

    text: str
    artists: int

    def link(self, page: str) -> str:
        """Give the link to a page."""
        return f"{page}?{urlencode({PARAMETER: self.text})}"


def pack(shared: SharedList, *, longest: int = LONGEST) -> Packed:
    """Pack a list; one that would be longer than `longest` loses its last artists."""
    low, high = 0, len(shared.artists)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_packed(shared, middle)) <= longest else (low, middle - 1)
    return Packed(_packed(shared, low), low)


def _packed(shared: SharedList, first: int) -> str:
    fields: dict[str, Any] = {"v": _VERSION, "a": [_row(one) for one in shared.artists[:first]]}
    settings = {"r": shared.recipe, "t": shared.tau, "s": shared.total_scrobbles}
    fields |= {name: value for name, value in settings.items() if value is not None}
    written = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(zlib.compress(written, 9)).decode("ascii").rstrip("=")


def _row(one: SharedArtist) -> list[Any]:
    count = None if one.playcount is None else round(one.playcount)
    if one.as_written:
        return [one.artist_name, count, 1]
    return [one.artist_name] if count is None else [one.artist_name, count]


def unpack(text: str) -> SharedList:
    """Read what `pack` wrote.

    Raises
    ------
    LinkError
        When it is anything else: a link is nothing that can be trusted.
    """
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        written = unpacking.decompress(packed, _MOST_BYTES)
        if not unpacking.eof:
            raise ValueError("cut off or too large")
        return _read(json.loads(written.decode("utf-8")))
    except (binascii.Error, zlib.error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise LinkError(
            "The link should hold a list of artists, and what it holds cannot be read. It may have "
            "been cut off on its way: ask for it once more, or enter the list here."
        ) from error


def _read(fields: Any) -> SharedList:
    if fields["v"] != _VERSION:
        raise ValueError(f"expected version {_VERSION}")
    artists = tuple(_artist(row) for row in fields["a"][:MOST])
    recipe, tau, scrobbles = (fields.get(name) for name in ("r", "t", "s"))
    return SharedList(
        artists,
        None if recipe is None else str(recipe),
        None if tau is None else _between(float(tau), 0.0, 1.0),
        None if scrobbles is None else int(_between(float(scrobbles), 0.0, 1e12)),
    )


def _artist(row: Sequence[Any]) -> SharedArtist:
    name, *rest = row
    padded: list[Any] = [*rest, *[None, 0][len(rest) :]]
    count, as_written = padded
    tidy = tidy_name(name)
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise ValueError("expected the name of an artist")
    plays = None if count is None else _between(float(count), 0.0, 1e12)
    return SharedArtist(tidy, plays, bool(as_written))


def _between(value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise ValueError(f"expected {low:g} to {high:g}")
    return value
