"""The pages of artists and countries in a real browser: search, links, address, back and reload."""

from __future__ import annotations

import re

from browsing import visit
from playwright.sync_api import Browser, expect

from pipeline.core.builds.build import Build


def name_of(build: Build, artist: int) -> str:
    return str(build.read("artists", "artist = ?", [artist])["artist_name"].iloc[0])


def test_an_artist_is_found_and_leads_to_the_next(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    nearest = tiny_build.read("artist_neighbours", "artist = 9 AND rank = 1")["neighbour"].item()
    name, next_name = name_of(tiny_build, 9), name_of(tiny_build, nearest)
    with visit(browser, f"{address}/artists", theme="light", width=1440) as seen:
        page = seen.page
        title = page.get_by_role("heading", level=2)
        page.get_by_label("Find an artist").fill(name)
        page.get_by_role("button", name=name, exact=True).click()
        expect(title).to_have_text(name)
        page.get_by_text("Plays", exact=True).last.click()
        expect(page).to_have_url(re.compile(r"artist=9&artist_by=Plays$"))
        link = page.get_by_role("link", name=next_name, exact=True)
        # The browser's address is ahead of the links, which carry it once the page is drawn anew.
        expect(link).to_have_attribute("href", re.compile(r"artist_by=Plays"))
        link.click()
        expect(title).to_have_text(next_name)
        expect(page).to_have_url(re.compile(rf"artist={nearest}&artist_by=Plays$"))
        page.go_back()
        expect(title).to_have_text(name)
        page.get_by_role("link", name="Overview").first.click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Artists")
        seen.settle()
        page.get_by_role("link", name="Artists", exact=False).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Artists")
        seen.settle()
        expect(title).to_have_text(name)
        expect(page).to_have_url(re.compile(r"artist=9&artist_by=Plays$"))
        page.reload()
        expect(title).to_have_text(name)
        assert seen.complaints == []


def test_countries_are_chosen_and_kept_in_the_address(browser: Browser, address: str) -> None:
    link = f"{address}/countries?country=PL,BR&countries_part=Test"
    with visit(browser, link, theme="dark", width=390) as seen:
        page = seen.page
        titles = page.get_by_role("heading", level=2)
        expect(titles).to_have_text(["Poland", "Brazil"])
        expect(page.get_by_role("radio", name="Test", exact=True)).to_be_checked()
        link = page.get_by_test_id("stPageLink").first.get_by_role("link")
        expect(link).to_have_attribute("href", re.compile(r"countries_part=Test"))
        link.click()
        expect(titles).to_have_count(1)
        expect(page).to_have_url(re.compile(r"countries_part=Test"))
        chosen = titles.inner_text()
        page.reload()
        expect(titles).to_have_text([chosen])
        page.go_back()
        expect(titles).to_have_text(["Poland", "Brazil"])
        assert seen.complaints == []
