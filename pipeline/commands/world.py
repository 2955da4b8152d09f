"""Write the simulated data set as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def world(
    out: Annotated[Path, typer.Argument(help="Folder to write users.csv and the plays into.")],
    listeners: Annotated[int, typer.Option(min=1, help="Listeners to simulate.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every draw.")] = 0,
    parquet: Annotated[bool, typer.Option(help="Write Parquet instead of CSV.")] = False,
) -> None:
    """Write the simulated data set as files, in the layout of lastfm_500k."""
    from rich.progress import Progress

    from pipeline.sources.world.writing import write_world

    console = Console()
    with Progress(console=console) as bars:
        bar = bars.add_task("Simulating", total=1.0)
        write_world(
            out,
            listeners=listeners,
            seed=seed,
            as_parquet=parquet,
            progress=lambda share, words: bars.update(bar, completed=share, description=words),
        )
    console.print(f"Written: {listeners:,} simulated listeners in {out}")
