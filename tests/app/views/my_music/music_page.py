"""The page My music as tests drive it."""

from __future__ import annotations

from typing import Any

from pages import run
from streamlit.testing.v1 import AppTest

NONSENSE = "Qzxwv Jkqzpf"


def enter(app: AppTest, text: str) -> AppTest:
    app.text_area(key="artists").set_value(text)
    return run(app)


def look_at(app: AppTest, part: str) -> AppTest:
    """Choose a part of the answer."""
    chosen: Any = app.get_by_key("part")
    chosen.set_value(part)
    return run(app)


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


def press(app: AppTest, label: str) -> AppTest:
    button(app, label).click()
    return run(app)


def alts(app: AppTest) -> list[str]:
    """What charts say to those who cannot see them."""
    return [chart.proto.alt for chart in app.get("plotly_chart")]
