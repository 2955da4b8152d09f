"""Many weighted draws in one sorted array."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Random = np.random.Generator


@dataclass(frozen=True)
class Pools:
    """Many weighted draws in one sorted array.

    The entries of pool p have a `position` in (p, p + 1], as far apart as they are likely, so
    that a uniform u is drawn from pool p by searching p + u.
    """

    position: Floats
    item: Ints
    last: Ints

    @classmethod
    def of(cls, pool: Ints, item: Ints, weight: Floats, *, count: int) -> Pools:
        """Pools from entries in any order; a pool without entries must never be drawn from."""
        order = np.argsort(pool, kind="stable")
        pool, item, weight = pool[order], item[order], weight[order]
        size = np.bincount(pool, minlength=count)
        end = np.cumsum(size)
        running = np.concatenate([[0.0], np.cumsum(weight)])
        base, total = running[end - size], running[end] - running[end - size]
        position = pool + np.minimum((running[1:] - base[pool]) / total[pool], 1.0)
        return cls(position, item, end - 1)

    def draw(self, pool: Ints, *, random: Random) -> Ints:
        """One item for each entry of `pool`, of its shape."""
        at = np.searchsorted(self.position, pool + random.random(pool.shape), side="right")
        return self.item[np.minimum(at, self.last[pool])]


def single_pool(item: Ints, weight: Floats) -> Pools:
    """A single pool of weighted items."""
    return Pools.of(np.zeros(len(item), dtype=np.int64), item, weight, count=1)
