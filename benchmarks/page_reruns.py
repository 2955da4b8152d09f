"""How long a page takes to run again after a choice: ``python -m benchmarks.page_reruns``.

Every page is opened over the current build and each of its choices is made in turn, as a reader
would; the page for a person's own music with a list of the build's most played artists. What a
browser adds is not in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from streamlit.testing.v1 import AppTest

from app.shell.page import in_order
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, artifacts_folder, current_build
from pipeline.core.builds.build import Build, BuildError

KINDS = ("segmented_control", "pills", "selectbox", "toggle")
MOST_OPTIONS = 5
"""Options tried of each choice."""

ARTISTS = 50
PATIENCE = 120
BUDGET_MS = 400


def script(name: str) -> None:
    """Show one page; runs inside Streamlit."""
    from app.shell.page import PAGES

    PAGES[name].show()


def opened(name: str, build: Build) -> AppTest:
    """Open a page, run once."""
    screen = AppTest.from_function(script, default_timeout=PATIENCE, kwargs={"name": name}).run()
    if name == "my_music":
        names = build.sql(
            "SELECT artist_name FROM artists ORDER BY listeners DESC LIMIT ?", [ARTISTS]
        )
        screen.text_area(key="artists").set_value("\n".join(names["artist_name"])).run()
    return screen


def choices(screen: AppTest) -> list[tuple[str, str, Any]]:
    """List what can be chosen: kind, key and value; what one choice reveals is not followed."""
    found = []
    for kind in KINDS:
        for widget in getattr(screen, kind):
            options = [True, False] if kind == "toggle" else list(widget.options)[:MOST_OPTIONS]
            found += [(kind, widget.key, option) for option in options if widget.key]
    return found


def reruns(name: str, build: Build) -> Iterator[float]:
    """Make each choice on a freshly opened page; gives the seconds of every run."""
    for kind, key, option in choices(opened(name, build)):
        screen = opened(name, build)
        # Pills take several options at once.
        widget = getattr(screen, kind)(key=key)
        widget.set_value([option] if kind == "pills" else option)
        start = time.perf_counter()
        screen.run()
        yield time.perf_counter() - start
        if screen.exception:
            raise RuntimeError(f"{name}: {key} = {option!r}: {screen.exception[0].message}")


def main(
    artifacts: Annotated[Path | None, typer.Option(help="Folder of builds.")] = None,
) -> None:
    """Print the median, the 95th percentile and the slowest run of each page."""
    folder = artifacts_folder(artifacts)
    os.environ[ARTIFACTS_VARIABLE] = str(folder.resolve())
    build = current_build(folder)
    if build is None:
        raise BuildError(f"expected a build in {folder}; make one: python -m pipeline run")
    table = Table(title=f"Runs of each page over {build.id}, in milliseconds")
    table.add_column("page")
    for title in ("runs", "median", "95th percentile", "slowest"):
        table.add_column(title, justify="right")
    everything: list[float] = []
    for page in track(in_order(), "pages", transient=True):
        seconds = list(reruns(page.name, build))
        everything += seconds
        table.add_row(page.name, *_row(seconds))
    table.add_row("all", *_row(everything), style="bold")
    Console().print(table)
    Console().print(f"The budget is {BUDGET_MS} ms for the 95th percentile.")


def _row(seconds: Sequence[float]) -> list[str]:
    if not seconds:
        return ["0", "–", "–", "–"]
    ms = 1000 * np.asarray(seconds)
    figures = (np.median(ms), np.percentile(ms, 95), ms.max())
    return [f"{len(ms):,}", *(f"{figure:,.0f}" for figure in figures)]


if __name__ == "__main__":
    typer.run(main)
