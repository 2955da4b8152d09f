"""The page Models as tests drive it."""

from __future__ import annotations

from pages import run
from streamlit.testing.v1 import AppTest


def with_all(app: AppTest) -> AppTest:
    """Compare all recipes; at first there are only a few."""
    recipes = app.pills(key="models_recipes")
    recipes.set_value(list(recipes.options))
    return run(app)


def captions(app: AppTest) -> str:
    return "\n".join(c.value for c in app.caption)
