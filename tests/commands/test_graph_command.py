from __future__ import annotations

from pathlib import Path

from pipeline import graph
from pipeline.stages import STAGES
from tests.commands.calling import call, message


def test_every_stage_is_shown_with_what_it_cost(tiny_artifacts: Path) -> None:
    result = call("graph", "--artifacts", tiny_artifacts)
    assert result.exit_code == 0, result.output
    said = message(result)
    for stage in STAGES.values():
        assert stage.name in said
        assert all(name in said for name in (*stage.reads, *stage.writes))
    assert said.count("MiB") == len(STAGES)


def test_where_nothing_ran_there_are_dashes(tmp_path: Path) -> None:
    result = call("graph", "--artifacts", tmp_path)
    assert result.exit_code == 0, result.output
    assert "MiB" not in result.output
    # One stage needs nothing; no stage has a time or a peak.
    assert message(result).count("–") == 1 + 2 * len(STAGES)


def test_the_diagram_is_printed_alone(tmp_path: Path) -> None:
    result = call("graph", "--mermaid", "--artifacts", tmp_path)
    assert result.stdout == graph.mermaid() + "\n"


def test_the_diagram_goes_into_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n{graph.BEGIN}\nold\n{graph.END}\nafter\n", encoding="utf-8")
    assert call("graph", "--into", page).exit_code == 0
    first = page.read_text(encoding="utf-8")
    assert first == (
        f"# Before\n{graph.BEGIN}\n```mermaid\n{graph.mermaid()}\n```\n{graph.END}\nafter\n"
    )
    assert call("graph", "--into", page).exit_code == 0
    assert page.read_text(encoding="utf-8") == first


def test_a_page_without_a_place_for_it_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{graph.END}\n{graph.BEGIN}\n", encoding="utf-8")
    result = call("graph", "--into", page)
    assert result.exit_code == 1
    assert "below it" in message(result)
    assert page.read_text(encoding="utf-8") == f"{graph.END}\n{graph.BEGIN}\n"
