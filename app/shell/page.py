"""What a page is, and how pages are found: each file of views/ declares one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from app.shell import data
from app.shell.no_build import say_what_to_run
from pipeline.core.builds.build import Build, BuildError
from pipeline.core.registry import Registry

SIMULATED = (
    ":orange-badge[:material/science: Simulated listeners] A program invented them, their homes "
    "and their plays. The figures say how well the method finds what was planted, not how real "
    "people listen."
)


def say_if_simulated(build: Build) -> None:
    """Say, where it is so, that no real person stands behind the figures."""
    if build.manifest.source.simulated:
        st.caption(SIMULATED)


@contextmanager
def standing_on(build: Build | None) -> Iterator[None]:
    """Draw what stands on a build; where it cannot be read, draw that of now, else say what to run.

    What is drawn alone, such as a fragment, keeps the build that it was first drawn with, which may
    have been closed or removed in the meantime.
    """
    try:
        yield
    except BuildError as error:
        if build is not None and data.superseded(build):
            st.rerun()
        say_what_to_run(str(error))


@dataclass(frozen=True)
class Page:
    """A page as declared; `meaning` is the first line of its function's docstring."""

    name: str
    title: str
    heading: str
    icon: str
    order: int
    meaning: str
    draw: Callable[[Build], None]
    formerly: tuple[str, ...] = ()
    """Addresses that the page had before, which still lead to it."""

    def show(self) -> None:
        """Draw the page over the current build, or say what to run when there is none."""
        st.title(self.heading)
        with standing_on(None):
            build = data.current()
            if build is None:
                say_what_to_run()
                return
            say_if_simulated(build)
            with standing_on(build):
                self.draw(build)

    def entry(self, *, default: bool = False) -> st.Page:
        """Give the page as Streamlit's navigation takes it."""
        return st.Page(
            self.show,
            title=self.title,
            icon=self.icon,
            url_path=self.name,
            default=default,
            help=self.meaning,
        )

    def former_entries(self) -> list[st.Page]:
        """Give the page under its former addresses, which the navigation does not show."""
        return [
            st.Page(self._lead_here, title=self.title, url_path=path, visibility="hidden")
            for path in self.formerly
        ]

    def _lead_here(self) -> None:
        """Go to the page's own address, with all that was asked of the former one."""
        asked = {name: st.query_params.get_all(name) for name in st.query_params}
        st.switch_page(self.entry(), query_params=asked)


PAGES: Registry[Page] = Registry("app.views", "page")


def page(
    title: str,
    *,
    icon: str,
    order: int,
    heading: str | None = None,
    formerly: tuple[str, ...] = (),
) -> Callable[[Callable[[Build], None]], Callable[[Build], None]]:
    """Declare the function below as a page under its own name, which becomes its address.

    Parameters
    ----------
    title : str
        Name in the navigation.
    icon : str
        Material icon, as ``:material/NAME:``.
    order : int
        Position in the navigation; the lowest is the first page.
    heading : str, optional
        What stands above the page, where that is not the title.
    formerly : tuple of str
        Addresses that the page had before, which go on leading to it.
    """

    def declare(draw: Callable[[Build], None]) -> Callable[[Build], None]:
        name = draw.__name__
        meaning = (inspect.getdoc(draw) or "").partition("\n")[0]
        if not meaning:
            raise ValueError(f"the page {name!r} has no docstring to take its meaning from")
        PAGES.add(name, Page(name, title, heading or title, icon, order, meaning, draw, formerly))
        return draw

    return declare


def in_order() -> list[Page]:
    """All pages in the order of the navigation."""
    return sorted(PAGES.values(), key=lambda found: (found.order, found.name))


def entries(first: str | None = None) -> list[st.Page]:
    """All pages for the navigation; the page `first` (else the lowest in order) opens at /."""
    pages = in_order()
    first = first or pages[0].name
    shown = [found.entry(default=found.name == first) for found in pages]
    return shown + [entry for found in pages for entry in found.former_entries()]
