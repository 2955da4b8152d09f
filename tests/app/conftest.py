"""A real browser, and the app served to it; each test file has its own of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import NoBrowserError, chromium, served
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; tests that want it are skipped where there is none."""
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def address(tiny_artifacts: Path) -> Iterator[str]:
    """Address of the app over the tiny build, without a page."""
    with served(tiny_artifacts) as served_at:
        yield served_at
