"""Artist names: repairing, comparing and finding them.

Two keys answer two questions. `identity_key` says which spellings are one artist in a data set;
it is strict, for it adds up plays. `search_key` says what a person may have meant; it is loose,
and `Matcher` uses it with guards.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

# --- names whose UTF-8 bytes were once read in another encoding ---------------------------------


def _mac_roman_bytes() -> dict[int, int]:
    """Character to byte of Mac Roman, the upper half."""
    return {ord(bytes([byte]).decode("mac_roman")): byte for byte in range(0x80, 0x100)}


def _western_bytes() -> dict[int, int]:
    """Character to byte of Latin-1 and Windows-1252 at once, the upper half.

    Data sets mix the two: where 1252 has no character, the C1 control of Latin-1 stands.
    """
    table = {byte: byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        try:
            table[ord(bytes([byte]).decode("cp1252"))] = byte
        except UnicodeDecodeError:
            continue
    return table


_MAC_ROMAN = _mac_roman_bytes()
_WESTERN = _western_bytes()
_LEAD_BYTES = range(0xC2, 0xF5)
_CONTINUATION_BYTES = range(0x80, 0xC0)


def _pair_pattern(table: Mapping[int, int]) -> str:
    """Pattern of a UTF-8 lead byte and one continuation byte, as this encoding shows them."""
    leads = "".join(chr(char) for char, byte in table.items() if byte in _LEAD_BYTES)
    followers = "".join(chr(char) for char, byte in table.items() if byte in _CONTINUATION_BYTES)
    return f"[{leads}][{followers}]"


MOJIBAKE_PATTERN = f"{_pair_pattern(_MAC_ROMAN)}|{_pair_pattern(_WESTERN)}"
"""Regular expression (for Python and for SQL's ``regexp_matches``) found in every name that
`repair_mojibake` changes, and in few others."""

_MOJIBAKE = re.compile(MOJIBAKE_PATTERN)
_MAX_MISREADINGS = 3
# A capital name's last letter before an ellipsis, a dash, a quote or a mark: "AMANHÃ…" is right
# as it stands. Ã is the only lead that ordinary capitals end in.
_CAPITALS_THEN_MARK = re.compile(r"Ã[…–—‘’“”•™®©°»](?!\w)")
# Letters between U+0180 and U+02FF that living alphabets use; the others (clicks, phonetics) in
# a repaired name mean that the name was no mojibake: "L’école" must not turn Armenian.
_RARE_BUT_REAL = frozenset("ƏəƠơƯưƵƶǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǤǥǦǧǨǩǪǫǮǯȘșȚțȞȟʻʼʾʿˆˇ˘˙˚˛˜˝")


def repair_mojibake(name: str) -> str:
    """Undo UTF-8 bytes that were read as Mac Roman, Latin-1 or Windows-1252, once or repeatedly.

    ``O√∂phoi`` becomes ``Oöphoi``, ``BjÃ¶rk`` becomes ``Björk``. A name is changed only when all
    of it decodes and the result mixes no alphabets within a word and looks less strange; any
    other name comes back as it is.
    """
    for _ in range(_MAX_MISREADINGS):
        repaired = _undo_one_misreading(name)
        if repaired == name:
            break
        name = repaired
    return name


def _undo_one_misreading(name: str) -> str:
    if name.isascii() or not _MOJIBAKE.search(name):
        return name
    if name.isupper() and _CAPITALS_THEN_MARK.search(name):
        return name
    best, least = name, _strangeness(name)
    for table in (_MAC_ROMAN, _WESTERN):
        candidate = _decode_as(name, table)
        if candidate is None or not _plausible(candidate):
            continue
        strangeness = _strangeness(candidate)
        if strangeness < least:
            best, least = unicodedata.normalize("NFC", candidate), strangeness
    return best


def _decode_as(name: str, table: Mapping[int, int]) -> str | None:
    """Text of the bytes that `table` shows as `name`; None when there is no such text."""
    try:
        data = bytes(table[ord(char)] if ord(char) >= 0x80 else ord(char) for char in name)
        return data.decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def _strangeness(text: str) -> int:
    """How many characters look out of place in a name; only comparisons of it mean anything.

    Counted are symbols and separate accents beyond ASCII, ``ƒ`` and the capitals that misread
    UTF-8 is full of, and each Latin letter beyond ASCII that follows another character beyond
    ASCII.
    """
    strange = 0
    previous = " "
    for char in text:
        if char >= "\x80":
            run = previous >= "\x80" and _script(char) == "LATIN"
            strange += run or char in "ÃÂÐÑƒ" or _is_no_part_of_words(char)
        previous = char
    return strange


def _is_no_part_of_words(char: str) -> bool:
    category = unicodedata.category(char)
    return (category[0] not in "LM" and category != "Nd") or _MARKS.match(char) is not None


def _plausible(text: str) -> bool:
    """Whether every word keeps to one alphabet and to letters that names are written in.

    One lone letter of a further alphabet is more likely a mark beside a letter: ``Chi —è``.
    """
    for word in re.findall(r"[^\W\d_]+", text):
        if len({_script(char) for char in word}) > 1:
            return False
    foreign = [char for char in text if char >= "\x80" and char.isalpha()]
    if len(foreign) == 1 and _script(foreign[0]) not in {"LATIN", "GREEK", "EAST ASIAN"}:
        return False
    return not any(_is_unlikely(char) for char in text)


def _is_unlikely(char: str) -> bool:
    return ("\u0180" <= char <= "\u02ff" and char not in _RARE_BUT_REAL) or unicodedata.category(
        char
    ) in {"Cc", "Cn", "Co"}


@cache
def _script(char: str) -> str:
    """Alphabet of a letter; the scripts of Chinese, Japanese and Korean count as one."""
    if not char.isalpha():
        return ""
    script = unicodedata.name(char, "UNKNOWN").split()[0]
    if script in {"MASCULINE", "FEMININE", "FULLWIDTH", "MODIFIER", "MICRO"}:
        return "LATIN"
    east_asian = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "HALFWIDTH"}
    return "EAST ASIAN" if script in east_asian else script


# --- keys ---------------------------------------------------------------------------------------

# Joiners and marks that no eye sees, written as numbers so that they are seen here.
_INVISIBLE = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]
)
_MAX_ROUNDS = 8
_MARKS = re.compile("[\u0300-\u036f]")
# Most names of Western Europe: folding them is lowering them. ÿ is left out, for lowering a
# letter after it could make a pair that looks misread.
_LATIN = re.compile(r"[\x00-\x7fÀ-ÖØ-Þà-öø-þ]*")


def identity_key(name: str) -> str:
    """What makes two spellings the same artist: repaired, NFKC, case-folded, spaces collapsed.

    The key of a key is itself. A name without a visible character has the key ``""``.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    if _LATIN.fullmatch(name) and not _MOJIBAKE.search(name):
        return " ".join(name.lower().split())
    # Folding may bring forth what another round folds further; two rounds settle most names.
    for _ in range(_MAX_ROUNDS):
        key = _fold(name)
        if key == name:
            break
        name = key
    return name


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFKC", repair_mojibake(name).translate(_INVISIBLE))
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


def identity_keys(names: pd.Series | pa.Array | pa.ChunkedArray) -> pd.Series:
    """`identity_key` of many names.

    Parameters
    ----------
    names : Series of str, or pyarrow array of strings
        May repeat; each distinct name is worked out once. Null stays null.

    Returns
    -------
    Series of str
        In the order of the input, with its index when it has one.
    """
    import pandas as pd

    series = names if isinstance(names, pd.Series) else pd.Series(names.to_pandas())
    codes, distinct = pd.factorize(series)
    # One more entry for null, which factorize codes as -1: the last.
    keys = np.array([*map(identity_key, distinct), None], dtype=object)
    return pd.Series(keys[codes], index=series.index, name=series.name, dtype="str")


# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ə": "e",
}


