"""Telling a slip of the fingers from the name of another artist."""

from __future__ import annotations

import re

# Among so many artists, a lone word one letter off is often an artist too. It is taken for a
# slip only when it is this long, and when the artist meant is among the best known quarter.
_LONG_WORD = 7
_DOUBLED = re.compile(r"([^\W\d_])\1+")


def compact(key: str) -> str:
    """Give a search key without its spaces.

    Examples
    --------
    >>> compact("blink 182")
    'blink182'
    """
    return key.replace(" ", "")


def edit_budget(length: int) -> int:
    """How many edits may turn a name of this many letters into the one that was meant.

    Examples
    --------
    >>> [edit_budget(len(name)) for name in ("muse", "opeth", "metallica", "arcticmonkeys")]
    [0, 1, 2, 2]
    """
    if length < 5:
        return 0
    if length < 8:
        return 1
    return 2 if length < 14 else 3


def is_slip_of_name(typed: list[str], known: list[str]) -> bool:
    """Whether the words of two names differ by slips only; a lone word must differ by less.

    Examples
    --------
    >>> is_slip_of_name(["led", "zepelin"], ["led", "zeppelin"])
    True
    >>> is_slip_of_name(["daughters"], ["daughter"])
    False
    """
    if len(typed) != len(known):
        return False
    if len(known) == 1:
        return _is_slip_of_lone_word(typed[0], known[0])
    return all(a == b or _is_slip(a, b) for a, b in zip(typed, known, strict=True))


def _is_slip_of_lone_word(typed: str, known: str) -> bool:
    if _is_swap_or_doubling(typed, known):
        return True
    # Daughter, Daughters and Daughtry are three artists: endings count.
    return len(known) >= _LONG_WORD and typed[-1] == known[-1] and _is_slip(typed, known)


def _is_slip(typed: str, known: str) -> bool:
    """Whether one word is the other one mistyped: same first letter, same digits, one edit.

    Letters typed double or single by mistake do not count; words of four letters may swap two,
    shorter ones must be equal.
    """
    from rapidfuzz.distance import OSA

    if typed[0] != known[0] or _digits(typed) != _digits(known):
        return False
    if _is_swap_or_doubling(typed, known):
        return True
    longest = max(len(typed), len(known))
    return longest > 4 and OSA.distance(_undoubled(typed), _undoubled(known)) <= 1


def _is_swap_or_doubling(typed: str, known: str) -> bool:
    """Whether two words differ by letters doubled, or by two neighbours swapped."""
    from rapidfuzz.distance import OSA

    if typed[0] != known[0] or min(len(typed), len(known)) < 4:
        return False
    if _digits(typed) != _digits(known):
        return False
    swapped = sorted(typed) == sorted(known) and OSA.distance(typed, known) <= 1
    return swapped or _undoubled(typed) == _undoubled(known)


def _undoubled(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


def _digits(word: str) -> str:
    return "".join(char for char in word if char.isdigit())
