"""Every page that is declared, over a build, over none, and over one that cannot be read."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from pages import PATIENCE, opened, words
from streamlit.testing.v1 import AppTest

from app.shell import data
from app.shell.page import PAGES, SIMULATED, in_order, page
from pipeline.core.builds.artifacts import (
    ARTIFACTS_VARIABLE,
    builds_folder,
    current_id,
    make_current,
)
from pipeline.core.builds.build import Build

HOME = Path(__file__).parents[3] / "app" / "Home.py"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("tiny_current")
def test_a_page_is_drawn_over_a_build(name: str) -> None:
    app = opened(name)
    assert app.title[0].value == PAGES[name].heading
    assert "There is **no build** yet" not in words(app)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("tiny_current")
def test_a_page_says_that_its_listeners_are_simulated(name: str) -> None:
    assert opened(name).caption[0].value == SIMULATED


def test_a_page_over_real_listeners_does_not_speak_of_simulation(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["source"] |= {"simulated": False, "label": "A survey"}
    manifest.write_text(json.dumps(told), encoding="utf-8")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    assert SIMULATED not in words(opened("overview"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_a_build_says_what_to_run(name: str) -> None:
    app = opened(name)
    assert "There is **no build** yet" in words(app)
    assert app.code[0].value == "python -m pipeline run --preset demo"
    assert "make app" in words(app)
    assert app.button[0].label == "Build the demo here"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_over_an_old_build_says_why_and_what_to_run(
    name: str, own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"schema_version": 0}), encoding="utf-8")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened(name)
    assert "schema version 0" in app.error[0].value
    assert "python -m pipeline run" in words(app)
    assert app.button[0].label == "Build the demo here"


def list_of(build: Build, artists: int) -> str:
    names = build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT ?", [artists])
    return "\n".join(names["artist_name"])


def test_a_page_whose_build_is_gone_says_so_and_what_to_run(
    own_artifacts: Path, tiny_build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened("my_music")
    shutil.rmtree(builds_folder(own_artifacts) / str(current_id(own_artifacts)))
    # Which recipe is asked decides what is read, and nothing of any was read yet.
    app.text_area(key="artists").set_value(list_of(tiny_build, 5)).run()
    assert not app.exception
    assert "was removed while it was open" in app.error[0].value
    assert "python -m pipeline run" in words(app)
    assert "Build the demo here" in [button.label for button in app.button]


def test_a_page_whose_build_is_gone_shows_the_one_that_is_current_now(
    own_artifacts: Path, tiny_build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened("my_music")
    old = builds_folder(own_artifacts) / str(current_id(own_artifacts))
    shutil.copytree(old, old.parent / "another")
    make_current(own_artifacts, "another")
    shutil.rmtree(old)
    app.text_area(key="artists").set_value(list_of(tiny_build, 5)).run()
    assert not app.exception
    assert not app.error
    assert "**5 of 5** artists found" in words(app)


def kept_as_a_fragment_keeps_it() -> None:
    import streamlit as st

    from app.shell import data
    from app.shell.page import standing_on

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    build = st.session_state.setdefault("build", data.current())
    with standing_on(build):
        if st.session_state["runs"] == 3:
            build = data.current()
        assert build is not None
        st.text(f"{build.folder.name} {len(build.sql('SELECT 1 AS one'))}")


def test_what_stands_on_a_closed_build_is_drawn_anew_over_the_current_one(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    old = builds_folder(own_artifacts) / str(current_id(own_artifacts))
    app = AppTest.from_function(kept_as_a_fragment_keeps_it).run()
    assert app.text[0].value == f"{old.name} 1"
    shutil.copytree(old, old.parent / "another")
    make_current(own_artifacts, "another")
    app.session_state["build"].close()
    app.run()
    assert not app.exception
    assert app.text[0].value == "another 1"
    assert app.session_state["runs"] == 3


def test_the_demo_is_built_from_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    data._demo_builds.clear()
    told = {"stage": "Cleaning", "done": 0.5, "message": "merging", "remaining_seconds": 100}
    waiting = (
        f"import threading; print({json.dumps(told)!r}, flush=True); threading.Event().wait(60)"
    )
    monkeypatch.setattr(data, "COMMAND", [sys.executable, "-c", waiting])
    app = opened("overview")
    app.button[0].click().run()
    demo = data.demo_build()
    assert demo is not None
    demo.wait_for_progress(PATIENCE)
    app.run()
    assert (app.progress[0].value, app.progress[0].text) == (
        50,
        "Cleaning: merging (50%, about 2 min to go)",
    )
    demo.stop()
    app.run()
    assert "The command ended with code" in words(app)
    assert app.button[0].label == "Try again"


@pytest.mark.usefixtures("tiny_current")
def test_home_opens_the_first_page_and_names_the_build(tiny_build: Build) -> None:
    app = AppTest.from_file(str(HOME), default_timeout=PATIENCE).run()
    assert not app.exception
    assert app.title[0].value == in_order()[0].heading
    footer = app.caption[-1].value
    assert tiny_build.id in footer
    assert tiny_build.manifest.source.label in footer
    assert tiny_build.manifest.source.licence in footer


def test_every_page_has_its_own_place_and_an_icon() -> None:
    pages = in_order()
    assert [p.name for p in pages][:2] == ["overview", "my_music"]
    assert len({p.order for p in pages}) == len(pages)
    assert all(p.icon.startswith(":material/") and p.meaning.endswith(".") for p in pages)


def test_no_address_leads_to_two_pages() -> None:
    addresses = [path for p in in_order() for path in (p.name, *p.formerly)]
    assert len(set(addresses)) == len(addresses)
    assert "predict" in PAGES["my_music"].formerly


def hidden_addresses() -> None:
    import streamlit as st

    from app.shell.page import entries

    st.text(" ".join(entry.url_path for entry in entries() if entry.visibility == "hidden"))


def test_former_addresses_are_known_and_not_shown() -> None:
    hidden = AppTest.from_function(hidden_addresses).run().text[0].value.split()
    assert hidden == [path for p in in_order() for path in p.formerly]


def test_a_page_without_a_docstring_is_refused() -> None:
    def bare(build: Build) -> None: ...

    with pytest.raises(ValueError, match="'bare' has no docstring"):
        page("Bare", icon=":material/home:", order=99)(bare)