class _Unmarked(dict[int, str]):
    """Translation table from a letter to the same without its mark, filled as letters come."""

    def __missing__(self, code: int) -> str:
        apart = _MARKS.sub("", unicodedata.normalize("NFKD", chr(code)))
        # Put together again what had other marks than these: が must not become か.
        whole = unicodedata.normalize("NFC", apart)
        self[code] = "".join(_PLAIN_LETTERS.get(char, char) for char in whole)
        return self[code]


_UNMARKED = _Unmarked()
_AND = re.compile(r"\s*&\s*|(?<=\s)\+(?=\s)")
_DROPPED = re.compile(r"['’‘`´.]")
_SEPARATOR = re.compile(r"[\W_]+")
_TRAILING_THE = re.compile(r"^(.*\w.*),\s*the$")
_DOLLAR_S = re.compile(r"(?<=[^\W\d_])\$(?=[^\W\d_])")
_BANG_I = re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])")


def search_key(name: str) -> str:
    """What a person may type for this artist: `identity_key` without marks and punctuation.

    ``Sigur Rós`` and ``Sigur Ros``, ``The Beatles`` and ``Beatles, The``, ``Simon & Garfunkel``
    and ``Simon and Garfunkel``, ``A$AP`` and ``asap`` come to the same key. A name that is
    nothing but punctuation (``!!!``) keeps it. The key of a key is itself.
    """
    return _search_key_of(identity_key(name))


def _search_key_of(key: str) -> str:
    """Loosen an identity key until it changes no more."""
    for _ in range(_MAX_ROUNDS):
        looser = _loosen(key)
        if _is_plain(looser):
            return looser
        looser = identity_key(looser)
        if looser == key:
            break
        key = looser
    return key


def _loosen(key: str) -> str:
    text = key if key.isascii() else key.translate(_UNMARKED)
    if not _is_plain(text):
        text = _TRAILING_THE.sub(r"\1", text)
        text = _BANG_I.sub("i", _DOLLAR_S.sub("s", text))
        text = _spaced(_DROPPED.sub("", _AND.sub(" and ", text)))
    words = text.split()
    while words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    return " ".join(words) or key


