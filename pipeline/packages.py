"""Which packages of others are installed, and what each of them needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ONLY_WITH_EXTRA = re.compile(r";.*\bextra\s*==")


def versions(imported: Iterable[str]) -> dict[str, str]:
    """Give the versions of packages, and of all that they need in turn, sorted by name.

    Parameters
    ----------
    imported : iterable of str
        Names as import statements have them, such as ``sklearn``. One that is not installed is
        left out.

    Returns
    -------
    dict of str to str
        By the name under which a package is installed, such as ``scikit-learn``.
    """
    found: dict[str, str] = {}
    pending = [name for each in imported for name in _distributions().get(each, ())]
    while pending:
        name = _normal(pending.pop())
        version = None if name in found else _version(name)
        if version is not None:
            found[name] = version
            pending += _needs(name)
    return dict(sorted(found.items()))


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


@cache
def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


@cache
def _needs(name: str) -> tuple[str, ...]:
    return tuple(_required(metadata.requires(name) or ()))


def _required(requirements: Iterable[str]) -> Iterator[str]:
    """Names of requirements, those of extras left out; what is for other systems is absent."""
    for requirement in requirements:
        name = _NAME.match(requirement)
        if name and not _ONLY_WITH_EXTRA.search(requirement):
            yield name.group()


def _normal(name: str) -> str:
    """Give the one spelling of a package's name, as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()
