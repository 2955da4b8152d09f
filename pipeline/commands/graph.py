"""Show the stages: what they read and write, and what they last cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.commands._shared.options import Artifacts
from pipeline.core.builds.artifacts import artifacts_folder

NOT_RUN = "–"


def graph(
    mermaid: Annotated[bool, typer.Option(help="Print a Mermaid diagram, without costs.")] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Put the diagram between the markers of this Markdown page.",
        ),
    ] = None,
    artifacts: Artifacts = None,
) -> None:
    """Show the stages: what they read and write, and what they last cost."""
    from pipeline import graph as stages
    from pipeline.core.atomic import write_text

    if into is not None:
        write_text(into, stages.with_diagram(into.read_text(encoding="utf-8")))
    elif mermaid:
        sys.stdout.write(stages.mermaid() + "\n")
    else:
        Console().print(_table(artifacts_folder(artifacts)))


def _table(artifacts: Path) -> Table:
    from pipeline import graph as stages
    from pipeline.summary import duration

    table = Table(title="Stages, in the order of a run", title_justify="left", show_lines=True)
    for heading in ("stage", "reads", "writes"):
        table.add_column(heading, overflow="fold")
    for heading in ("time", "peak memory"):
        table.add_column(heading, justify="right")
    costs = stages.by_stage(stages.last_costs(artifacts))
    for stage in stages.ordered_stages():
        cost = costs.get(stage.name)
        name = f"{stage.name}\n(once a recipe)" if stage.per else stage.name
        table.add_row(
            name,
            ", ".join(stages.reads(stage)) or NOT_RUN,
            ", ".join(stage.writes),
            NOT_RUN if cost is None else duration(cost.seconds),
            NOT_RUN if cost is None else f"{cost.peak_mb:,.0f} MiB",
        )
    return table
