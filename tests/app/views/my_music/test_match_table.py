from __future__ import annotations

from music_page import NONSENSE, button, enter, press
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.look.words import plain


def edit(app: AppTest, **changes: object) -> AppTest:
    """Edit the table as the browser would."""
    key = app.data_editor[0].key
    app.session_state[key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | changes
    return run(app)


def test_plays_are_edited_and_rows_added_and_removed(app: AppTest, artists: list[str]) -> None:
    enter(app, f"{artists[0]} (5)\n{artists[1]}")
    edit(app, edited_rows={0: {"plays": 70}})
    assert app.text_area(key="artists").value == f"{artists[0]} (70)\n{artists[1]}"
    edit(app, added_rows=[{"given": artists[2], "plays": 3}])
    assert app.text_area(key="artists").value.splitlines()[-1] == f"{artists[2]} (3)"
    edit(app, deleted_rows=[0])
    assert app.text_area(key="artists").value == f"{artists[1]}\n{artists[2]} (3)"
    assert "**2 of 2** artists found" in words(app)


def test_weights_are_told_as_they_are(app: AppTest, artists: list[str]) -> None:
    enter(app, "\n".join(artists[:2]))
    assert "Without play counts all artists weigh the same" in words(app)
    enter(app, f"{artists[0]} (5)\n{artists[1]}")
    assert "1 artist has no count: a gap is filled from its neighbours" in words(app)
    enter(app, f"{artists[0]} (5)\n{artists[1]} (6)")
    assert "1,000 weigh half as much again as 100." in words(app)


def test_a_correction_is_written_or_refused(app: AppTest, artists: list[str]) -> None:
    long = max(artists, key=len)
    enter(app, f"{long}. (4)\n{artists[0]}")
    press(app, f"Not {plain(long)}")
    assert f"**{plain(long + '.')}** is taken as it is written" in words(app)
    assert "**1 of 2** artists found" in words(app)
    press(app, plain(long))
    assert app.text_area(key="artists").value == f"{long} (4)\n{artists[0]}"
    enter(app, f"{artists[0]}\n{long}!")
    press(app, "Write them so")
    assert app.text_area(key="artists").value == f"{artists[0]}\n{long}"
    assert "**2 of 2** artists found" in words(app)


def test_an_unknown_name_is_dropped(app: AppTest, artists: list[str]) -> None:
    enter(app, f"{artists[0]}\n{NONSENSE} (3)")
    assert button(app, "Drop it")
    press(app, "Drop it")
    assert app.text_area(key="artists").value == artists[0]


def test_clearing_forgets_everything(app: AppTest, artists: list[str]) -> None:
    enter(app, f"{max(artists, key=len)}.\n{artists[0]}")
    press(app, f"Not {plain(max(artists, key=len))}")
    press(app, "Clear everything")
    left = [key for key in app.session_state.to_dict() if str(key).startswith("my_music_")]
    assert left == []
    assert app.text_area(key="artists").value == ""
    enter(app, f"{max(artists, key=len)}.\n{artists[0]}")
    assert "Read as:" in words(app)
