"""Declared things that are found by themselves when their file is added."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Items declared by the modules of one package, by name, in the order of their names.

    The package's modules are imported on first use, so that adding a file is all that it takes
    to add an item, and importing the package itself stays cheap. What several of them share lies
    under a name that begins with ``_``, which is left out: listing the package lists its items.
    Threads that ask while it is being loaded wait until all items are there.

    Parameters
    ----------
    package : str
        Dotted name of the package whose modules declare the items.
    kind : str
        What an item is called in messages, such as ``recipe``.

    Examples
    --------
    >>> services: Registry[int] = Registry("pipeline.core.places", "service")
    >>> services.add("lastfm", 1)
    >>> services["lastfm"]
    1
    >>> services["spotify"]
    Traceback (most recent call last):
        ...
    KeyError: "there is no service 'spotify'; there are: lastfm"
    """

    def __init__(self, package: str, kind: str) -> None:
        self._package = package
        self._kind = kind
        self._items: dict[str, T] = {}
        self._loaded = False
        self._loading = False
        # Re-entrant: a module that is being loaded may look the registry up, and sees what is
        # there so far.
        self._lock = threading.RLock()

    def add(self, name: str, item: T) -> None:
        """Declare `item` under `name`; ValueError when another module already took the name."""
        # Without the lock: who imports an item's module alone holds that module's own lock, for
        # which the thread that loads the registry may be waiting.
        if name in self._items:
            raise ValueError(f"the {self._kind} {name!r} is declared twice in {self._package}")
        self._items[name] = item

    def _load(self) -> None:
        if self._loaded:
            return
        with self._lock:
            if self._loaded or self._loading:
                return
            self._loading = True
            try:
                self._import_modules()
                self._loaded = True
            finally:
                self._loading = False

    def _import_modules(self) -> None:
        package = importlib.import_module(self._package)
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            if not module.startswith("_"):
                importlib.import_module(f"{self._package}.{module}")

    def __getitem__(self, name: str) -> T:
        """Look an item up; KeyError names all that there are."""
        self._load()
        try:
            return self._items[name]
        except KeyError:
            known = ", ".join(sorted(self._items))
            raise KeyError(f"there is no {self._kind} {name!r}; there are: {known}") from None

    def __iter__(self) -> Iterator[str]:
        """Names, sorted."""
        self._load()
        return iter(sorted(self._items))

    def __len__(self) -> int:
        """How many items are declared."""
        self._load()
        return len(self._items)
