from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.look.selectors import PARTS, meanings
from pipeline.core.tables import contract

RECIPES = pd.DataFrame(
    {
        "recipe": ["deep", "flat", "plain"],
        "label": ["Deep nets", "Flat trees", "Plain counts"],
        "meaning": ["Learns layers.", "Learns trees.", "Counts."],
    }
)


def chosen_part() -> None:
    import streamlit as st

    from app.look.selectors import choose_part

    st.text(f"{choose_part('a')} {choose_part('b', order=('train', 'valid', 'test'))}")


def chosen_recipe(default: str | None, rows: int) -> None:
    import streamlit as st
    from test_selectors import RECIPES

    from app.look.selectors import choose_recipe

    st.text(choose_recipe(RECIPES.head(rows), key="r", default=default, meaning="It matters."))


def recipe(default: str | None = "flat", rows: int = 3, **address: str) -> AppTest:
    app = AppTest.from_function(chosen_recipe, args=(default, rows))
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_the_parts_are_those_of_the_tables() -> None:
    assert sorted(PARTS) == sorted(contract.PARTS)


def test_validation_is_measured_on_until_another_part_is_chosen() -> None:
    app = AppTest.from_function(chosen_part)
    app.query_params["b"] = "Training"
    app.run()
    first, second = app.segmented_control
    assert list(first.options) == ["Validation", "Test", "Training"]
    assert list(second.options) == ["Training", "Validation", "Test"]
    assert app.text[0].value == "valid train"
    app.segmented_control(key="a").set_value("Test").run()
    assert app.text[0].value == "test train"


@pytest.mark.parametrize(
    ("default", "rows", "expected"),
    [("flat", 3, "flat"), (None, 3, "deep"), ("flat", 1, "deep")],
)
def test_the_default_recipe_is_chosen_at_first(
    default: str | None, rows: int, expected: str
) -> None:
    app = recipe(default, rows)
    assert app.text[0].value == expected
    assert list(app.selectbox[0].options) == RECIPES["label"].head(rows).tolist()
    assert app.selectbox[0].help == "It matters."


def test_recipes_go_by_their_labels_in_the_address() -> None:
    app = recipe(r="Plain counts")
    assert app.text[0].value == "plain"
    app.selectbox[0].set_value("Deep nets").run()
    assert app.text[0].value == "deep"


def test_meanings_name_every_recipe() -> None:
    assert (
        meanings(RECIPES.head(2)) == "**Deep nets**: Learns layers. **Flat trees**: Learns trees."
    )
