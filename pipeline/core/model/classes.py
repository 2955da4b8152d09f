"""What is predicted: countries, and the regions that they lie in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Classes:
    """Countries and regions in the order of the probabilities.

    Attributes
    ----------
    countries, regions : tuple of str
        Codes of n_countries and names of n_regions, each once.
    region_of : tuple of int
        Position of each country's region; every region has a country.

    Raises
    ------
    ValueError
        When a name occurs twice, lengths differ, or a region does not exist or has no country;
        names all of these.

    Examples
    --------
    >>> classes = Classes(("BR", "CL", "JP"), ("Latin America", "East Asia"), (0, 0, 1))
    >>> classes.within(0).tolist()
    [0, 1]
    >>> classes.by_region([90, 5, 40]).tolist()
    [95, 40]
    """

    countries: tuple[str, ...]
    regions: tuple[str, ...]
    region_of: tuple[int, ...]

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise ValueError(f"these classes cannot be predicted: {'; '.join(problems)}")

    def _problems(self) -> Iterator[str]:
        for name in ("countries", "regions"):
            twice = sorted(n for n, times in Counter(getattr(self, name)).items() if times > 1)
            if twice:
                yield f"{name} must differ from each other, yet these come twice: {twice}"
        if len(self.region_of) != len(self.countries):
            yield (
                f"region_of must have one region a country: {len(self.countries)} countries, "
                f"{len(self.region_of)} regions came"
            )
        there = set(range(len(self.regions)))
        if strange := sorted(set(self.region_of) - there):
            yield f"region_of must be a position among {len(there)} regions, not {strange}"
        if empty := sorted(there - set(self.region_of)):
            yield f"every region must have a country, yet these have none: {empty}"

    def within(self, region: int) -> NDArray[np.intp]:
        """Positions of the countries of the region at `region`, ascending."""
        return np.flatnonzero(np.asarray(self.region_of) == region)

    def regions_of(self, country: NDArray[Any]) -> NDArray[np.intp]:
        """Position of the region of each position in `country`, in the same shape."""
        region_of: NDArray[np.intp] = np.asarray(self.region_of, dtype=np.intp)
        return np.take(region_of, country)

    def by_region(self, counts: NDArray[Any]) -> NDArray[np.int64]:
        """Sum whole numbers of countries, shape (n_countries,), to those of regions."""
        sums = np.zeros(len(self.regions), dtype=np.int64)
        np.add.at(sums, np.asarray(self.region_of), counts)
        return sums
