from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from app.shell import session

    st.button("remember", on_click=session.remember_my_artists, args=((n for n in (3, 1)),))
    st.button("empty", on_click=session.remember_my_artists, args=([],))
    st.button("forget", on_click=session.forget_my_artists)
    st.text(str(session.my_artists()))


def test_a_list_is_remembered_in_its_order_until_it_is_forgotten() -> None:
    app = AppTest.from_function(script).run()
    told = [app.text[0].value]
    for button in range(3):
        app.button[button].click().run()
        told.append(app.text[0].value)
    assert told == ["None", "(3, 1)", "()", "None"]
