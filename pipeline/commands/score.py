"""Score every listener of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipeline.commands._shared.options import Artifacts, RecipeName, opened_build


def score(
    plays: Annotated[Path, typer.Argument(help="Plays, as CSV or Parquet.")],
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    recipe: RecipeName = None,
    artifacts: Artifacts = None,
) -> None:
    """Write P(country) of every listener in a file in the layout of user_top_artists.

    OUT gets the columns user_id, country (ISO 3166-1 alpha-2) and probability.
    """
    from rich.progress import Progress

    from pipeline.core.model.predictor import Predictor
    from pipeline.scoring import score_file

    console = Console()
    predictor = Predictor.open(opened_build(artifacts))
    with Progress(console=console) as bars:
        bar = bars.add_task("Scoring", total=1.0)
        counts = score_file(
            predictor,
            plays,
            out,
            recipe=recipe,
            progress=lambda share, words: bars.update(bar, completed=share, description=words),
        )
    for row in counts.to_pylist():
        why = f" ({row['reason']})" if row["reason"] else ""
        console.print(f"{row['rows_of']} {row['outcome']}{escape(why)}: {row['rows']:,}")
    console.print(f"Written: {out}")
