"""All names in one text, so that finding a part of one is a single scan."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np


class SearchText:
    """All keys in one text, a line each: finding a string in it is one scan in C.

    Examples
    --------
    >>> SearchText(["muse", "museum", "the amuse"]).rows_with("muse", limit=5)
    [0, 1, 2]
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(keys) + "\n"
        starts = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum([len(key) + 1 for key in keys], out=starts[1:])
        self._starts: list[int] = starts.tolist()

    def rows_with(self, part: str, *, limit: int) -> list[int]:
        r"""Numbers of the first `limit` lines that contain `part`; a newline is a line's start.

        Examples
        --------
        >>> SearchText(["muse", "museum", "the amuse"]).rows_with("\nmuse", limit=5)
        [0, 1]
        """
        rows: list[int] = []
        position = self._text.find(part)
        while position >= 0 and len(rows) < limit:
            row = bisect_right(self._starts, position) - 1
            rows.append(row)
            position = self._text.find(part, self._starts[row + 1])
        return rows
