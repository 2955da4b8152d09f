"""When a job has to run again: what shapes what it writes, besides the files that it reads.

That is the options that it reads, the code that it reaches, how its tables are declared, and the
versions of the packages that the code stands on. What changes no number is no part of it: comments,
docstrings, code that is not reached, options of others, the number of threads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import handover
from pipeline.codebase.definitions import DOCSTRINGS
from pipeline.codebase.reach import Codebase, Name, Reached, name_of, project
from pipeline.config import Config, plain
from pipeline.core.tables import contract, sql
from pipeline.core.tables.declaration import Table
from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.jobs import Job
from pipeline.packages import versions
from pipeline.recipes import RECIPES
from pipeline.sources import SOURCES
from pipeline.stages import MODEL

CORE = "pipeline.core."
"""Where everything lies that a fitted recipe consists of."""

FIND_TABLES = name_of(contract.tables)
"""Finds every table by itself. Those that matter to a job count as they are declared."""

HANDED = (DuckDBEngine, WorkStore)
"""Classes of what arrives as an argument of stages, and of what reads and writes for them."""


@dataclass(frozen=True)
class Fingerprint:
    """Everything besides its inputs that shapes what a job writes.

    Attributes
    ----------
    options : mapping
        Values of the options that it reads.
    tables : mapping
        Declarations of the tables that it writes or that its code names, without what they mean.
    code : str
        Digest of the code that it reaches, data files and SQL statements included.
    packages : mapping of str to str
        Versions of the packages of others that this code stands on.
    """

    options: Mapping[str, Any]
    tables: Mapping[str, Any]
    code: str
    packages: Mapping[str, str]

    def plain(self) -> dict[str, Any]:
        """Give what can be written as JSON."""
        return dataclasses.asdict(self)


def fingerprint(
    job: Job,
    config: Config,
    *,
    code: Codebase | None = None,
    installed: Callable[[Iterable[str]], dict[str, str]] = versions,
) -> Fingerprint:
    """Give what shapes what `job` writes.

    Parameters
    ----------
    job : Job
    config : Config
        Every choice of the run.
    code : Codebase, optional
        By default the code that runs.
    installed : callable
        From names of packages to their versions; see `packages.versions`.
    """
    code = code or project()
    reached = reach(job, config, code=code)
    return Fingerprint(
        options=options(job, config),
        tables={name: _declared(name) for name in sorted(_tables(job, reached))},
        code=code.digest(reached),
        packages=installed(sorted(reached.packages)),
    )


def options(job: Job, config: Config) -> dict[str, Any]:
    """Give the values of the options that a job reads; of a recipe's, its own alone."""
    values = {name: plain(getattr(config, name)) for name in job.stage.options}
    if job.recipe is not None and "train" in values:
        own = RECIPES[job.recipe].options
        values["train"] = {n: v for n, v in values["train"].items() if n in own}
    return values


def reach(job: Job, config: Config, *, code: Codebase | None = None) -> Reached:
    """Give the code that a job reaches, the statements that its stage names included."""
    code = code or project()
    stops = (FIND_TABLES, *_table_classes())
    reached = code.reached(_seeds(job, config, code), stops=stops)
    folder = code.root / sql.FOLDER.relative_to(project().root)
    statements = {folder / f"{name}.sql" for name in job.stage.statements}
    return dataclasses.replace(reached, files=reached.files | statements)


def _seeds(job: Job, config: Config, code: Codebase) -> Iterator[Name]:
    """Where a job's code begins: its stage, what is handed to it, and what it finds by name."""
    stage = job.stage
    yield name_of(stage.run)
    yield from (name_of(each) for each in HANDED)
    yield from (name_of(handover.reader(name)) for name in stage.reads)
    yield from (name_of(handover.writer(name)) for name in stage.writes)
    if job.recipe is not None:
        fit = name_of(RECIPES[job.recipe].fit)
        if MODEL in stage.writes:
            yield fit
        if MODEL in stage.reads:
            # The fitted recipe arrives from its file. How it was fitted does not matter any more:
            # if that gave another one, it is another file.
            fitted = code.reached([fit]).definitions
            yield from (name for name in fitted if name.module.startswith(CORE))
    if "source" in stage.options:
        yield name_of(SOURCES[config.source.name].read)
    for package in stage.finds:
        for module in code.modules:
            parent, _, last = module.rpartition(".")
            if parent == package and not last.startswith("_"):
                # What is declared may be taken from docstrings, as the meaning of a metric is.
                yield from (*code.whole(module), Name(module, DOCSTRINGS))


def _table_classes() -> dict[Name, str]:
    """Tables by the class that declares each."""
    found, pending = {}, Table.__subclasses__()
    while pending:
        declaring = pending.pop()
        pending += declaring.__subclasses__()
        if declaring.__module__.startswith(contract.__name__):
            found[name_of(declaring)] = declaring.declaration.name
    return found


def _tables(job: Job, reached: Reached) -> set[str]:
    named = {table for name, table in _table_classes().items() if name in reached.stops}
    return {name for name in job.stage.writes if name != MODEL} | named


def _declared(table: str) -> dict[str, Any]:
    declaration = dataclasses.asdict(contract.table(table))
    columns = [{n: v for n, v in c.items() if n != "meaning"} for c in declaration["columns"]]
    kept = {n: v for n, v in declaration.items() if n != "meaning"}
    return kept | {"columns": columns}
