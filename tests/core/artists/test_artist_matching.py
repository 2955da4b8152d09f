from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.artists.matching import Matcher

# Other work on the machine may slow an example down; that is no failure.
unhurried = settings(deadline=None)

# Popularity as numbers of listeners. With sixty bands that hardly anybody plays, the quarter that
# counts as popular begins between 50 and 60.
ARTISTS = {
    "Radiohead": 5000,
    "Sigur Rós": 1500,
    "Muse": 4000,
    "Mase": 40,
    "Metallica": 3000,
    "Led Zeppelin": 2500,
    "Arctic Monkeys": 3500,
    "The Black Keys": 2000,
    "Red Hot Chili Peppers": 3200,
    "AC/DC": 2400,
    "Beyoncé": 1800,
    "Daughter": 900,
    "Killer": 950,
    "!!!": 300,
    "Blink-182": 2100,
    "Nirvana": 4200,
    "Nirvána": 3,
    "Air": 800,
    "Ä.I.R.": 700,
    "Opeth": 1000,
    "Elliott Smith": 850,
    "Elliott Smyth": 840,
    "Paramore": 30,
    "Ryan Adams": 500,
    "Zola Jesus": 60,
    "Zebra Katz": 50,
    "Schiller": 20,
    "Jack White": 1700,
    "Apollo440": 900,
} | {f"Local Band {number}": 1 for number in range(60)}
NAMES = list(ARTISTS)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(NAMES, np.array(list(ARTISTS.values())))


def meant(matcher: Matcher, query: str) -> tuple[str, str | None]:
    (match,) = matcher.match([query])
    assert match.query == query
    return match.kind, None if match.index is None else NAMES[match.index]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("radiohead", "Radiohead"),
        ("SIGUR  RÓS", "Sigur Rós"),
        ("Sigur RÃ³s", "Sigur Rós"),
        ("Mase", "Mase"),
        ("!!!", "!!!"),
        ("Nirvána", "Nirvána"),
    ],
)
def test_the_same_artist_is_exact(matcher: Matcher, query: str, name: str) -> None:
    assert meant(matcher, query) == ("exact", name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Sigur Ros", "Sigur Rós"),
        ("Beyonce", "Beyoncé"),
        ("ac dc", "AC/DC"),
        ("acdc", "AC/DC"),
        ("blink 182", "Blink-182"),
        ("blink182", "Blink-182"),
        ("Black Keys", "The Black Keys"),
        # Both spellings have this search key; one has 1,400 times the listeners.
        ("Nirvanâ", "Nirvana"),
        ("Mettalica", "Metallica"),
        ("Metalica", "Metallica"),
        ("Led Zeplin", "Led Zeppelin"),
        ("Artic Monkees", "Arctic Monkeys"),
        ("Red Hot Chilli Pepers", "Red Hot Chili Peppers"),
        ("Radiohaed", "Radiohead"),
        ("Radoihead", "Radiohead"),
        ("Opeht", "Opeth"),
        ("Nirvanna", "Nirvana"),
    ],
)
def test_a_clear_slip_is_corrected(matcher: Matcher, query: str, name: str) -> None:
    assert meant(matcher, query) == ("corrected", name)


@pytest.mark.parametrize(
    "query",
    [
        "Mose",  # one letter from Muse and from Mase
        "Musa",
        "Black Eyes",  # two edits from Black Keys, but another band
        "Apollo450",  # digits are never slips
        "Jock White",  # words of four letters differ by less
        "Opath",  # and so do names of five
        "Daughters",
        "Daughtry",
        "Killers",
        "Paramorre",  # would be Paramore, who is too little known to guess at
        "Schilller",
        "Bryan Adams",  # another first letter
        "Opera",
        "Zola",
        "Completely Different",
        "",
        "???",
    ],
)
def test_another_artist_is_not_corrected(matcher: Matcher, query: str) -> None:
    assert meant(matcher, query) == ("unknown", None)


def test_artists_about_equally_popular_are_ambiguous() -> None:
    matcher = Matcher(["Aïr", "Air!", "Àir"], np.array([10, 80, 100]))
    (match,) = matcher.match(["air"])
    assert (match.kind, match.index, match.candidates) == ("ambiguous", None, (2, 1, 0))
    (match,) = Matcher(["Aïr", "Air!"], np.array([30, 10])).match(["air"])
    assert (match.kind, match.index, match.candidates) == ("corrected", 0, (0,))


