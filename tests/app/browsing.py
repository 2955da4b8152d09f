"""The app in a real browser: serving it, opening it, and hearing its complaints."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from app.shell.page import in_order
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE

ROOT = Path(__file__).parents[2]
Theme: TypeAlias = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (1440, 390)
HEIGHT = 900
PATIENCE = 60_000
"""Milliseconds to wait for anything."""

expect.set_options(timeout=PATIENCE)

# Chromium started as root in a container needs the first two; the others keep it off the network.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# On a deep link Streamlit tries the page's own address for its server first, and is refused.
_TRIED_BY_STREAMLIT = ("/_stcore/health", "/_stcore/host-config")


def path_of(name: str) -> str:
    """Path of a page; Streamlit serves the first one at / alone."""
    return "/" if in_order()[0].name == name else f"/{name}"


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(artifacts: Path) -> Iterator[str]:
    """Serve the app over `artifacts`; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app/Home.py"]
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    command += [f"--server.{name}={value}" for name, value in options.items()]
    environment = os.environ | {ARTIFACTS_VARIABLE: str(artifacts.resolve())}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _await_health(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _await_health(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE // 100):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            try:
                code = server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError(f"streamlit ended with code {code} before it served") from None
    raise RuntimeError(f"streamlit did not answer at {address}")


class NoBrowserError(RuntimeError):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, else Playwright's own; NoBrowserError when there is neither."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        except Error as error:
            raise NoBrowserError(
                f"Chromium cannot be started; `apt-get install chromium` brings it: {error}"
            ) from error
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page as a person sees it, and what the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep an error of the console; failed requests are kept by `answered`."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def answered(self, response: Response) -> None:
        """Keep an answer that is an error."""
        if response.status >= 400 and not response.url.endswith(_TRIED_BY_STREAMLIT):
            self.complaints.append(f"{response.status} {response.url}")

    def settle(self) -> None:
        """Wait until the page is drawn and the server is quiet."""
        self.page.wait_for_selector("h1", timeout=PATIENCE)
        self.page.wait_for_selector(
            "[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE
        )
        self.page.wait_for_function("document.fonts.status === 'loaded'")
        self.page.wait_for_function(
            "document.querySelector('[data-testid=stSkeleton]') === null"
            " && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]"
            ".every(chart => chart.querySelector('.main-svg'))",
            timeout=PATIENCE,
        )


@contextmanager
def visit(browser: Browser, address: str, *, theme: Theme, width: int) -> Iterator[Visit]:
    """Open `address` in a window of `width` pixels, by day ("light") or by night ("dark")."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=theme, locale="en-GB"
    )
    seen = Visit(context.new_page())
    seen.page.set_default_timeout(PATIENCE)
    seen.page.on("console", seen.hear)
    seen.page.on("response", seen.answered)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("requestfailed", lambda request: seen.complaints.append(f"failed {request.url}"))
    try:
        seen.page.goto(address)
        seen.settle()
        yield seen
    finally:
        context.close()
