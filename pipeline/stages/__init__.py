"""The steps of the pipeline: pure functions from tables and options to tables.

A stage declares what it reads and writes; its keyword-only parameters name what else it needs::

    @stage(reads=("plays",), writes=("cleaned_plays",))
    def clean(tables: Tables, *, engine: DuckDBEngine, clean: CleanConfig) -> Outputs: ...

``engine``, ``progress``, ``recipe`` and ``threads`` come from the runner; any other name is a field
of Config, and the stage runs again when its value changes. The order of the stages follows from
what they read and write.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.core.registry import Registry
from pipeline.core.tables import contract

Outputs: TypeAlias = dict[str, Any]
"""What a stage writes, by name: rows for a table, a fitted recipe for MODEL."""

Run: TypeAlias = Callable[..., Outputs]

MODEL = "model"
"""Stands among the reads or writes of a stage a recipe for the fitted recipe itself."""

GIVEN = ("engine", "progress", "recipe", "threads")
"""Parameters that the runner gives and that change no number."""


@dataclass(frozen=True)
class Stage:
    """A step as declared.

    `per` is ``recipe`` where the stage runs once a recipe, else None. `options` are the fields of
    Config that it reads. `share` is its share of a run's time, for the first estimate.
    """

    name: str
    label: str
    run: Run
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    statements: tuple[str, ...]
    finds: tuple[str, ...]
    options: tuple[str, ...]
    per: str | None
    share: float


STAGES: Registry[Stage] = Registry("pipeline.stages", "stage")


def stage(
    label: str,
    *,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...],
    statements: tuple[str, ...] = (),
    finds: tuple[str, ...] = (),
    per: str | None = None,
    share: float = 1.0,
) -> Callable[[Run], Run]:
    """Declare a function as a stage of its own name.

    Parameters
    ----------
    label : str
        What to show while it runs.
    reads, writes : tuple of str
        Tables of the contract, or MODEL.
    statements : tuple of str
        Files of sql/ that it runs; a change to one runs the stage again.
    finds : tuple of str
        Packages whose modules it finds by themselves; a change to any runs the stage again.
    per : str, optional
        ``recipe`` to run once a recipe.
    share : float
        Rough seconds on a small data set, for the estimate of a first run.

    Raises
    ------
    KeyError
        When a table is not declared in the contract.
    """
    for name in (*reads, *writes):
        if name != MODEL:
            contract.table(name)

    def declare(run: Run) -> Run:
        parameters = inspect.signature(run).parameters.values()
        names = [p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
        STAGES.add(
            run.__name__,
            Stage(
                name=run.__name__,
                label=label,
                run=run,
                reads=reads,
                writes=writes,
                statements=statements,
                finds=finds,
                options=tuple(n for n in names if n not in GIVEN),
                per=per,
                share=share,
            ),
        )
        return run

    return declare
