from __future__ import annotations

import base64
import json
import zlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.my_music.share_link import LinkError, SharedArtist, SharedList, pack, unpack

LIST = SharedList(
    (SharedArtist("Sigur Rós", 97), SharedArtist("múm"), SharedArtist("Bjork", None, True)),
    recipe="flat",
    tau=0.35,
    total_scrobbles=12_000,
)


def written(fields: Any) -> str:
    packed = zlib.compress(json.dumps(fields).encode())
    return base64.urlsafe_b64encode(packed).decode()


def test_a_list_comes_back_from_its_link() -> None:
    packed = pack(LIST)
    assert packed.artists == 3
    link = packed.link("https://atlas.example/my_music")
    assert unpack(parse_qs(urlsplit(link).query)["list"][0]) == LIST


def test_no_plays_are_not_unknown_plays() -> None:
    shared = SharedList((SharedArtist("a", 0), SharedArtist("b"), SharedArtist("c", 3, True)))
    assert unpack(pack(shared).text) == shared


def test_a_long_list_loses_its_last_artists() -> None:
    # Names without repetition cannot be made small.
    names = [base64.b64encode(bytes([i, 7 * i % 256] * 3)).decode() * 3 for i in range(50)]
    shared = SharedList(tuple(SharedArtist(name, i) for i, name in enumerate(names)))
    packed = pack(shared, longest=400)
    assert 0 < packed.artists < 50
    assert len(packed.text) <= 400
    assert len(pack(SharedList(shared.artists[: packed.artists + 1])).text) > 400
    assert unpack(packed.text).artists == shared.artists[: packed.artists]


def test_fifty_usual_names_have_room() -> None:
    nouns = [
        "Birds",
        "Rivers",
        "Mountains",
        "Children",
        "Engines",
        "Parades",
        "Ghosts",
        "Kings",
        "Lights",
        "Foxes",
    ]
    names = [
        f"{first} {noun}" for first in ["Red", "Blue", "Lone", "Wild", "Old"] for noun in nouns
    ]
    packed = pack(SharedList(tuple(SharedArtist(n, 997 - 13 * i) for i, n in enumerate(names))))
    assert packed.artists == 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "é",
        pack(LIST).text[:-6],
        base64.urlsafe_b64encode(b"no zlib").decode(),
        written([1, 2]),
        written({"v": 2, "a": [["a"]]}),
        written({"v": 1, "a": [[""]]}),
        written({"v": 1, "a": [[]]}),
        written({"v": 1, "a": [[7]]}),
        written({"v": 1, "a": [["a", -1]]}),
        written({"v": 1, "a": [["a", float("nan")]]}),
        written({"v": 1, "a": [["a", 1, 0, 5]]}),
        written({"v": 1, "a": [["a" * 501]]}),
        written({"v": 1, "a": [["a"]], "t": 7}),
        written({"v": 1, "a": [["a" * 1000]] * 5000}),
    ],
)
def test_what_is_no_list_is_refused_with_advice(text: str) -> None:
    with pytest.raises(LinkError, match="ask for it once more"):
        unpack(text)


@given(st.text())
def test_any_text_is_a_list_or_refused(text: str) -> None:
    try:
        unpack(text)
    except LinkError:
        return


def test_a_link_holds_no_more_than_counts() -> None:
    assert len(unpack(written({"v": 1, "a": [[f"a{i}"] for i in range(80)]})).artists) == 50
