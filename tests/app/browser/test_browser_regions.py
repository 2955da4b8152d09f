"""What only a browser shows of the pages of regions and of the confusion."""

from __future__ import annotations

from pathlib import Path

from browsing import visit
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.core.builds.build import Build


def test_a_click_on_a_cell_tells_of_it_and_the_address_keeps_it(
    browser: Browser, address: str
) -> None:
    with visit(browser, f"{address}/confusion", theme="light", width=1440) as seen:
        page = seen.page
        box = page.locator(".heatmaplayer image").bounding_box()
        assert box is not None
        rows = page.locator(".yaxislayer-above .ytick, .ytick").count()
        cell = (box["width"] / rows, box["height"] / rows)
        page.mouse.click(box["x"] + cell[0] / 2, box["y"] + cell[1] / 2)
        expect(page.get_by_text("What they have in common")).to_be_visible()
        assert "confusion_truth=" in page.url
        assert "confusion_predicted=" in page.url
        page.reload()
        seen.settle()
        expect(page.get_by_text("What they have in common")).to_be_visible()
        assert seen.complaints == []


def test_a_table_is_given_as_a_file(browser: Browser, address: str) -> None:
    with visit(browser, f"{address}/regions", theme="light", width=1440) as seen:
        with seen.page.expect_download() as download:
            seen.page.get_by_test_id("stDownloadButton").first.click()
        assert download.value.suggested_filename == "region_metrics.csv"
        header = Path(download.value.path()).read_text(encoding="utf-8").splitlines()[0]
        assert header.startswith("region,listeners_true_train,listeners_true_valid")
        assert seen.complaints == []


def test_chosen_regions_are_the_rows_and_their_link_shows_them_in_a_new_browser(
    browser: Browser, address: str, tiny_build: Build
) -> None:
    first, second = tiny_build.sql("SELECT region FROM regions ORDER BY position LIMIT 2")["region"]
    with visit(browser, f"{address}/regions", theme="light", width=1440) as seen:
        of_all = str(tiny_build.sql("SELECT count(*) AS n FROM regions")["n"].iloc[0] + 1)
        expect(first_table(seen.page)).to_have_attribute("aria-rowcount", of_all)
        chooser = seen.page.get_by_role("combobox", name="Regions")
        for region in (first, second):
            chooser.fill(region)
            seen.page.get_by_role("option", name=region, exact=True).click()
            seen.settle()
        seen.page.wait_for_url("**regions_shown=*regions_shown=*")
        expect(first_table(seen.page)).to_have_attribute("aria-rowcount", "3")
        link = seen.page.url
        assert seen.complaints == []
    with visit(browser, link, theme="dark", width=390) as seen:
        expect(first_table(seen.page)).to_have_attribute("aria-rowcount", "3")
        for region in (first, second):
            expect(seen.page.get_by_role("button", name=f"Remove {region}")).to_be_visible()


def first_table(page: Page) -> Locator:
    """Find the first table; it tells a screen reader its rows, the header's among them."""
    return page.locator("[data-testid=stDataFrame] table").first
