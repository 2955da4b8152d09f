from __future__ import annotations

import pytest

from pipeline.core.artists.misspelling import compact, edit_budget, is_slip_of_name


def test_spaces_do_not_count_as_letters() -> None:
    assert compact("red hot chili peppers") == "redhotchilipeppers"
    assert compact("") == ""


@pytest.mark.parametrize(
    ("length", "edits"), [(0, 0), (4, 0), (5, 1), (7, 1), (8, 2), (13, 2), (14, 3), (60, 3)]
)
def test_longer_names_may_differ_by_more(length: int, edits: int) -> None:
    assert edit_budget(length) == edits


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("metallica", "metallica"),
        ("metalica", "metallica"),  # a letter single
        ("opetth", "opeth"),  # a letter double
        ("opeht", "opeth"),  # two neighbours swapped
        ("metablica", "metallica"),  # one edit in a long lone word
        ("led zeplin", "led zeplin"),
        ("led zepelin", "led zeppelin"),
        ("artic monkeis", "arctic monkeys"),  # one edit in each word
    ],
)
def test_slips(typed: str, known: str) -> None:
    assert is_slip_of_name(typed.split(), known.split())


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("opath", "opeth"),  # one edit in a short lone word
        ("daughters", "daughter"),  # endings of lone words count
        ("bryan adams", "ryan adams"),  # another first letter
        ("apollo450", "apollo440"),  # digits are never slips
        ("jock white", "jack white"),  # one edit in a word of four letters
        ("the cure", "cure"),  # another number of words
        ("led zablin", "led zeppelin"),  # more than one edit in a word
    ],
)
def test_names_of_others_are_no_slips(typed: str, known: str) -> None:
    assert not is_slip_of_name(typed.split(), known.split())
