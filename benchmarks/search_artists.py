"""How long a misspelt name takes among 250,000: ``python -m benchmarks.search_artists``."""

from __future__ import annotations

import time

import numpy as np
from rich.console import Console

from pipeline.core.artists.matching import Matcher

ARTISTS = 250_000
LETTERS = np.array(list("aaeeiioubcdfghklmnprstvw "))
KNOWN = ("Metallica", "Arctic Monkeys", "Radiohead")
QUERIES = ("Mettalica", "Artic Monkees", "Radiohaed", "no such artist at all", "a", "el")


def main() -> None:
    """Print milliseconds for each query: searching as one types, and matching a finished name."""
    rows = LETTERS[np.random.default_rng(0).integers(0, len(LETTERS), size=(ARTISTS, 14))]
    names = [*KNOWN, *("".join(row) for row in rows)]
    console = Console()
    matcher = Matcher(names, np.arange(len(names), 0, -1))
    for query in QUERIES:
        start = time.perf_counter()
        found = matcher.search(query)
        searched = time.perf_counter()
        matcher.match([query])
        matched = time.perf_counter()
        first = names[found[0]] if found else "nothing"
        console.print(
            f"{query!r}: search {1000 * (searched - start):.0f} ms (first: {first}), "
            f"match {1000 * (matched - searched):.0f} ms"
        )


if __name__ == "__main__":
    main()
