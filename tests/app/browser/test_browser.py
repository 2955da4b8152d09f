"""Every page in a real browser, by day and by night, on a desk and on a phone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from browsing import THEMES, WIDTHS, Theme, path_of, served, visit
from playwright.sync_api import Browser, expect

from app.shell.page import PAGES, in_order
from pipeline.core.builds.build import Build

ALL_THE_LAND = re.compile(r"^M.{10000,}$", re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_drawn_without_complaint(
    browser: Browser, address: str, name: str, theme: Theme, width: int
) -> None:
    with visit(browser, address + path_of(name), theme=theme, width=width) as seen:
        expect(seen.page.get_by_role("heading", level=1)).to_have_text(PAGES[name].heading)
        expect(seen.page.get_by_test_id("stException")).to_have_count(0)
        widest = seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert widest <= width
        assert seen.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_one_click_away_from_the_first(
    browser: Browser, address: str, width: int
) -> None:
    with visit(browser, address, theme="light", width=width) as seen:
        page = seen.page
        if width < 768:
            page.get_by_test_id("stExpandSidebarButton").click()
        links = page.locator("[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]").filter(
            visible=True
        )
        expect(links).to_have_text([re.compile(f"{found.title}$") for found in in_order()])
        links.last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(in_order()[-1].heading)
        assert seen.complaints == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_is_drawn_without_a_network(
    browser: Browser, address: str, theme: Theme, width: int, tiny_build: Build
) -> None:
    with visit(browser, address, theme=theme, width=width) as seen:
        shapes = seen.page.locator(".choroplethlayer path")
        expect(shapes.first).to_be_attached()
        assert shapes.count() >= 10
        land = seen.page.locator(".land path").first
        expect(land).to_have_attribute("d", ALL_THE_LAND)
        assert seen.complaints == []


def test_the_themes_are_the_projects(browser: Browser, address: str) -> None:
    backgrounds = {}
    for theme in THEMES:
        with visit(browser, address, theme=theme, width=1440) as seen:
            backgrounds[theme] = seen.page.evaluate(
                "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
            )
    assert backgrounds == {"light": "rgb(253, 252, 249)", "dark": "rgb(17, 24, 31)"}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_list_is_entered_and_answered(
    browser: Browser, address: str, width: int, tiny_build: Build
) -> None:
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 8")
    with visit(browser, address, theme="light", width=width) as seen:
        page = seen.page
        page.get_by_role("button", name="Try it with my music").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My music")
        page.get_by_label("Artists you play").fill("\n".join(names["artist_name"]))
        page.get_by_role("button", name="Place me").click()
        expect(page.get_by_text("Most like listeners in")).to_be_visible()
        expect(page.get_by_text("8 of 8 artists found")).to_be_visible()
        assert "artists=" in page.url
        seen.settle()
        page.reload()
        seen.settle()
        expect(page.get_by_text("Most like listeners in")).to_be_visible()
        assert seen.complaints == []


def test_typing_finds_artists_and_a_click_adds_one(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    name = str(tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 1").iat[0, 0])
    with visit(browser, address + path_of("my_music"), theme="light", width=390) as seen:
        seen.page.get_by_label("Find an artist to add").press_sequentially(name[:5])
        seen.page.get_by_role("button", name=name, exact=False).first.click()
        expect(seen.page.get_by_label("Artists you play")).to_have_value(name)
        expect(seen.page.get_by_text("1 of 1 artists found")).to_be_visible()
        assert seen.complaints == []


def test_without_a_build_the_page_says_what_to_run(browser: Browser, tmp_path: Path) -> None:
    with (
        served(tmp_path) as here,
        visit(browser, here + path_of("my_music"), theme="light", width=390) as seen,
    ):
        expect(seen.page.get_by_text("There is no build yet")).to_be_visible()
        expect(seen.page.get_by_role("button", name="Build the demo here")).to_be_visible()
        assert seen.complaints == []


def test_a_new_build_is_noticed_without_a_restart(
    browser: Browser, tmp_path: Path, tiny_artifacts: Path
) -> None:
    with (
        served(tmp_path) as here,
        visit(browser, here, theme="light", width=1440) as seen,
    ):
        expect(seen.page.get_by_text("There is no build yet")).to_be_visible()
        shutil.copytree(tiny_artifacts / "builds", tmp_path / "builds")
        shutil.copy(tiny_artifacts / "current", tmp_path / "current")
        expect(seen.page.get_by_text("Where the listeners live")).to_be_visible()
