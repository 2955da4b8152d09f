from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from pipeline import graph
from pipeline.codebase.source_files import ROOT
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import StageCost
from pipeline.graph import Cost, by_stage, last_costs, mermaid, ordered_stages, waits_for
from pipeline.publish import COSTS
from pipeline.stages import STAGES


def test_the_page_of_the_architecture_shows_the_stages_as_they_are() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert graph.with_diagram(page) == page, (
        "run `python -m pipeline graph --into docs/architecture.md` to draw the stages anew"
    )


def test_each_stage_is_drawn_once_with_all_that_it_reads_and_writes() -> None:
    boxes = dict(re.findall(r'^ +(\w+)\["(.*)"\]$', mermaid(), re.MULTILINE))
    assert set(boxes) == set(STAGES)
    for name, stage in STAGES.items():
        words = re.split(r"<[^>]*>|, ", boxes[name])
        listed = [w.strip() for w in words]
        assert all(listed.count(table) == 1 for table in (*stage.reads, *stage.writes)), name
        assert ("once a recipe" in boxes[name]) == (stage.per is not None)


def test_arrows_lead_from_what_writes_to_what_reads_and_none_follows_from_others() -> None:
    waits = waits_for()
    assert waits["ingest_source"] == waits["describe_metrics"] == ()
    assert waits["clean_plays"] == ("ingest_source",)
    # It reads the split too, which the stages that it waits for have read before it.
    assert waits["train_recipe"] == ("embed_listeners", "weigh_evidence")
    assert waits["evaluate_recipe"] == ("train_recipe",)


def test_whoever_reads_a_table_waits_for_its_writer() -> None:
    """However long the way: arrows that were left out follow from the others."""
    writer = {name: stage.name for stage in STAGES.values() for name in stage.writes}
    waits = waits_for()
    before: dict[str, set[str]] = {}
    for stage in ordered_stages():
        direct = waits[stage.name]
        before[stage.name] = {*direct}.union(*(before[name] for name in direct))
        assert {writer[name] for name in stage.reads} <= before[stage.name]


def test_costs_of_recipes_add_up_and_the_highest_peak_counts() -> None:
    costs = [
        StageCost(name="rank", seconds=1.0, peak_mb=100.0),
        StageCost(name="train:a", seconds=2.0, peak_mb=300.0),
        StageCost(name="train:b", seconds=0.5, peak_mb=200.0),
    ]
    assert by_stage(costs) == {"rank": Cost(1.0, 100.0), "train": Cost(2.5, 300.0)}


def test_costs_are_those_of_the_current_build(tiny_artifacts: Path, tiny_build: Build) -> None:
    assert last_costs(tiny_artifacts) == tiny_build.manifest.stages


@pytest.mark.parametrize("folders", [[], ["one"], ["one", "two"]])
def test_without_a_build_they_are_those_of_the_last_run_that_was_broken_off(
    tmp_path: Path, folders: list[str]
) -> None:
    for age, name in enumerate(reversed(folders)):
        path = tmp_path / "work" / name / COSTS
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps([{"name": name, "seconds": 1.0, "peak_mb": 2.0}]))
        os.utime(path, (1000 + age, 1000 + age))
    assert [cost.name for cost in last_costs(tmp_path)] == folders[:1]
