from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from app.shell import address

    st.button("choose", on_click=address.ask_for, args=("country", ["PL", "CZ"]))
    st.button("clear", on_click=address.ask_for, args=("country", []))
    st.text(" ".join(address.asked("country")))


def whole_address() -> None:
    import streamlit as st

    from app.shell import address

    st.text(address.of_page("artists"))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("http://atlas.example/", "http://atlas.example/artists"),
        ("http://atlas.example/my_music", "http://atlas.example/artists"),
        ("https://host:8501/behind/predict?list=x", "https://host:8501/behind/artists"),
        ("https://host/behind/", "https://host/behind/artists"),
        ("http://data/", "http://data/artists"),
    ],
)
def test_the_whole_address_of_a_page_is_that_of_its_reader(here: str, there: str) -> None:
    app = AppTest.from_function(whole_address)
    app.context["url"] = here
    assert app.run().text[0].value == there


def opened(*values: str) -> AppTest:
    app = AppTest.from_function(script)
    if values:
        app.query_params["country"] = list(values)
    app.run()
    assert not app.exception
    return app


def test_values_are_repeated_or_have_commas() -> None:
    assert opened("PL", "CZ").text[0].value == "PL CZ"
    assert opened("PL, CZ,", "BR").text[0].value == "PL CZ BR"
    assert opened().text[0].value == ""


def test_a_choice_goes_into_the_address() -> None:
    app = opened("BR")
    app.button[0].click().run()
    assert app.query_params["country"] == ["PL", "CZ"]
    assert app.text[0].value == "PL CZ"


def test_the_last_choice_comes_back_without_an_address() -> None:
    app = opened("BR", "US")
    del app.query_params["country"]
    app.run()
    assert app.text[0].value == "BR US"
    assert app.query_params["country"] == ["BR", "US"]


def test_an_address_of_another_choice_wins() -> None:
    app = opened("BR")
    app.query_params["country"] = ["FI"]
    app.run()
    assert app.text[0].value == "FI"
