"""List, check, choose and remove builds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.commands._shared.options import Artifacts
from pipeline.core.builds.artifacts import (
    Pruned,
    artifacts_folder,
    choose,
    current_id,
    list_builds,
    prune,
)
from pipeline.core.builds.build import BUILD_AGAIN, BuildError, read_manifest
from pipeline.core.builds.integrity import damage


def builds(
    check: Annotated[bool, typer.Option(help="Compare every file with its manifest.")] = False,
    keep: Annotated[
        int | None, typer.Option("--prune", min=1, help="Keep this many builds, remove the rest.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="With --prune: remove builds too that a program has open.")
    ] = False,
    use: Annotated[str | None, typer.Option(help="Make this build current.")] = None,
    artifacts: Artifacts = None,
) -> None:
    """List builds; check them, choose the current one, or remove old ones."""
    console = Console()
    folder = artifacts_folder(artifacts)
    if use is not None:
        choose(folder, use)
    if keep is not None:
        _print_pruned(console, prune(folder, keep=keep, force=force))
    if _print_builds(console, folder, check=check):
        raise typer.Exit(1)


def _print_pruned(console: Console, pruned: Pruned) -> None:
    for name in pruned.removed:
        console.print(f"removed {name}")
    for name, reason in pruned.left.items():
        console.print(f"left {name}: {escape(reason)}")
    if pruned.left:
        console.print("Close what has them open and prune again, or remove them with --force.")


def _print_builds(console: Console, folder: Path, *, check: bool) -> bool:
    """List the builds; True when a checked one is damaged."""
    current, damaged = current_id(folder), False
    table = Table()
    for heading in ("build", "created", "source", "recipes", "size", "state"):
        table.add_column(heading)
    for path in list_builds(folder):
        state = ["current"] if path.name == current else []
        try:
            manifest = read_manifest(path)
            problems = damage(path) if check else []
            state += problems or (["whole"] if check else [])
            damaged = damaged or bool(problems)
            size = sum(f.bytes for f in manifest.files) / 1024**2
            row = (manifest.created, manifest.source.label, str(len(manifest.recipes)))
            table.add_row(path.name, *row, f"{size:.1f} MiB", "; ".join(state))
        except BuildError as error:
            damaged = True
            table.add_row(path.name, "", "", "", "", escape(str(error)))
    if table.row_count:
        console.print(table)
    else:
        console.print(f"There is no build in {folder}. {BUILD_AGAIN}")
    return damaged and check
