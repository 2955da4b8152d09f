"""A listener's own list: one reader a file and one service a file, found by themselves.

A reader takes the entries of one kind of export and gives artists with play counts. Its format is
recognised from the content, never asked. Only name, plays and MusicBrainz id of an artist are kept;
everything else that an export holds is dropped as it is read. Entries read = entries used + entries
left out, always.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from pipeline.core.errors import UserError
from pipeline.core.registry import Registry

if TYPE_CHECKING:
    from pipeline.exports._shared.tally import Tally
    from pipeline.exports._shared.unpacking import Part

MOST = 50
"""Artists of a list that count."""

TIMEOUT = 10.0
"""Seconds that a service may take to answer."""


class ExportError(UserError):
    """A list cannot be read; the message lists every problem at once."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        listed = "".join(f"\n- {problem}" for problem in problems)
        super().__init__(problems[0] if len(problems) == 1 else f"These cannot be read:{listed}")


# --- what comes out -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedArtist:
    """An artist of a list; `playcount` and `mbid` are None where the list does not say."""

    artist_name: str
    playcount: float | None = None
    mbid: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """Entries that were read and not used, and why."""

    reason: str
    entries: int


@dataclass(frozen=True)
class OwnList:
    """What a listener brought.

    Attributes
    ----------
    label : str
        Where it comes from, for people.
    artists : tuple of ListedArtist
        Each artist once, whatever the case of its name: the most played first when all have a play
        count, else in the order of the list. The first `MOST` count.
    left_out : tuple of LeftOut
        One a reason, the most frequent first.
    rows_read : int
        Entries (plays, rows, lines) that were read.
    files_without_plays : tuple of str
        Names of files that were given beside others and hold nothing that can be read.
    """

    label: str
    artists: tuple[ListedArtist, ...]
    left_out: tuple[LeftOut, ...]
    rows_read: int
    files_without_plays: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[ListedArtist, ...]:
        """The artists that count."""
        return self.artists[:MOST]

    @property
    def rows_used(self) -> int:
        """Entries that went into the artists."""
        return self.rows_read - sum(left.entries for left in self.left_out)


# --- readers of files -----------------------------------------------------------------------------

ReadPart: TypeAlias = "Callable[[Part, Tally], None]"
"""Takes the entries of one file; ExportError when it is damaged as a whole."""


@dataclass(frozen=True)
class Reader:
    """A reader of files as declared.

    `fits` judges the beginning of a file; `names` (of the path within a zip) decides where the
    beginning says nothing. A `general` reader is asked last. Plays of the readers in `replaces`
    are left out where this one has read the same history. `advice` says what to do about files of
    the right export in a wrong form, by a pattern of their names.
    """

    name: str
    label: str
    how: str
    fits: Callable[[str], bool]
    names: re.Pattern[str]
    general: bool
    replaces: tuple[str, ...]
    advice: Mapping[str, str]
    read: ReadPart


READERS: Registry[Reader] = Registry("pipeline.exports", "reader of exports")


def reader(
    name: str,
    *,
    label: str,
    how: str,
    fits: Callable[[str], bool],
    names: str,
    general: bool = False,
    replaces: tuple[str, ...] = (),
    advice: Mapping[str, str] | None = None,
) -> Callable[[ReadPart], ReadPart]:
    """Declare the function below as the reader `name`; see `Reader`.

    `names` is a regular expression for the end of a path, from the start of a folder's or file's
    name. `how` says in a sentence how a person gets the file.
    """
    pattern = re.compile(rf"(?:^|/)(?:{names})$", re.IGNORECASE)

    def declare(read: ReadPart) -> ReadPart:
        declared = Reader(name, label, how, fits, pattern, general, replaces, advice or {}, read)
        READERS.add(name, declared)
        return read

    return declare


def read(content: bytes | BinaryIO, name: str) -> OwnList:
    """Read one file, whatever export it is of.

    Parameters
    ----------
    content : bytes or binary file
        All of the file; a zip is read without unpacking it to disk.
    name : str
        The file's name, for messages and where the content alone does not tell the format.

    Raises
    ------
    ExportError
        When it cannot be read, with what to do.
    """
    return read_all([(content, name)])


def read_all(files: Iterable[tuple[bytes | BinaryIO, str]]) -> OwnList:
    """Read several files, such as the parts of one export, and add them up; see `read`."""
    from pipeline.exports._shared.reading import read_all

    return read_all(files)


def paste(text: str) -> OwnList:
    """Read a list as people type it; see `pipeline.exports.pasted`."""
    from pipeline.exports.pasted import paste

    return paste(text)


# --- services -------------------------------------------------------------------------------------


class Fetch(Protocol):
    """Asks a service for a user's top artists and takes them."""

    def __call__(
        self, user: str, tally: Tally, *, key: str | None, base_url: str, timeout: float
    ) -> None:
        """Add the artists to `tally`; ExportError when there are none to be had."""


@dataclass(frozen=True)
class Service:
    """A service that knows its users' artists, as declared.

    `key_variable` names the environment variable of the key that it wants; None: it wants none.
    `how` says in a sentence what a person needs.
    """

    name: str
    label: str
    how: str
    base_url: str
    key_variable: str | None
    fetch: Fetch

    @property
    def needs_key(self) -> bool:
        """Whether requests need a key."""
        return self.key_variable is not None


SERVICES: Registry[Service] = Registry("pipeline.exports", "service")


def service(
    name: str, *, label: str, how: str, base_url: str, key_variable: str | None = None
) -> Callable[[Fetch], Fetch]:
    """Declare the function below as what asks the service `name`; see `Service`."""

    def declare(fetch: Fetch) -> Fetch:
        SERVICES.add(name, Service(name, label, how, base_url, key_variable, fetch))
        return fetch

    return declare


def fetch(
    service: str,
    user: str,
    *,
    key: str | None = None,
    base_url: str | None = None,
    timeout: float = TIMEOUT,
) -> OwnList:
    """Ask a service for the artists that a user plays most: the only use of the network here.

    Parameters
    ----------
    service : str
        A name of `SERVICES`.
    user : str
        Name of the user, or the address of their profile.
    key : str, optional
        Key for the service; by default that of its environment variable.
    base_url : str, optional
        Another address of the service.
    timeout : float
        Seconds to wait at most.

    Raises
    ------
    ExportError
        When there is no such user, no key, no network, or nothing to be had.
    """
    from pipeline.exports._shared.tally import Tally

    asked = SERVICES[service]
    tally = Tally()
    asked.fetch(
        _user_name(user, asked),
        tally,
        key=_key(asked, key),
        base_url=(base_url or asked.base_url).rstrip("/"),
        timeout=timeout,
    )
    return tally.own_list(asked.label)


_PROFILE = re.compile(r"^\S+/user/([^/?#\s]+)\S*$")


def _user_name(user: str, asked: Service) -> str:
    from urllib.parse import unquote

    profile = _PROFILE.match(user.strip())
    name = unquote(profile[1]) if profile else user.strip()
    if not name:
        raise ExportError(f"Expected the name of a {asked.label} user; it is empty.")
    return name


def _key(asked: Service, key: str | None) -> str | None:
    if asked.key_variable is None:
        return None
    found = (key or os.environ.get(asked.key_variable) or "").strip()
    if not found:
        raise ExportError(
            f"{asked.label} wants a key, and there is none. {asked.how} Whoever runs this app "
            f"puts it into the environment variable {asked.key_variable}."
        )
    return found
