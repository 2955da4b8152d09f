"""Adding up the entries of a list by artist, and those left out by reason."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from pipeline.exports import LeftOut, ListedArtist, OwnList

NO_ARTIST = "no artist"
TOO_LONG = "too long for an artist's name"
PODCAST = "podcasts"
UNDER_30_S = "under 30 s"
UNREADABLE = "not readable"

LONGEST_NAME = 500  # characters
LEAST_MS = 30_000
"""Milliseconds from which on hearing something is a play."""

_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def tidy_name(name: str) -> str:
    """Compose accents and take out control characters, half characters and surplus blanks."""
    return " ".join(_NO_TEXT.sub(" ", unicodedata.normalize("NFC", name)).split())


def name_key(name: str) -> str:
    """Give what equal names have in common, whatever their case; "" for a blank one."""
    return tidy_name(name).casefold()


class Tally:
    """Artists of one list, in the order in which they first came."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}  # a name as written -> its key; saves tidying every play
        self._names: dict[str, str] = {}
        self._plays: dict[str, float | None] = {}
        self._mbids: dict[str, str] = {}
        self._left: Counter[str] = Counter()
        self._used = 0

    @property
    def rows_read(self) -> int:
        """Entries added and left out so far."""
        return self._used + self._left.total()

    def add(
        self,
        artist_name: str,
        plays: float | None = 1,
        mbid: str | None = None,
        *,
        entries: int = 1,
    ) -> None:
        """Add plays of an artist, made of so many entries.

        None: the entry says nothing of plays. What is not the name of an artist is left out.
        """
        key = self._keys.get(artist_name)
        if key is None:
            key = self._keys[artist_name] = name_key(artist_name)
        if not key or len(key) > LONGEST_NAME:
            self.leave(TOO_LONG if key else NO_ARTIST, entries)
            return
        self._used += entries
        if key not in self._names:
            self._names[key] = tidy_name(artist_name)
        known = self._plays.get(key)
        self._plays[key] = plays if known is None else known + (plays or 0)
        if mbid and key not in self._mbids and _MBID.fullmatch(mbid):
            self._mbids[key] = mbid.lower()

    def leave(self, reason: str, entries: int = 1) -> None:
        """Count entries that are not used."""
        if entries:
            self._left[reason] += entries

    def in_order(self) -> list[ListedArtist]:
        """Give the artists in the order of the list."""
        return [
            ListedArtist(name, self._plays[key], self._mbids.get(key))
            for key, name in self._names.items()
        ]

    def own_list(self, label: str, *, files_without_plays: tuple[str, ...] = ()) -> OwnList:
        """Give the list; see `OwnList` for its order."""
        artists = self.in_order()
        counts = [a.playcount for a in artists if a.playcount is not None]
        if len(counts) == len(artists):
            artists.sort(key=lambda a: -(a.playcount or 0))
        left = sorted(self._left.items(), key=lambda item: (-item[1], item[0]))
        return OwnList(
            label,
            tuple(artists),
            tuple(LeftOut(reason, entries) for reason, entries in left),
            self.rows_read,
            files_without_plays,
        )
