"""Finding artists by the names that people type: what a name means, and what it may become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.core.artists.keys import identity_key, search_key, search_key_of
from pipeline.core.artists.misspelling import compact, edit_budget, is_slip_of_name
from pipeline.core.artists.search_text import SearchText

if TYPE_CHECKING:
    from numpy.typing import NDArray


# --- matching -----------------------------------------------------------------------------------

# A less popular spelling is passed over when the first has this many times its listeners.
_DOMINANCE = 3.0
_MAX_CANDIDATES = 5
_POPULAR_QUANTILE = 0.75
_ALIKE = 0.85
_FUZZY_POOL = 200


@dataclass(frozen=True)
class Match:
    """What one typed name was taken for.

    Parameters
    ----------
    query : str
        The name as given.
    kind : {"exact", "corrected", "ambiguous", "unknown"}
        ``exact``: the same artist by `identity_key`. ``corrected``: another spelling, one clear
        meaning. ``ambiguous``: several artists fit about equally. ``unknown``: none fits.
    index : int or None
        Position of the artist in the matcher's names; None when ambiguous or unknown.
    candidates : tuple of int
        Positions to offer a person, best first: those that fit when ambiguous, near ones (or
        none) when unknown, otherwise the artist alone.

    Examples
    --------
    >>> (match,) = Matcher(["Muse", "Mase"], np.array([4000, 40])).match(["muse"])
    >>> match
    Match(query='muse', kind='exact', index=0, candidates=(0,))
    """

    query: str
    kind: Literal["exact", "corrected", "ambiguous", "unknown"]
    index: int | None
    candidates: tuple[int, ...]


class Matcher:
    """Finds artists by names that people type.

    Parameters
    ----------
    names : sequence of str
        Names of the known artists. Positions in it are what `match` and `search` return.
    popularity : ndarray of shape (n_names,)
        Any measure that is larger for better known artists, such as the number of listeners;
        finite and not negative.

    Raises
    ------
    ValueError
        When the two differ in length, or a popularity is negative or not finite.

    Examples
    --------
    >>> matcher = Matcher(["Metallica", "Sigur Rós"], np.array([3000, 1500]))
    >>> [(match.kind, match.index) for match in matcher.match(["Mettalica", "sigur ros", "x"])]
    [('corrected', 0), ('corrected', 1), ('unknown', None)]
    >>> matcher.search("sig")
    [1]
    """

    def __init__(
        self, names: Sequence[str], popularity: NDArray[np.floating] | NDArray[np.integer]
    ) -> None:
        self._popularity = _checked_popularity(names, popularity)
        # Everything below is filed from the best known artist to the least: first found, best.
        self._order: list[int] = np.argsort(-self._popularity, kind="stable").tolist()
        self._identity: dict[str, int] = {}
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_compact: dict[str, list[int]] = defaultdict(list)
        self._shelves: dict[tuple[str, int], list[str]] = defaultdict(list)
        identities = [identity_key(names[index]) for index in self._order]
        self._keys = [search_key_of(identity) for identity in identities]
        self._place = {index: place for place, index in enumerate(self._order)}
        for identity, key, index in zip(identities, self._keys, self._order, strict=True):
            self._file(identity, key, index)
        self._text = SearchText(self._keys)
        quantile = np.quantile(self._popularity, _POPULAR_QUANTILE) if len(names) else 0.0
        self._popular = float(quantile)

    def _file(self, identity: str, key: str, index: int) -> None:
        if not key:
            return
        letters = compact(key)
        self._identity.setdefault(identity, index)
        self._by_key[key].append(index)
        if letters not in self._by_compact:
            self._shelves[letters[0], len(letters)].append(letters)
        self._by_compact[letters].append(index)

    def __len__(self) -> int:
        """How many artists are known."""
        return len(self._order)

    def match(self, names: Sequence[str], *, misspelt: bool = True) -> list[Match]:
        """What each name means, in the order given; see `Match`.

        Without `misspelt`, only spellings that `search_key` holds equal are taken for an artist:
        nothing is guessed, and a million names take seconds.

        Examples
        --------
        >>> matcher = Matcher(["Metallica"], np.array([3000]))
        >>> [match.kind for match in matcher.match(["Metalica"], misspelt=False)]
        ['unknown']
        """
        return [self._match_one(name, misspelt=misspelt) for name in names]

    def _match_one(self, query: str, *, misspelt: bool) -> Match:
        exact = self._identity.get(identity_key(query))
        if exact is not None:
            return Match(query, "exact", exact, (exact,))
        key = search_key(query)
        if not key:
            return Match(query, "unknown", None, ())
        same = self._by_key.get(key) or self._by_compact.get(compact(key))
        if same:
            return self._choose(query, same)
        return self._match_misspelt(query, key) if misspelt else Match(query, "unknown", None, ())

    def _choose(self, query: str, fitting: list[int]) -> Match:
        """Take the first of `fitting` (by popularity) unless the second is nearly as popular."""
        first = fitting[0]
        if len(fitting) > 1:
            top, second = self._popularity[first], self._popularity[fitting[1]]
            if top < _DOMINANCE * second or top == second:
                return Match(query, "ambiguous", None, tuple(fitting[:_MAX_CANDIDATES]))
        return Match(query, "corrected", first, (first,))

    def _match_misspelt(self, query: str, key: str) -> Match:
        best: list[int] = []
        least = edit_budget(len(compact(key))) + 1
        near: list[int] = []
        for edits, index in self._neighbours(key):
            if not self._is_misspelling(key, index):
                near.append(index)
            elif edits <= least:
                least = edits
                best.append(index)
        if best:
            best.sort(key=lambda index: -self._popularity[index])
            return self._choose(query, best)
        return Match(query, "unknown", None, tuple(near[:_MAX_CANDIDATES]))

    def _neighbours(self, key: str) -> list[tuple[int, int]]:
        """Edits and index of each artist within the edit budget, fewest edits first."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        letters = compact(key)
        budget = edit_budget(len(letters))
        if not budget:
            return []
        lengths = range(len(letters) - budget, len(letters) + budget + 1)
        shelf = [name for n in lengths for name in self._shelves.get((letters[0], n), ())]
        hits = process.extract(
            letters, shelf, scorer=OSA.distance, score_cutoff=budget, limit=_FUZZY_POOL
        )
        found = [(int(edits), index) for name, edits, _ in hits for index in self._by_compact[name]]
        return sorted(found, key=lambda hit: (hit[0], -self._popularity[hit[1]]))

    def _is_misspelling(self, key: str, index: int) -> bool:
        """Whether `key` is a slip for this artist rather than the name of another one."""
        target = self._keys[self._place[index]]
        words = target.split()
        if len(words) == 1 and self._popularity[index] < self._popular:
            return False
        return is_slip_of_name(key.split(), words)

    def search(self, query: str, limit: int = 10) -> list[int]:
        """Positions of the artists that a person typing `query` may mean, best first.

        Equal names come first, then names that begin with the query, names with a word that
        does, names that contain it, and at last similar names; within each the better known
        first. An empty query finds nothing.

        Examples
        --------
        >>> Matcher(["Museum", "Amuse Me", "Muse"], np.array([20, 1000, 1])).search("muse")
        [2, 0, 1]
        """
        key = search_key(query)
        if not key or limit < 1:
            return []
        found = dict.fromkeys([*self._by_key.get(key, ()), *self._by_compact.get(compact(key), ())])
        exact = self._identity.get(identity_key(query))
        if exact is not None:
            found = {exact: None, **found}
        for start in ("\n", " ", ""):
            if len(found) >= limit:
                break
            places = self._text.rows_with(start + key, limit=limit)
            found |= dict.fromkeys(self._order[place] for place in places)
        if len(found) < limit:
            found |= dict.fromkeys(self._similar(key))
        return list(found)[:limit]

    def _similar(self, key: str) -> Iterator[int]:
        """Indices of the artists whose keys look alike: most alike first, then best known."""
        from rapidfuzz import process
        from rapidfuzz.distance import JaroWinkler

        hits = process.extract(
            key,
            self._keys,
            scorer=JaroWinkler.normalized_similarity,
            score_cutoff=_ALIKE,
            limit=_FUZZY_POOL,
        )
        # Two decimals: a hair's breadth of likeness does not outweigh being well known.
        for _, _, place in sorted(hits, key=lambda hit: (-round(hit[1], 2), hit[2])):
            yield self._order[place]


def _checked_popularity(
    names: Sequence[str], popularity: NDArray[np.floating] | NDArray[np.integer]
) -> NDArray[np.float64]:
    values = np.asarray(popularity, dtype=np.float64)
    if values.shape != (len(names),):
        raise ValueError(
            f"popularity must have one number for each of the {len(names)} names, "
            f"but its shape is {values.shape}"
        )
    bad = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if len(bad):
        shown = ", ".join(f"{names[i]!r}: {values[i]}" for i in bad[:10])
        raise ValueError(
            f"popularity must be finite and not negative; {len(bad)} of {len(names)} are not: "
            f"{shown}"
        )
    return values
