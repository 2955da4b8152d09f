"""What pages read: the current build and its tables. The only module of the app that caches.

Every key holds the folder of a build, whose last part is the build's id, so that nothing of one
build is ever shown for another, and a new build is noticed at the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from app.look.palette import Palette
from app.shell.demo import COMMAND, DemoBuild
from pipeline.core.builds.artifacts import artifacts_folder, builds_folder, current_id
from pipeline.core.builds.build import Build, BuildError

if TYPE_CHECKING:
    from pipeline.core.model.predictor import Predictor

Made = TypeVar("Made")


def current_name() -> str | None:
    """Give the id of the current build, readable or not; None when there is none."""
    return current_id(artifacts_folder().resolve())


def current() -> Build | None:
    """Open the current build; None when there is none, BuildError when it cannot be read."""
    build_id = current_name()
    if build_id is None:
        return None
    return _build(builds_folder(artifacts_folder().resolve()) / build_id)


def superseded(build: Build) -> bool:
    """Whether what is current now is not this build, as it was opened; False where it is broken."""
    try:
        return current() is not build
    except BuildError:
        return False


# Two, so that readers of the build before go on while others have the new one.
@st.cache_resource(max_entries=2, show_spinner="Opening the build", on_release=Build.close)
def _build(folder: Path) -> Build:
    return Build.open(folder)


def read(build: Build, name: str, where: str = "", params: tuple[Any, ...] = ()) -> pd.DataFrame:
    """Read the rows of a table for which the SQL condition `where` holds."""
    return ask(build, f"SELECT * FROM {name}" + (f" WHERE {where}" if where else ""), params)


def ask(build: Build, query: str, params: tuple[Any, ...] = ()) -> pd.DataFrame:
    """Run a query on the build."""
    return _rows(build.folder, query, params, _build=build)


@st.cache_data(max_entries=200, show_spinner=False)
def _rows(folder: Path, query: str, params: tuple[Any, ...], *, _build: Build) -> pd.DataFrame:
    return _build.sql(query, list(params))


def once(build: Build, make: Callable[..., Made], *arguments: Hashable) -> Made:
    """Give `make(build, *arguments)`, made once and shared by all readers: nobody may change it."""
    name = f"{make.__module__}.{make.__qualname__}"
    made: Made = _made(build.folder, name, arguments, _make=partial(make, build))
    return made


def recipes(build: Build) -> pd.DataFrame:
    """Read the table of recipes, in the order in which pages offer them."""
    return read(build, "recipes", "true ORDER BY recipe")


def palette(build: Build) -> Palette:
    """Give the colours and the order of the build's regions."""
    return once(build, _palette)


def regions(build: Build) -> list[str]:
    """Name the build's regions in their order."""
    return palette(build).in_order(read(build, "regions")["region"])


def _palette(build: Build) -> Palette:
    return Palette.of(build.read("regions", "true ORDER BY position")["region"])


@st.cache_resource(max_entries=30, show_spinner=False)
def _made(
    folder: Path, name: str, arguments: tuple[Hashable, ...], *, _make: Callable[..., Any]
) -> Any:
    return _make(*arguments)


def predictor(build: Build) -> Predictor:
    """Open what predicts with the build; BuildError when its models cannot be read."""
    found = _predictor(build.folder, _build=build)
    if found.build is not build:
        # It stands on the build as it was opened before, which has been closed.
        _predictor.clear(build.folder)
        found = _predictor(build.folder, _build=build)
    return found


@st.cache_resource(max_entries=2, show_spinner="Opening the models")
def _predictor(folder: Path, *, _build: Build) -> Predictor:
    from pipeline.core.model.predictor import Predictor

    return Predictor.open(_build)


@st.cache_resource(max_entries=1, show_spinner=False)
def _demo_builds() -> dict[Path, DemoBuild]:
    return {}


def demo_build() -> DemoBuild | None:
    """Give the demo build that this process started last for these artifacts."""
    return _demo_builds().get(artifacts_folder().resolve())


def start_demo_build() -> None:
    """Start to build the demo, unless that is going on already."""
    known = demo_build()
    if known is None or not known.running:
        _demo_builds()[artifacts_folder().resolve()] = DemoBuild(COMMAND)


def forget_demo_build() -> None:
    """Let go of a demo build that has ended."""
    known = demo_build()
    if known is not None and not known.running:
        del _demo_builds()[artifacts_folder().resolve()]
