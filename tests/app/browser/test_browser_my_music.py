"""My music in a real browser: from a list with slips to a link, and from an export to an answer."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browsing import THEMES, WIDTHS, Theme, path_of, served, visit
from playwright.sync_api import Browser, Locator, Page, expect

from app.views.my_music.share_link import SharedArtist, SharedList, pack
from pipeline.core.builds.artifacts import builds_folder, current_id, make_current
from pipeline.core.builds.build import MANIFEST, Build
from pipeline.core.model.predictor import Predictor

PLAYS = 100_000
PARTS = ("Answer", "Why", "What if", "Where am I", "Two lists", "Take away")


@pytest.fixture(scope="module")
def address(address: str) -> str:
    return address + path_of("my_music")


@pytest.fixture(scope="module")
def names(tiny_build: Build) -> list[str]:
    known = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist")["artist_name"]
    return [name for name in known if name.replace(" ", "").isalpha() and len(name) > 4]


def slip(predictor: Predictor, names: list[str], kinds: tuple[str, ...]) -> tuple[str, str]:
    """Misspell a name so that it is taken so; gives the slip and the name."""
    for name in names:
        for cut in range(2, len(name)):
            typed = f"{name[:cut]}x{name[cut + 1 :]}"
            match = predictor.resolve([typed])[0]
            candidates = [predictor.artist_name(index) for index in match.candidates]
            if match.kind in kinds and name in candidates[:1]:
                return typed, name
    raise AssertionError(f"no slip of any name is {' or '.join(kinds)}")


def bars(page: Page) -> Locator:
    """The bars of the countries on show, as those hear them who cannot see."""
    return page.get_by_label("Probabilities now and before").first


def look_at(page: Page, part: str) -> None:
    page.get_by_role("radio", name=part, exact=True).or_(
        page.get_by_role("button", name=part, exact=True)
    ).first.click()


def test_a_list_is_put_right_explained_changed_and_shared(
    browser: Browser, address: str, tiny_build: Build, names: list[str]
) -> None:
    predictor = Predictor.open(tiny_build)
    corrected, meant = slip(predictor, names[:200], ("corrected",))
    others = [name for name in names[:200] if name != meant]
    doubtful, wanted = slip(predictor, others, ("unknown", "ambiguous"))
    rest = [name for name in names if name not in (meant, wanted)][:6]
    with visit(browser, address, theme="light", width=1440) as seen:
        page = seen.page
        typed = "\n".join([*rest, corrected, doubtful])
        page.get_by_label("Artists you play").fill(typed)
        page.get_by_role("button", name="Place me").click()
        expect(page.get_by_text("7 of 8 artists found")).to_be_visible()
        expect(page.get_by_text(f"{corrected} → {meant}")).to_be_visible()
        page.get_by_role("button", name=wanted, exact=True).click()
        expect(page.get_by_text("8 of 8 artists found")).to_be_visible()

        look_at(page, "Why")
        expect(page.get_by_label("How artists move the answer for")).to_be_visible()

        look_at(page, "What if")
        expect(bars(page)).to_be_visible()
        before = bars(page).get_attribute("aria-label")
        leave_out = page.get_by_role("combobox", name="Leave out")
        leave_out.press_sequentially(rest[0])
        page.get_by_role("option", name=rest[0], exact=True).click()
        expect(bars(page)).not_to_have_attribute("aria-label", str(before))
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Make this my list").click()
        expect(page.get_by_text("7 of 7 artists found")).to_be_visible()

        look_at(page, "Take away")
        code = page.get_by_test_id("stCode")
        expect(code).to_contain_text("list=")
        link = code.inner_text().strip()
        said = page.get_by_text("Most like listeners in").inner_text()
        with visit(browser, link, theme="dark", width=390) as again:
            other = again.page
            expect(other.get_by_text("7 of 7 artists found")).to_be_visible()
            expect(other.get_by_text("Most like listeners in")).to_have_text(said)
            expect(other.get_by_label("Artists you play")).to_have_value(
                "\n".join([*rest[1:], meant, wanted])
            )
            assert "list=" not in other.url
            assert again.complaints == []
        assert seen.complaints == []


def test_an_old_link_opens_the_page_under_its_name_of_now(
    browser: Browser, address: str, names: list[str]
) -> None:
    shared = SharedList(tuple(SharedArtist(name) for name in names[:4]), tau=0.5)
    old = pack(shared).link(address.replace("/my_music", "/predict"))
    with visit(browser, f"{old}&part=What+if", theme="light", width=1440) as seen:
        page = seen.page
        expect(page.get_by_text("4 of 4 artists found")).to_be_visible()
        expect(page.get_by_label("Artists you play")).to_have_value("\n".join(names[:4]))
        expect(page.get_by_text("τ = 0.5")).to_be_visible()
        expect(bars(page)).to_be_visible()
        assert urlsplit(page.url).path == "/my_music"
        assert "list" not in parse_qs(urlsplit(page.url).query)
        expect(page.get_by_role("link", name="My music")).to_have_count(1)
        assert seen.complaints == []


def test_an_old_address_keeps_a_list_that_stands_in_it(
    browser: Browser, address: str, names: list[str]
) -> None:
    query = urlencode({"artists": "\n".join(names[:3])})
    old = address.replace("/my_music", "/predict")
    with visit(browser, f"{old}?{query}", theme="light", width=1440) as seen:
        expect(seen.page.get_by_text("3 of 3 artists found")).to_be_visible()
        assert urlsplit(seen.page.url).path == "/my_music"
        assert seen.complaints == []


def test_an_answer_over_a_build_that_is_gone_is_drawn_anew_over_the_current_one(
    browser: Browser, own_artifacts: Path, names: list[str]
) -> None:
    old = builds_folder(own_artifacts) / str(current_id(own_artifacts))
    new = Path(shutil.copytree(old, old.parent / "another"))
    manifest = json.loads((new / MANIFEST).read_text())
    (new / MANIFEST).write_text(json.dumps(manifest | {"id": new.name}))
    query = urlencode({"artists": "\n".join(names[:4]), "part": "What if"})
    with (
        served(own_artifacts) as app,
        visit(browser, f"{app}/my_music?{query}", theme="light", width=1440) as seen,
    ):
        page = seen.page
        expect(bars(page)).to_be_visible()
        expect(page.get_by_text(f"Build {old.name}")).to_be_visible()
        make_current(own_artifacts, new.name)
        shutil.rmtree(old)
        # The answer alone is drawn anew, and asks for a recipe that was not read yet.
        page.get_by_role("combobox", name="Recipe").click()
        page.get_by_role("option", name="Logistic regression", exact=True).click()
        expect(page.get_by_text(f"Build {new.name}")).to_be_visible()
        expect(page.get_by_text("Most like listeners in")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert seen.complaints == []


def test_a_long_history_is_read_and_answered(
    browser: Browser, address: str, names: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "my_spotify_data.zip"
    write_history(path, names[:20])
    with visit(browser, f"{address}?bring_from=Files", theme="light", width=1440) as seen:
        page = seen.page
        page.locator("input[type=file]").set_input_files(path)
        expect(page.get_by_text("20 of 20 artists found")).to_be_visible()
        expect(page.get_by_text(f"{PLAYS:,} entries read")).to_be_visible()
        expect(page.get_by_text("Most like listeners in")).to_be_visible()
        first = page.get_by_label("Artists you play").input_value().splitlines()[0]
        assert first == f"{names[0]} ({PLAYS // 20 + 19})"
        assert seen.complaints == []


def write_history(path: Path, artists: list[str]) -> None:
    """Write an extended history: all artists alike, but for 19 plays that go to the first one.

    The plays lie in two files, as in a real export.
    """
    entries = [
        {
            "ts": f"2024-01-01T{i % 24:02}:00:00Z",
            "platform": "tests",
            "ms_played": 180_000,
            "conn_country": "ZZ",
            "ip_addr": "192.0.2.1",
            "master_metadata_track_name": f"Track {i % 97}",
            "master_metadata_album_artist_name": artists[0 if i < 20 else i % len(artists)],
            "spotify_track_uri": "spotify:track:x",
            "skipped": False,
        }
        for i in range(PLAYS)
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as export:
        for number, half in enumerate((entries[: PLAYS // 2], entries[PLAYS // 2 :])):
            name = f"Spotify Extended Streaming History/Streaming_History_Audio_2024_{number}.json"
            export.writestr(name, json.dumps(half))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("theme", "width"), [*zip(THEMES, WIDTHS, strict=True)])
def test_every_part_is_drawn_without_complaint(
    browser: Browser, address: str, names: list[str], part: str, theme: Theme, width: int
) -> None:
    listed = "%0A".join(name.replace(" ", "%20") for name in names[:8])
    query = f"?artists={listed}&part={part.replace(' ', '%20')}&other_artists={listed}"
    with visit(browser, address + query, theme=theme, width=width) as seen:
        expect(seen.page.get_by_text("Most like listeners in")).to_be_visible()
        expect(seen.page.get_by_test_id("stException")).to_have_count(0)
        widest = seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert widest <= width
        assert seen.complaints == []
