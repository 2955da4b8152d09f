"""The app over the tiny build, and a real browser; each test file has its own of the latter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import NoBrowserError, chromium, served
from playwright.sync_api import Browser

from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE


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


@pytest.fixture
def tiny_current(tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tiny build be the one that pages show, where nobody has keys for services."""
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    monkeypatch.delenv("LASTFM_API_KEY", raising=False)