def test_slips_of_two_artists_are_ambiguous(matcher: Matcher) -> None:
    (match,) = matcher.match(["Elliott Smath"])
    assert match.kind == "ambiguous"
    assert [NAMES[index] for index in match.candidates] == ["Elliott Smith", "Elliott Smyth"]


def test_an_unknown_name_offers_near_ones(matcher: Matcher) -> None:
    (match,) = matcher.match(["Black Eyes"])
    assert [NAMES[index] for index in match.candidates] == ["The Black Keys"]


def test_matches_come_in_the_order_of_the_queries(matcher: Matcher) -> None:
    kinds = [match.kind for match in matcher.match(["Muse", "Nobody At All", "Beyonce"])]
    assert kinds == ["exact", "unknown", "corrected"]
    assert matcher.match([]) == []


def test_every_known_name_matches_itself(matcher: Matcher) -> None:
    assert [match.index for match in matcher.match(NAMES)] == list(range(len(NAMES)))


def test_search_ranks_equal_prefix_word_inside_then_alike() -> None:
    known = ["Smashing Mused", "Museum", "Muse", "Amuse Me", "The Muse Sick", "Miuse", "Other"]
    matcher = Matcher(known, np.array([10, 20, 1, 1000, 30, 5000, 9000]))
    assert [known[index] for index in matcher.search("MUSE")] == [
        "Muse",
        "The Muse Sick",
        "Museum",
        "Smashing Mused",
        "Amuse Me",
        "Miuse",
    ]
    assert [known[index] for index in matcher.search("muse", limit=2)] == ["Muse", "The Muse Sick"]


def test_search_ranks_similar_names_by_likeness_before_popularity() -> None:
    known = ["Metalinka", "Metallica", "Metallicb"]
    matcher = Matcher(known, np.array([1000, 10, 20]))
    assert [known[index] for index in matcher.search("Metallicx")] == [
        "Metallicb",
        "Metallica",
        "Metalinka",
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("radio", "Radiohead"),
        ("Raidohead", "Radiohead"),
        ("chili pep", "Red Hot Chili Peppers"),
        ("acdc", "AC/DC"),
        ("sigur ros", "Sigur Rós"),
        ("metalica", "Metallica"),
        ("n", "Nirvana"),
        ("!!!", "!!!"),
        ("Nirvána", "Nirvána"),
    ],
)
def test_search_finds_first(matcher: Matcher, query: str, name: str) -> None:
    assert NAMES[matcher.search(query)[0]] == name


def test_search_without_a_query_or_a_limit_finds_nothing(matcher: Matcher) -> None:
    assert matcher.search("") == []
    assert matcher.search("  ") == []
    assert matcher.search("muse", limit=0) == []


@unhurried
@given(st.text(max_size=8), st.integers(1, 5))
def test_search_gives_distinct_known_positions(query: str, limit: int) -> None:
    found = Matcher(NAMES, np.ones(len(NAMES))).search(query, limit)
    assert len(found) == len(set(found)) <= limit
    assert set(found) <= set(range(len(NAMES)))


def test_an_empty_matcher_knows_nobody() -> None:
    matcher = Matcher([], np.array([]))
    assert len(matcher) == 0
    assert matcher.search("muse") == []
    assert matcher.match(["muse"])[0].kind == "unknown"


def test_a_nameless_artist_is_never_found() -> None:
    matcher = Matcher(["", "Muse"], np.array([9, 1]))
    assert matcher.match([""])[0].kind == "unknown"
    assert matcher.search("muse") == [1]


def test_popularity_must_fit_the_names() -> None:
    with pytest.raises(ValueError, match=r"each of the 2 names.*\(3,\)"):
        Matcher(["a", "b"], np.ones(3))
    with pytest.raises(ValueError, match=r"2 of 3 are not: 'a': -1.0, 'c': nan"):
        Matcher(["a", "b", "c"], np.array([-1.0, 1.0, np.nan]))


def test_without_guessing_only_equal_keys_match(matcher: Matcher) -> None:
    kinds = [m.kind for m in matcher.match(["sigur ros", "Mettalica"], misspelt=False)]
    assert kinds == ["corrected", "unknown"]
    assert matcher.match(["Mettalica"])[0].kind == "corrected"
