"""The map of artists in a real browser: painting, finding, selecting, linking."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from browsing import PATIENCE, WIDTHS, Visit, visit
from playwright.sync_api import Browser, expect

from pipeline.core.builds.build import Build

ROOM = 1.0
"""Pixels that two boxes may share: letters do not fill their boxes to the edge."""


@pytest.fixture(scope="module")
def address(address: str) -> str:
    return f"{address}/artist_map"


def drag_around_all(seen: Visit) -> None:
    """Take the box and draw it over the whole map."""
    seen.page.locator(".modebar-btn[data-val=select]").click()
    plot = seen.page.locator(".nsewdrag").first.bounding_box()
    assert plot is not None
    seen.page.mouse.move(plot["x"] + 3, plot["y"] + 3)
    seen.page.mouse.down()
    seen.page.mouse.move(plot["x"] + 100, plot["y"] + 100)
    seen.page.mouse.move(plot["x"] + plot["width"] - 3, plot["y"] + plot["height"] - 3)
    seen.page.mouse.up()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("query", ["", "?map_of=Countries"])
def test_names_do_not_run_into_each_other(
    browser: Browser, address: str, width: int, query: str
) -> None:
    with visit(browser, address + query, theme="light", width=width) as seen:
        boxes = [
            box
            for note in seen.page.locator(".annotation-text-g text").all()
            if (box := note.bounding_box()) is not None
        ]
        assert len(boxes) > 4
        for one, other in combinations(boxes, 2):
            across = min(one["x"] + one["width"], other["x"] + other["width"])
            upward = min(one["y"] + one["height"], other["y"] + other["height"])
            assert (
                across - max(one["x"], other["x"]) <= ROOM
                or upward - max(one["y"], other["y"]) <= ROOM
            )
        assert seen.complaints == []


def test_a_selection_is_listed_and_stays_while_the_page_runs_again(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    n = len(tiny_build.read("artist_map"))
    with visit(browser, address, theme="light", width=1440) as seen:
        drag_around_all(seen)
        chosen = seen.page.get_by_role("heading", name="artists selected")
        expect(chosen).to_have_text(f"{n:,} artists selected")
        expect(seen.page.get_by_text("with the most listeners are listed")).to_be_visible()
        seen.page.get_by_label("Find an artist").fill("Qzxwv Jkqzpf")
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_text("No artist of this build is called")).to_be_visible()
        expect(chosen).to_have_text(f"{n:,} artists selected")
        seen.settle()
        plot = seen.page.locator(".nsewdrag").first.bounding_box()
        assert plot is not None
        seen.page.mouse.dblclick(plot["x"] + 5, plot["y"] + 5)
        expect(seen.page.get_by_text("Click an artist")).to_be_visible()
        assert seen.complaints == []


def test_a_found_artist_is_clicked_in_the_middle_of_the_map(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    artists = tiny_build.sql(
        "SELECT artist_name FROM artist_map JOIN artists USING (artist) ORDER BY artist"
    )["artist_name"]
    name = next(n for n in artists if n.replace(" ", "").isalpha() and len(n) > 5)
    with visit(browser, f"{address}?map_find={name}", theme="dark", width=1440) as seen:
        heading = seen.page.get_by_role("heading", level=3)
        expect(heading).to_have_text(f"{name} and the artists nearest to it")
        expect(seen.page.locator(".annotation").get_by_text(name, exact=True)).to_be_visible()
        plot = seen.page.locator(".nsewdrag").first.bounding_box()
        assert plot is not None
        middle = (plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
        seen.page.mouse.move(*middle)
        expect(seen.page.locator(".hoverlayer").get_by_text(name, exact=False)).to_be_visible()
        seen.page.mouse.click(*middle)
        expect(heading).to_have_text("1 artist selected")
        assert seen.complaints == []


def test_the_list_of_my_music_is_starred_and_all_is_in_the_address(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 6")
    with visit(browser, address, theme="light", width=1440) as seen:
        page = seen.page
        page.get_by_role("button", name="Star my artists").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My music")
        page.get_by_label("Artists you play").fill("\n".join(names["artist_name"]))
        page.get_by_role("button", name="Place me").click()
        expect(page.get_by_text("Most like listeners in")).to_be_visible()
        page.get_by_role("link", name="Artist map").first.click()
        starred = page.get_by_text("6 artists of your list on the map")
        expect(starred).to_be_visible()
        page.get_by_text("Popularity", exact=True).click()
        scale = re.compile("each step is ten times more")
        expect(page.locator(".infolayer").get_by_text(scale)).to_be_visible(timeout=PATIENCE)
        assert "map_colour=Popularity" in page.url
        with visit(browser, page.url, theme="light", width=390) as again:
            expect(again.page.get_by_text("6 artists of your list on the map")).to_be_visible()
            expect(again.page.locator(".infolayer").get_by_text(scale)).to_be_visible()
        assert seen.complaints == []
