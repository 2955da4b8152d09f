"""The predictor of the current build, lent to requests and exchanged while they run.

Each request looks at the pointer to the current build. When it names another one than is open,
that one is loaded aside, in a thread, while the old one goes on answering; the old one is closed
when the last request that it was lent to has given it back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.builds.artifacts import artifacts_folder, builds_folder
from pipeline.core.builds.build import BUILD_AGAIN, Build
from pipeline.core.errors import UserError
from pipeline.core.model.predictor import Play, Predictor

POINTER = "current"
LOG = logging.getLogger(__name__)
_STRANGER = "Nobody of this name plays"
"""No artist: what is known of names alone is read for it."""


class NoBuildError(UserError):
    """There is nothing to answer with; the message says why and which command to run."""


@dataclass(frozen=True)
class _Named:
    """What the pointer names, and when it was written: the same build may be named anew."""

    build_id: str
    written: int


@dataclass
class _Lent:
    """A predictor and how many requests use it now."""

    predictor: Predictor
    users: int = 0
    retired: bool = False

    def close_if_unused(self) -> None:
        if self.retired and not self.users:
            self.predictor.build.close()


class Current:
    """Lends the predictor of the current build. Safe to share between threads.

    Parameters
    ----------
    artifacts : Path, optional
        The artifacts folder; by default as `artifacts_folder` says.
    """

    def __init__(self, artifacts: Path | None = None) -> None:
        self._artifacts = artifacts
        self._changed = threading.Condition()
        self._lent: _Lent | None = None
        self._loading: threading.Thread | None = None
        self._failed: tuple[_Named, str] | None = None
        self.loaded = 0
        self.failed = 0

    @property
    def build_id(self) -> str | None:
        """Id of the build that answers now; None while there is none."""
        lent = self._lent
        return lent.predictor.build.id if lent else None

    @contextmanager
    def predictor(self) -> Iterator[Predictor]:
        """Lend the predictor; NoBuildError when there is none and none is being loaded.

        The first request waits for the first build; later ones never wait.
        """
        lent = self._take()
        try:
            yield lent.predictor
        finally:
            self._give_back(lent)

    def notice(self) -> None:
        """Look at the pointer, and begin to load the build that it names if that is a new one."""
        named = self._named()
        with self._changed:
            if named is None or self._loading is not None:
                return
            if named.build_id == self.build_id:
                self._failed = None
                return
            if self._failed and self._failed[0] == named:
                return
            self._loading = threading.Thread(
                target=self._load, args=(named,), name=f"load {named.build_id}", daemon=True
            )
            self._loading.start()

    def settle(self) -> None:
        """Wait until no build is being loaded."""
        with self._changed:
            self._changed.wait_for(lambda: self._loading is None)

    def reason(self) -> str | None:
        """Say why the build that the pointer names does not answer; None when it does."""
        if self._failed is not None:
            return self._failed[1]
        if self.build_id is not None:
            return None
        if self._loading is not None:
            return "the build is being loaded; try again in a few seconds"
        return f"there is no build yet. {BUILD_AGAIN}"

    def close(self) -> None:
        """Close what is open once nobody uses it."""
        self.settle()
        with self._changed:
            lent, self._lent = self._lent, None
            if lent is not None:
                lent.retired = True
                lent.close_if_unused()

    def _folder(self) -> Path:
        return artifacts_folder(self._artifacts)

    def _named(self) -> _Named | None:
        pointer = self._folder() / POINTER
        try:
            written = pointer.stat().st_mtime_ns
            build_id = pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return _Named(build_id, written) if build_id else None

    def _take(self) -> _Lent:
        self.notice()
        with self._changed:
            self._changed.wait_for(lambda: self._lent is not None or self._loading is None)
            if self._lent is None:
                raise NoBuildError(self.reason())
            self._lent.users += 1
            return self._lent

    def _give_back(self, lent: _Lent) -> None:
        with self._changed:
            lent.users -= 1
            lent.close_if_unused()

    def _load(self, named: _Named) -> None:
        try:
            predictor = _open(builds_folder(self._folder()) / named.build_id)
        # Whatever is wrong with a new build, the old one must go on answering.
        except Exception as error:
            LOG.exception("The build %s cannot be loaded", named.build_id)
            self._finish(None, failed=(named, _reason(named.build_id, error)))
        else:
            LOG.info("The build %s answers now", named.build_id)
            self._finish(_Lent(predictor), failed=None)

    def _finish(self, new: _Lent | None, *, failed: tuple[_Named, str] | None) -> None:
        with self._changed:
            self._loading, self._failed = None, failed
            if new is None:
                self.failed += 1
            else:
                self.loaded += 1
                old, self._lent = self._lent, new
                if old is not None:
                    old.retired = True
                    old.close_if_unused()
            self._changed.notify_all()


def _open(folder: Path) -> Predictor:
    """Open a build and ask every recipe once, so that no request waits for anything to be read.

    Nor does it matter to requests, then, when the build's folder goes.
    """
    build = Build.open(folder)
    try:
        predictor = Predictor.open(build)
        plays = [Play(predictor.artist_name(0)), Play(_STRANGER)]
        for recipe in predictor.recipes:
            predictor.predict(plays, recipe=recipe)
    except Exception:
        build.close()
        raise
    return predictor


def _reason(build_id: str, error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    return f"the build {build_id} cannot be read ({type(error).__name__}). {BUILD_AGAIN}"
