"""What each name of a list was taken for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from pipeline.core.model.predictor import Play, Predictor
from pipeline.exports import ListedArtist
from pipeline.exports._shared.tally import name_key

AS_WRITTEN = "as written"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "exact": "Found",
        "corrected": "Corrected",
        "ambiguous": "Several fit",
        "unknown": "Unknown",
        AS_WRITTEN: "As written",
    }
)
"""What is said of each way in which a name can be matched."""

GIVEN, TAKEN_FOR, FOUND, PLAYS = "given", "taken_for", "found", "plays"
"""Columns of `as_table`."""


@dataclass(frozen=True)
class Matched:
    """A name of the list and what it counts as.

    Attributes
    ----------
    given : str
        The name as it was given.
    playcount : float or None
        Plays; None where unknown.
    kind : str
        One of `KINDS`.
    artist : int or None
        Number of the artist; None where the name counts by itself alone.
    artist_name : str
        The build's spelling, else the name as given.
    candidates : tuple of (int, str)
        Number and name of artists that may be meant, best first.
    """

    given: str
    playcount: float | None
    kind: str
    artist: int | None
    artist_name: str
    candidates: tuple[tuple[int, str], ...] = ()

    @property
    def play(self) -> Play:
        """What the models are asked with."""
        return Play(self.artist_name, self.playcount)


def match_list(
    predictor: Predictor, entries: Sequence[ListedArtist], *, as_written: Collection[str] = ()
) -> list[Matched]:
    """Say what each entry counts as.

    Parameters
    ----------
    predictor : Predictor
        Knows the artists.
    entries : sequence of ListedArtist
        The list.
    as_written : collection of str
        `name_key` of names that typing slips are not to be seen in.
    """
    matches = predictor.resolve([entry.artist_name for entry in entries])
    matched = []
    for entry, match in zip(entries, matches, strict=True):
        kind: str = match.kind
        artist = match.index
        if kind != "exact" and name_key(entry.artist_name) in as_written:
            kind, artist = AS_WRITTEN, None
        matched.append(
            Matched(
                entry.artist_name,
                entry.playcount,
                kind,
                artist,
                entry.artist_name if artist is None else predictor.artist_name(artist),
                tuple((index, predictor.artist_name(index)) for index in match.candidates),
            )
        )
    return matched


def known(matched: Sequence[Matched]) -> int:
    """Count names that stand for an artist of the build."""
    return sum(one.artist is not None for one in matched)


# --- the table that can be edited -----------------------------------------------------------------


def as_table(matched: Sequence[Matched]) -> pd.DataFrame:
    """Lay a list out for people to check and edit.

    Returns
    -------
    DataFrame
        Columns `GIVEN`, `TAKEN_FOR`, `FOUND` (of the values of `KINDS`) and `PLAYS` (null where
        unknown), in the order of the list.
    """
    return pd.DataFrame(
        {
            GIVEN: pd.Series([one.given for one in matched], dtype="string"),
            TAKEN_FOR: pd.Series(
                [None if one.artist is None else one.artist_name for one in matched],
                dtype="string",
            ),
            FOUND: pd.Series([KINDS[one.kind] for one in matched], dtype="string"),
            PLAYS: pd.Series([one.playcount for one in matched], dtype="Float64"),
        }
    )


def from_table(table: pd.DataFrame) -> list[ListedArtist]:
    """Read a table that was edited: rows without a name are left out."""
    rows = zip(table[GIVEN], table[PLAYS], strict=True)
    return [
        ListedArtist(str(name).strip(), None if pd.isna(plays) else max(float(plays), 0.0))
        for name, plays in rows
        if not pd.isna(name) and str(name).strip()
    ]