def _is_plain(text: str) -> bool:
    """Whether nothing is left to loosen but a leading article."""
    return text.isascii() and text.replace(" ", "").isalnum()


def _spaced(text: str) -> str:
    """Replace everything by spaces but letters, their marks and digits."""
    if text.isascii():
        return _SEPARATOR.sub(" ", text)
    # Not \W here: it also takes the vowel signs of Thai, Hindi and others, parts of letters.
    return "".join(char if _is_kept(char) else " " for char in text)


@cache
def _is_kept(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


# --- matching -----------------------------------------------------------------------------------

# A less popular spelling is passed over when the first has this many times its listeners.
_DOMINANCE = 3.0
_MAX_CANDIDATES = 5
# Among so many artists, a lone word one letter off is often an artist too. It is taken for a
# slip only when it is this long, and when the artist meant is among the best known quarter.
_LONG_WORD = 7
_POPULAR_QUANTILE = 0.75
_DOUBLED = re.compile(r"([^\W\d_])\1+")
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
        self._keys = [_search_key_of(identity) for identity in identities]
        self._place = {index: place for place, index in enumerate(self._order)}
        for identity, key, index in zip(identities, self._keys, self._order, strict=True):
            self._file(identity, key, index)
        self._text = _SearchText(self._keys)
        quantile = np.quantile(self._popularity, _POPULAR_QUANTILE) if len(names) else 0.0
        self._popular = float(quantile)

    def _file(self, identity: str, key: str, index: int) -> None:
        if not key:
            return
        compact = _compact(key)
        self._identity.setdefault(identity, index)
        self._by_key[key].append(index)
        if compact not in self._by_compact:
            self._shelves[compact[0], len(compact)].append(compact)
        self._by_compact[compact].append(index)

    def __len__(self) -> int:
        """How many artists are known."""
        return len(self._order)

    def match(self, names: Sequence[str], *, misspelt: bool = True) -> list[Match]:
        """What each name means, in the order given; see `Match`.

        Without `misspelt`, only spellings that `search_key` holds equal are taken for an artist:
        nothing is guessed, and a million names take seconds.
        """
        return [self._match_one(name, misspelt=misspelt) for name in names]

    def _match_one(self, query: str, *, misspelt: bool) -> Match:
        exact = self._identity.get(identity_key(query))
        if exact is not None:
            return Match(query, "exact", exact, (exact,))
        key = search_key(query)
        if not key:
            return Match(query, "unknown", None, ())
        same = self._by_key.get(key) or self._by_compact.get(_compact(key))
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
        least = _edit_budget(len(_compact(key))) + 1
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

        compact = _compact(key)
        budget = _edit_budget(len(compact))
        if not budget:
            return []
        lengths = range(len(compact) - budget, len(compact) + budget + 1)
        shelf = [name for n in lengths for name in self._shelves.get((compact[0], n), ())]
        hits = process.extract(
            compact, shelf, scorer=OSA.distance, score_cutoff=budget, limit=_FUZZY_POOL
        )
        found = [(int(edits), index) for name, edits, _ in hits for index in self._by_compact[name]]
        return sorted(found, key=lambda hit: (hit[0], -self._popularity[hit[1]]))

    def _is_misspelling(self, key: str, index: int) -> bool:
        """Whether `key` is a slip for this artist rather than the name of another one."""
        target = self._keys[self._place[index]]
        words = target.split()
        if len(words) == 1 and self._popularity[index] < self._popular:
            return False
        return _is_slip_of_name(key.split(), words)

    def search(self, query: str, limit: int = 10) -> list[int]:
        """Positions of the artists that a person typing `query` may mean, best first.

        Equal names come first, then names that begin with the query, names with a word that
        does, names that contain it, and at last similar names; within each the better known
        first. An empty query finds nothing.
        """
        key = search_key(query)
        if not key or limit < 1:
            return []
        found = dict.fromkeys(
            [*self._by_key.get(key, ()), *self._by_compact.get(_compact(key), ())]
        )
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


class _SearchText:
    """All keys in one text, a line each: finding a string in it is one scan in C."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(keys) + "\n"
        starts = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum([len(key) + 1 for key in keys], out=starts[1:])
        self._starts: list[int] = starts.tolist()

    def rows_with(self, part: str, *, limit: int) -> list[int]:
        """Numbers of the first `limit` lines that contain `part`; a newline is a line's start."""
        rows: list[int] = []
        position = self._text.find(part)
        while position >= 0 and len(rows) < limit:
            row = bisect_right(self._starts, position) - 1
            rows.append(row)
            position = self._text.find(part, self._starts[row + 1])
        return rows


def _compact(key: str) -> str:
    return key.replace(" ", "")


def _edit_budget(length: int) -> int:
    """How many edits may turn a name of this many letters into the one that was meant."""
    if length < 5:
        return 0
    if length < 8:
        return 1
    return 2 if length < 14 else 3


def _is_slip_of_name(typed: list[str], known: list[str]) -> bool:
    """Whether the words of two names differ by slips only; a lone word must differ by less."""
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
