"""Errors on the command line."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from pipeline.core.errors import UserError


class ErrorsShown(TyperGroup):
    """Commands whose errors are shown: what a person can mend as a message, on standard error.

    Anything else is a fault and keeps its trace.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            Console(stderr=True).print(
                f"[bold red]Error:[/bold red] {escape(str(error))}", highlight=False
            )
            raise typer.Exit(1) from None
