"""The command line: ``python -m pipeline COMMAND``."""

from __future__ import annotations

import typer

from pipeline.commands._shared.errors import ErrorsShown
from pipeline.commands.builds import builds
from pipeline.commands.graph import graph
from pipeline.commands.predict import predict
from pipeline.commands.run import run
from pipeline.commands.score import score
from pipeline.commands.world import world

app = typer.Typer(
    cls=ErrorsShown,
    help="Listener Atlas: from listening data to a sealed build that the app reads.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (run, predict, score, builds, graph, world):
    app.command()(command)

if __name__ == "__main__":
    app()
