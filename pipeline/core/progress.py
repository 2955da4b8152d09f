"""Telling how far a piece of work is, from the innermost loop to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[float, str], None]
"""Told the share that is done, from 0 to 1, and what is being done."""


def no_progress(share: float, what: str) -> None:
    """Tell nobody.

    Examples
    --------
    >>> no_progress(0.5, "half of it")
    """


def part_of(progress: Progress, start: float, share: float) -> Progress:
    """Tell `progress` of a part of the work, which starts at `start` and is `share` of all.

    Examples
    --------
    >>> second_half = part_of(lambda done, what: print(f"{what}: {done:.0%}"), 0.5, 0.5)
    >>> second_half(0.2, "counting")
    counting: 60%
    """
    return lambda done, what: progress(min(1.0, start + share * done), what)
