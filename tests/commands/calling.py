"""Calling the command line as a shell does."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from pipeline.__main__ import app


def call(*arguments: object) -> Result:
    wide = {"COLUMNS": "200"}
    return CliRunner(env=wide).invoke(app, [str(a) for a in arguments])


def message(result: Result) -> str:
    """What was printed, on one line."""
    return " ".join(result.output.split())
