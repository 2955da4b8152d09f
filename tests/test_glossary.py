from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

# The words that every file, table, page and README uses; design and docs rest on them.
FOUNDATIONS = (
    *("listener", "artist", "play", "country", "region", "layer 1", "layer 2", "recipe"),
    *("source", "stage", "build", "evidence", "vocabulary", "adjustment, τ", "prediction set"),
    *("coverage", "temperature", "support"),
)


def rows() -> Iterator[tuple[str, str, str]]:
    """Term, sentence, and where it lies."""
    for line in GLOSSARY.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] != "term" and not cells[0].startswith("---"):
            yield cells[0], cells[1], cells[2]


ROWS = list(rows())


@pytest.mark.parametrize(("term", "sentence", "where"), ROWS, ids=[row[0] for row in ROWS])
def test_a_term_is_one_sentence_and_lies_where_it_says(
    term: str, sentence: str, where: str
) -> None:
    assert sentence.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", sentence), f"{term}: one sentence is enough"
    found = re.fullmatch(r"`(\w+)` in `([\w./]+)`", where)
    assert found, f"{term}: expected `name` in `path`, got {where}"
    path = ROOT / found[2]
    files = [p for p in path.rglob("*.py") if p.is_file()] if path.is_dir() else [path]
    assert any(
        re.search(rf"\b{found[1]}\b", f"{file.stem} {file.read_text(encoding='utf-8')}")
        for file in files
    ), f"{term}: there is no {found[1]} in {found[2]}"


def test_terms_stand_once() -> None:
    terms = [term for term, _, _ in ROWS]
    assert len(set(terms)) == len(terms)


def test_the_foundations_are_explained() -> None:
    assert set(FOUNDATIONS) <= {term for term, _, _ in ROWS}
