"""What every page says while there is no build that it could read."""

from __future__ import annotations

import streamlit as st

from app.look.words import seconds
from app.shell import data
from app.shell.demo import DemoBuild

_COMMAND = "python -m pipeline run --preset demo"


def say_what_to_run(problem: str | None = None) -> None:
    """Say that there is no build, or why it cannot be read, which command makes one, and offer it.

    Parameters
    ----------
    problem : str, optional
        Why the build that there is cannot be read.
    """
    if problem is None:
        st.markdown(
            "There is **no build** yet: nothing has been trained on this machine, so there is "
            "nothing to show."
        )
    else:
        st.error(problem, icon=":material/error:", title="The build cannot be read")
    st.markdown(
        "The demo trains every recipe on 20,000 simulated listeners in a few minutes, "
        "without a network. `make app` does the same and then opens this page."
    )
    st.code(_COMMAND, language=None)
    _offer(data.current_name())


@st.fragment(run_every=1.0)
def _offer(seen: str | None) -> None:
    """Offer to build the demo and show how far it is; draw the page anew once a build appears."""
    demo = data.demo_build()
    if data.current_name() != seen or (demo is not None and demo.build_id is not None):
        data.forget_demo_build()
        st.rerun()
    if demo is not None and demo.running:
        _show(demo)
        return
    if demo is not None and demo.error is not None:
        st.error("The demo could not be built. The command said:", icon=":material/error:")
        st.code(demo.error, language=None, wrap_lines=True)
    label = "Build the demo here" if demo is None else "Try again"
    st.button(label, type="primary", icon=":material/play_arrow:", on_click=data.start_demo_build)


def _show(demo: DemoBuild) -> None:
    now = demo.progress
    left = now.remaining_seconds
    rest = f", about {seconds(left)} to go" if left is not None else ""
    st.progress(now.done, text=f"{now.message} ({now.done:.0%}{rest})")
    st.caption("It goes on when you leave this page; the result appears by itself.")
