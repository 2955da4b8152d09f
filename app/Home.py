"""The app: ``streamlit run app/Home.py``."""  # noqa: N999

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.look.words import moment
from app.shell import data, page
from pipeline.core.builds.build import BuildError


def footer() -> None:
    """Name the build and the data that the figures above rest on."""
    try:
        build = data.current()
    except BuildError:
        return
    if build is not None:
        source = build.manifest.source
        st.caption(
            f"Build `{build.id}`, sealed {moment(build.manifest.created)}. "
            f"Data: {source.label}. Licence: {source.licence}."
        )


# Pictures of its own: Streamlit fetches a Material icon for the browser's tab from the internet.
here = Path(__file__).parent
st.set_page_config(page_title="Listener Atlas", page_icon=here / "icon.svg", layout="wide")
st.logo(here / "logo.svg", size="large")
st.navigation(page.entries(), position="top").run()
st.space("medium")
footer()
