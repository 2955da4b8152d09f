"""Build from a source."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import config as options
from pipeline.commands._shared.options import Artifacts
from pipeline.core.builds.artifacts import artifacts_folder


class Show(StrEnum):
    """How progress is shown."""

    AUTO = "auto"
    BAR = "bar"
    PLAIN = "plain"
    JSON = "json"


def run(
    source: Annotated[
        str | None, typer.Option(help="lastfm_500k, lastfm_360k, table or world.")
    ] = None,
    path: Annotated[Path | None, typer.Option(help="File or folder of the source.")] = None,
    preset: Annotated[str | None, typer.Option(help="demo, large, original or tiny.")] = None,
    recipes: Annotated[
        str | None, typer.Option(help="Recipes to train, with commas; the baseline comes along.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="stage.option=value; may be given several times."),
    ] = None,
    artifacts: Artifacts = None,
    progress: Annotated[Show, typer.Option(help="How to show progress.")] = Show.AUTO,
) -> None:
    """Build from a source. What is up to date is not done again."""
    assignments = [*(set_ or []), *_recipes(recipes)]
    if progress is Show.JSON:
        _told_in_json(preset, assignments, source, path, artifacts)
    else:
        _shown(preset, assignments, source, path, artifacts, progress)


def _recipes(names: str | None) -> list[str]:
    """Recipes as the option that they are."""
    if names is None:
        return []
    listed = ", ".join(f'"{name.strip()}"' for name in names.split(",") if name.strip())
    return [f"train.recipes=[{listed}]"]


def _shown(
    preset: str | None,
    assignments: list[str],
    source: str | None,
    path: Path | None,
    artifacts: Path | None,
    progress: Show,
) -> None:
    """Run for a person: bars or lines, then a summary."""
    from pipeline.progress import Bars, Lines
    from pipeline.runner import PipelineRun
    from pipeline.summary import print_summary

    console = Console()
    chosen = options.load(preset, assignments, name=source, path=path)
    bars = progress is Show.BAR or (progress is Show.AUTO and console.is_terminal)
    listener = (Bars if bars else Lines)(console)
    folder = artifacts_folder(artifacts)
    print_summary(console, PipelineRun(chosen, artifacts=folder, listener=listener).run())


def _told_in_json(
    preset: str | None,
    assignments: list[str],
    source: str | None,
    path: Path | None,
    artifacts: Path | None,
) -> None:
    """Run for a program: an object a line on standard output, the build or the error last."""
    from pipeline.progress import JsonLines
    from pipeline.runner import PipelineRun

    lines = JsonLines(sys.stdout)
    try:
        chosen = options.load(preset, assignments, name=source, path=path)
        folder = artifacts_folder(artifacts)
        result = PipelineRun(chosen, artifacts=folder, listener=lines).run()
    except Exception as error:
        lines.say(error=str(error))
        raise
    lines.say(build=result.manifest.id)
