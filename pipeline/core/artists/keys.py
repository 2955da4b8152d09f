"""Two keys of a name: which spellings are one artist, and what a person may have meant.

`identity_key` says which spellings are one artist in a data set; it is strict, for it adds up
plays. `search_key` says what a person may have meant; it is loose, and `matching` uses it with
guards.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.artists.mojibake import MARKS, MOJIBAKE, repair_mojibake

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


# --- keys ---------------------------------------------------------------------------------------

# Joiners and marks that no eye sees, written as numbers so that they are seen here.
_INVISIBLE = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]
)
_MAX_ROUNDS = 8
# Most names of Western Europe: folding them is lowering them. ÿ is left out, for lowering a
# letter after it could make a pair that looks misread.
_LATIN = re.compile(r"[\x00-\x7fÀ-ÖØ-Þà-öø-þ]*")


def identity_key(name: str) -> str:
    """What makes two spellings the same artist: repaired, NFKC, case-folded, spaces collapsed.

    The key of a key is itself. A name without a visible character has the key ``""``.

    Examples
    --------
    >>> identity_key("  SIGUR  RÓS"), identity_key("Sigur R√≥s")
    ('sigur rós', 'sigur rós')
    """
    if name.isascii():
        return " ".join(name.lower().split())
    if _LATIN.fullmatch(name) and not MOJIBAKE.search(name):
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

    Examples
    --------
    >>> import pandas as pd
    >>> identity_keys(pd.Series(["Björk", "BJÖRK", "Muse"])).tolist()
    ['björk', 'björk', 'muse']
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
        apart = MARKS.sub("", unicodedata.normalize("NFKD", chr(code)))
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

    Examples
    --------
    >>> search_key("Beatles, The"), search_key("P!nk"), search_key("!!!")
    ('beatles', 'pink', '!!!')
    """
    return search_key_of(identity_key(name))


def search_key_of(key: str) -> str:
    """Loosen an identity key until it changes no more.

    Examples
    --------
    >>> search_key_of(identity_key("Simon & Garfunkel"))
    'simon and garfunkel'
    """
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
