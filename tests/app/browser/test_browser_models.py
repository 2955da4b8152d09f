"""The pages on models and data in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import WIDTHS, path_of, visit
from playwright.sync_api import Browser, expect

from app.views.data import _SECTIONS as DATA_SECTIONS
from app.views.models import _SECTIONS as MODEL_SECTIONS
from pipeline.core.builds.build import Build


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("page", "sections"), [("models", list(MODEL_SECTIONS)), ("data", list(DATA_SECTIONS))]
)
def test_every_section_is_drawn_and_linked(
    browser: Browser, address: str, page: str, sections: list[str], width: int
) -> None:
    with visit(browser, address + path_of(page), theme="dark", width=width) as seen:
        for section in sections[1:]:
            seen.page.get_by_test_id("stMain").get_by_role("radio", name=section).click()
            expect(seen.page.get_by_test_id("stSkeleton")).to_have_count(0)
            seen.settle()
            assert f"{page}_show={section.replace(' ', '+')}" in seen.page.url.replace("%20", "+")
            expect(seen.page.get_by_test_id("stException")).to_have_count(0)
            widest = seen.page.evaluate(
                "document.querySelector('[data-testid=stMain]').scrollWidth"
            )
            assert widest <= width
        assert seen.complaints == []


def test_a_link_reproduces_the_screen(browser: Browser, address: str) -> None:
    query = "?models_show=Guesses&models_recipes=Majority&models_part=Test"
    with visit(browser, address + path_of("models") + query, theme="light", width=1440) as seen:
        expect(seen.page.get_by_text("How many guesses does it take?")).to_be_visible()
        expect(seen.page.get_by_text("Right within 3 guesses: Majority").first).to_be_visible()
        expect(seen.page.get_by_text("Right within 3 guesses: Flat")).to_have_count(0)
        assert seen.complaints == []


def test_a_table_is_taken_away(browser: Browser, address: str, tiny_build: Build) -> None:
    query = "?data_show=Tables&data_table=regions"
    with visit(browser, address + path_of("data") + query, theme="light", width=1440) as seen:
        with seen.page.expect_download() as waiting:
            seen.page.get_by_role("button", name="The table, as CSV").click()
        assert waiting.value.suggested_filename == "regions.csv"
        written = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
        assert len(written) == 1 + len(tiny_build.read("regions"))
        assert written[0] == "region,position,countries,listeners"
