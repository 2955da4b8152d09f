"""The stages as a graph: what each reads and writes, what it last cost, and a diagram of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.builds.artifacts import builds_folder, current_id
from pipeline.core.builds.build import read_manifest
from pipeline.core.builds.manifest import StageCost
from pipeline.core.errors import UserError
from pipeline.jobs import jobs
from pipeline.publish import COSTS, read_costs
from pipeline.recipes import RECIPES
from pipeline.stages import STAGES, Stage

BEGIN = "<!-- stages: python -m pipeline graph --into docs/architecture.md -->"
END = "<!-- end of stages -->"
"""What stands around the diagram in a page, with the command that writes it anew."""


class PageError(UserError):
    """A page has no place for the diagram."""


@dataclass(frozen=True)
class Cost:
    """What a stage cost: its seconds in all, and its largest peak memory in MiB."""

    seconds: float
    peak_mb: float


def ordered_stages() -> list[Stage]:
    """Give the stages in the order of a run."""
    return list({job.stage.name: job.stage for job in jobs(tuple(RECIPES))}.values())


def last_costs(artifacts: Path) -> list[StageCost]:
    """Read what jobs cost: of the current build, or else of the run that was last broken off."""
    current = current_id(artifacts)
    if current is not None:
        return read_manifest(builds_folder(artifacts) / current).stages
    records = sorted((artifacts / "work").glob(f"*/{COSTS}"), key=lambda p: p.stat().st_mtime)
    return list(read_costs(records[-1].parent).values()) if records else []


def by_stage(costs: Iterable[StageCost]) -> dict[str, Cost]:
    """Add up what the jobs of each stage cost."""
    found: dict[str, Cost] = {}
    for cost in costs:
        name = cost.name.partition(":")[0]
        before = found.get(name, Cost(0.0, 0.0))
        found[name] = Cost(before.seconds + cost.seconds, max(before.peak_mb, cost.peak_mb))
    return found


def waits_for() -> dict[str, tuple[str, ...]]:
    """Give the stages that each stage has to wait for, without those that they wait for anyway."""
    writer = {name: stage.name for stage in STAGES.values() for name in stage.writes}
    direct: dict[str, set[str]] = {}
    earlier: dict[str, set[str]] = {}
    for stage in ordered_stages():
        read = {writer[name] for name in stage.reads}
        earlier[stage.name] = read.union(*(earlier[name] for name in read))
        direct[stage.name] = read.difference(*(earlier[name] for name in read))
    order = list(direct)
    return {stage: tuple(sorted(names, key=order.index)) for stage, names in direct.items()}


def mermaid() -> str:
    """Draw the stages as a Mermaid flowchart: what each reads and writes, and what it waits for."""
    lines = ["flowchart TD"]
    for stage in ordered_stages():
        name = f"<b>{stage.name}</b>"
        title = f"{name}, once a recipe" if stage.per else name
        words = [title, *_listed("reads", reads(stage)), *_listed("writes", stage.writes)]
        lines.append(f'    {stage.name}["{"<br>".join(words)}"]')
    for later, names in waits_for().items():
        lines += [f"    {name} --> {later}" for name in names]
    return "\n".join(lines)


def reads(stage: Stage) -> tuple[str, ...]:
    """Give the tables that a stage reads, or ``the source``; none where it needs nothing."""
    return stage.reads or (("the source",) if "source" in stage.options else ())


def _listed(verb: str, names: Sequence[str]) -> list[str]:
    return [f"<i>{verb}</i> {', '.join(names)}"] if names else []


def with_diagram(page: str) -> str:
    """Give a Markdown page with today's diagram between its markers.

    Raises
    ------
    PageError
        When the markers do not stand in it, once each.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        raise PageError(
            f"expected a page with one line {BEGIN!r} and, below it, one line {END!r}, between "
            "which the diagram goes; write them where it should stand"
        )
    return f"{before}{BEGIN}\n```mermaid\n{mermaid()}\n```\n{END}{after}"
