"""What an artist's name says of where the artist is played, also where training never saw it."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.core.artists.keys import identity_key
from pipeline.core.model.hierarchy import Layers, combine, softmax, softmax_within

INTERCEPT = ""
"""The gram of every name."""

LONGEST = 4
"""Letters of the longest gram."""

END = " "
"""Stands before the first and behind the last letter of a name, and between its words; itself the
gram of every name with a visible character."""


def grams_of(name: str) -> list[str]:
    """Take a name apart into what a model may have learnt of, each part once.

    Case, invisible characters and misread bytes are set aside as for an artist's identity;
    diacritics stay. Parts are the scripts of the name's letters (``CYRILLIC``), the marks on them
    (``ACUTE ACCENT``, as Unicode names them) and every 1 to `LONGEST` letters in a row, an `END` at
    both ends of the name. No two kinds of part can be mistaken: letters are folded, so that those
    of the alphabet in capitals occur in none. A name without a visible character has no parts.

    Returns
    -------
    list of str
        In a fixed order; without `INTERCEPT`.

    Examples
    --------
    >>> grams_of("Ab")
    ['LATIN', ' ', 'a', 'b', ' a', 'ab', 'b ', ' ab', 'ab ', ' ab ']
    >>> grams_of("Björk")[:2]
    ['LATIN', 'DIAERESIS']
    """
    key = identity_key(name)
    if not key:
        return []
    text = f"{END}{key}{END}"
    parts = [part for letter in dict.fromkeys(key) for part in _about(letter)]
    parts += [
        text[start : start + length]
        for length in range(1, LONGEST + 1)
        for start in range(len(text) - length + 1)
    ]
    return list(dict.fromkeys(parts))


@cache
def _about(letter: str) -> tuple[str, ...]:
    """Script of a letter, and its marks; nothing for what is no letter."""
    if not letter.isalpha():
        return ()
    script = unicodedata.name(letter, "UNKNOWN").split()[0]
    marks = unicodedata.normalize("NFD", letter)[1:]
    named = (unicodedata.name(mark, "") for mark in marks)
    return (script, *(n.removeprefix("COMBINING ") for n in named if n.startswith("COMBINING ")))


def gram_matrix(names: Iterable[str], column_of: Callable[[str], int | None]) -> sparse.csr_matrix:
    """Say which grams each name has, `INTERCEPT` aside.

    Parameters
    ----------
    names : iterable of str
        The names; of n.
    column_of : callable
        Gives the column of a gram, None where it does not count.

    Returns
    -------
    csr_matrix of shape (n, n_columns), float32
        1 where a name has a gram, else 0; as wide as the last column that occurs.

    Examples
    --------
    >>> gram_matrix(["Ab", "B"], {"a": 0, "b": 1}.get).toarray()
    array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    found, ends = array("i"), array("q", [0])
    for name in names:
        columns = map(column_of, grams_of(name))
        found.extend(sorted(column for column in columns if column is not None))
        ends.append(len(found))
    indices = np.asarray(found, dtype=np.int32)
    ones = np.ones(len(indices), dtype=np.float32)
    width = int(indices.max(initial=-1)) + 1
    return sparse.csr_matrix((ones, indices, np.asarray(ends)), shape=(len(ends) - 1, width))


@dataclass(frozen=True, eq=False)
class NameModel:
    """P(country) of an artist's listeners, given the artist's name.

    A name's logits are the sum of its grams' coefficients. Grams that the model has not learnt say
    nothing. A name without a visible character gets what `INTERCEPT` says, the world's prior; any
    other also has `END`, which makes up for what most names have in common.

    Attributes
    ----------
    grams : tuple of str
        As in the table ``name_grams``.
    coefficients : float32 ndarray of shape (n_grams, n_regions + n_countries)
        By gram: of each region, then of each country within its region.
    region_of : tuple of int
        Region of each country.

    Examples
    --------
    >>> model = NameModel(
    ...     grams=("", "CYRILLIC"),
    ...     coefficients=np.array([[0, 0, 0, 0], [np.log(3), 0, 0, 0]], dtype=np.float32),
    ...     region_of=(0, 1),
    ... )
    >>> model.predict(["Кино", "Kult"]).region.round(2)
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """

    grams: tuple[str, ...]
    coefficients: NDArray[np.float32]
    region_of: tuple[int, ...]

    def __post_init__(self) -> None:
        expected = (len(self.grams), max(self.region_of) + 1 + len(self.region_of))
        if self.coefficients.shape != expected:
            raise ValueError(
                f"coefficients must be of shape {expected}, a row a gram and a column a region and "
                f"a country; they are of shape {self.coefficients.shape}"
            )
        if INTERCEPT not in self.grams:
            raise ValueError(f"the gram {INTERCEPT!r}, which every name has, is missing")

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {gram: column for column, gram in enumerate(self.grams)}

    def predict(self, names: Sequence[str]) -> Layers:
        """Say where the listeners of each of n artists live, by name alone."""
        matrix = gram_matrix(names, self._columns.get)
        sums = matrix @ self.coefficients[: matrix.shape[1]].astype(np.float64)
        sums += self.coefficients[self._columns[INTERCEPT]]
        n_regions = max(self.region_of) + 1
        region = softmax(sums[:, :n_regions])
        within = softmax_within(sums[:, n_regions:], self.region_of)
        return Layers(combine(region, within, self.region_of), region, within)
