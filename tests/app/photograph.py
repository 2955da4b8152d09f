"""Photograph every page: ``python tests/app/photograph.py FOLDER [ARTIFACTS]``.

Each page is taken at both widths and in both themes; the page for a person's own music with an
example filled in. ARTIFACTS is the app's own folder unless it is given.
"""

from __future__ import annotations

import sys
from pathlib import Path

from browsing import HEIGHT, THEMES, WIDTHS, Visit, chromium, path_of, served, visit

from app.shell.page import in_order
from pipeline.core.builds.artifacts import artifacts_folder


def photograph(folder: Path, artifacts: Path) -> list[Path]:
    """Write PAGE-THEME-WIDTH.png for every page; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with served(artifacts) as address, chromium() as browser:
        for page in in_order():
            for theme in THEMES:
                for width in WIDTHS:
                    path = folder / f"{page.name}-{theme}-{width}.png"
                    with visit(
                        browser, address + path_of(page.name), theme=theme, width=width
                    ) as seen:
                        _fill(seen)
                        _take(seen, path, width)
                    taken.append(path)
    return taken


def _fill(seen: Visit) -> None:
    example = seen.page.get_by_role("button", name="Show an example")
    if example.count():
        example.click()
        seen.page.get_by_text("Example: favourites").wait_for()
        seen.page.mouse.move(0, 0)
        seen.settle()


def _take(seen: Visit, path: Path, width: int) -> None:
    """Take the whole page: Streamlit scrolls within, so the window is made as high as that."""
    height = seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    seen.page.set_viewport_size({"width": width, "height": max(int(height), HEIGHT)})
    seen.settle()
    seen.page.wait_for_timeout(500)
    seen.page.screenshot(path=path)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    given = Path(sys.argv[2]) if len(sys.argv) == 3 else artifacts_folder()
    for file in photograph(Path(sys.argv[1]), given):
        sys.stdout.write(f"{file}\n")
