"""A page as tests drive it without a browser."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest

PATIENCE = 60


def script(name: str) -> None:
    """Show one page as the app does, with all others in its navigation."""
    import streamlit as st

    from app.shell.page import entries

    st.navigation(entries(name)).run()


def page(name: str, **asked: str | list[str]) -> AppTest:
    """Give a page that is asked for this in its address, not yet run."""
    app = AppTest.from_function(script, args=(name,), default_timeout=PATIENCE)
    for parameter, value in asked.items():
        app.query_params[parameter] = value
    return app


def run(app: AppTest) -> AppTest:
    """Run a page, which must not fail."""
    app.run()
    assert not app.exception
    return app


def opened(name: str, **asked: str | list[str]) -> AppTest:
    """Open a page that is asked for this in its address."""
    return run(page(name, **asked))


def words(app: AppTest) -> str:
    """What a page says, beside its charts and tables."""
    kinds = (app.markdown, app.caption, app.code, app.warning, app.error, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def table_with(app: AppTest, *columns: str) -> pd.DataFrame:
    """The first table that has these columns."""
    return next(d.value for d in app.dataframe if set(columns) <= set(d.value.columns))
