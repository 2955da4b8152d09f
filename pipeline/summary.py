"""The closing words of a run, and tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import Console
from rich.table import Table

from pipeline.core.builds.build import QUARANTINE, Build
from pipeline.core.builds.manifest import BASELINE, StageCost
from pipeline.progress import clock
from pipeline.publish import HEADLINE
from pipeline.runner import Result

PART_NAMES = {"valid": "validation", "test": "test"}

MOST_REASONS = 12
"""Reasons for setting rows aside that the summary lists; the build holds all."""


def print_summary(console: Console, result: Result) -> None:
    """Say what was read, kept and set aside, what it cost, and how good the recipes are."""
    build = Build.open(result.build)
    try:
        console.print(_rows_table(build.read("row_counts")))
        set_aside = len(build.read("quarantine"))
        if set_aside:
            console.print(
                f"Rows that could not be read: {set_aside:,}; they stand with their reasons in "
                f"{result.build / QUARANTINE}"
            )
        console.print(_costs_table(result.manifest.stages, result.ran))
        for part in PART_NAMES:
            console.print(_metrics_table(build, part))
        console.print("* the default: the lowest log loss on validation, unless chosen otherwise")
        console.print(
            f"Build [bold]{build.id}[/bold] is current: {result.build}"
            if result.ran
            else f"Nothing changed: the build [bold]{build.id}[/bold] is current."
        )
    finally:
        build.close()


def _rows_table(counts: pd.DataFrame) -> Table:
    table = Table(title="Rows", title_justify="left")
    for name in ("step", "rows of", "outcome", "why"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    for _, group in counts.groupby(["step", "rows_of"], sort=False):
        for row in _most_telling(group):
            table.add_row(*row)
        table.add_section()
    return table


def _most_telling(group: pd.DataFrame) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows read and kept, then the commonest reasons for setting aside; the rest as one row."""
    aside = group[group["outcome"] == "set aside"].sort_values("rows", ascending=False)
    whole = [group[group["outcome"] == outcome] for outcome in ("read", "kept")]
    shown = pd.concat([*whole, aside.head(MOST_REASONS)])
    for row in shown.itertuples():
        yield row.step, row.rows_of, row.outcome, row.reason, f"{row.rows:,}"
    others = aside.iloc[MOST_REASONS:]
    if len(others):
        first = group.iloc[0]
        why = f"{len(others)} further reasons"
        yield first["step"], first["rows_of"], "set aside", why, f"{others['rows'].sum():,}"


def _costs_table(stages: list[StageCost], ran: list[str]) -> Table:
    table = Table(title="Stages", title_justify="left")
    table.add_column("stage")
    table.add_column("time", justify="right")
    table.add_column("peak memory", justify="right")
    table.add_column("this run")
    for cost in stages:
        again = "ran" if cost.name in ran else "up to date"
        table.add_row(cost.name, duration(cost.seconds), f"{cost.peak_mb:,.0f} MiB", again)
    total = sum(cost.seconds for cost in stages)
    peak = max((cost.peak_mb for cost in stages), default=0.0)
    table.add_section()
    table.add_row("all", clock(total), f"{peak:,.0f} MiB", "")
    return table


def duration(seconds: float) -> str:
    """Write how long a stage took: ``4.2 s``, from a minute on as `clock` does."""
    return f"{seconds:.1f} s" if seconds < 60 else clock(seconds)


def _metrics_table(build: Build, part: str) -> Table:
    """Show the headline metrics of each recipe on one part, the baseline first."""
    rows = build.read("metrics", "view = 'countries' AND part = ?", [part])
    wide = rows.pivot(index="recipe", columns="metric", values="value")
    n = rows.groupby("recipe")["n"].max()
    table = Table(title=f"All countries, {PART_NAMES[part]}", title_justify="left")
    table.add_column("recipe")
    for name in (*HEADLINE, "n"):
        table.add_column(name.replace("_", " "), justify="right")
    for recipe in sorted(build.manifest.recipes, key=lambda r: (r != BASELINE, r)):
        name = f"{recipe} *" if recipe == build.manifest.default_recipe else recipe
        cells = [_number(float(wide.loc[recipe, metric])) for metric in HEADLINE]
        table.add_row(name, *cells, f"{n[recipe]:,}")
    return table


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.4f}"
