"""From stages to tasks to a sealed build. Order, skipping and resuming are doit's."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
from doit.control import TaskControl
from doit.dependency import Dependency, JsonDB
from doit.runner import Runner
from doit.task import Task, dict_to_task
from doit.tools import config_changed

from pipeline import graph, memory
from pipeline.config import Config
from pipeline.core import builds, contract
from pipeline.core.declaration import Place
from pipeline.core.errors import UserError
from pipeline.core.manifest import Manifest, SourceRecord, StageCost
from pipeline.core.store import WorkStore, discard, replacing, write_text
from pipeline.describe import artifacts_readme
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.progress import Listener, Total
from pipeline.recipes import RECIPES
from pipeline.sources import SOURCES
from pipeline.stages import MODEL, STAGES, Stage

SEAL = "seal"
BASELINE = "majority"
HEADLINE = ("accuracy", "top_5_accuracy", "macro_f1", "log_loss")
"""Metrics over all countries that the manifest and the summary show."""

PACKAGES = ("duckdb", "gensim", "lightgbm", "listener-atlas", "numpy", "scikit-learn")
"""Packages whose version shapes a build."""


class RunError(UserError):
    """A run cannot start or go on."""


@dataclass(frozen=True)
class Job:
    """One stage, for one recipe where it runs once a recipe."""

    stage: Stage
    recipe: str | None

    @property
    def name(self) -> str:
        """Stage, with the recipe after a colon."""
        return self.stage.name if self.recipe is None else f"{self.stage.name}:{self.recipe}"

    @property
    def label(self) -> str:
        """What to show."""
        return self.stage.label if self.recipe is None else f"{self.stage.label} {self.recipe}"


@dataclass
class Result:
    """What a run did. `ran` are the jobs that were not up to date, in order."""

    build: Path
    manifest: Manifest
    ran: list[str] = field(default_factory=list)


class _DurableDB(JsonDB):
    """doit's record of what is up to date, written whole or not at all."""

    def dump(self) -> None:
        write_text(Path(self.name), self.codec.encode(self._db))


class _ResumingRunner(Runner):
    """doit's runner, which keeps its record after every task: a killed run loses one at most."""

    def process_task_result(self, node: Any, base_fail: Any) -> None:
        super().process_task_result(node, base_fail)
        self.dep_manager.backend.dump()


class _Quiet:
    """A doit reporter that passes on only what a listener needs."""

    def __init__(self, skipped: Callable[[str], None]) -> None:
        self._skipped = skipped

    def skip_uptodate(self, task: Task) -> None:
        self._skipped(task.name)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def jobs(recipes: tuple[str, ...]) -> list[Job]:
    """Give all jobs in an order in which each finds what it reads.

    Raises
    ------
    ValueError
        When a stage reads what none writes, or stages wait for each other.
    """
    pending = list(STAGES.values())
    written: set[str] = set()
    ordered: list[Job] = []
    while pending:
        ready = [s for s in pending if set(s.reads) <= written]
        if not ready:
            stuck = {s.name: sorted(set(s.reads) - written) for s in pending}
            raise ValueError(f"stages that read what no stage before them writes: {stuck}")
        for stage in ready:
            ordered += [Job(stage, r) for r in (recipes if stage.per else (None,))]
            written |= set(stage.writes)
            pending.remove(stage)
    return ordered


def chosen_recipes(config: Config) -> tuple[str, ...]:
    """Give the recipes to train; RunError names those that do not exist."""
    if config.train.recipes is None:
        return tuple(RECIPES)
    unknown = [r for r in config.train.recipes if r not in RECIPES]
    if unknown or not config.train.recipes:
        raise RunError(f"unknown recipes {unknown}; there are: {', '.join(RECIPES)}")
    # The baseline is always there: no figure is shown without it.
    return tuple(r for r in RECIPES if r in {*config.train.recipes, BASELINE})


class PipelineRun:
    """One run of the pipeline.

    Parameters
    ----------
    config : Config
        Every choice.
    artifacts : Path
        Where work and builds lie.
    listener : Listener
        Who is told how far it is.
    """

    def __init__(self, config: Config, *, artifacts: Path, listener: Listener) -> None:
        if config.source.name not in SOURCES:
            raise RunError(
                f"there is no source {config.source.name!r}; there are: {', '.join(SOURCES)}"
            )
        self._config = config
        self._artifacts = artifacts
        self._listener = listener
        self._recipes = chosen_recipes(config)
        self._folder = artifacts / "work" / work_name(config)
        self._jobs = {job.name: job for job in jobs(self._recipes)}
        self._failure: Exception | None = None
        self._ran: list[str] = []

    def run(self) -> Result:
        """Do what is not up to date and seal a build.

        Raises
        ------
        UserError
            When the source, the options or the data are not as expected. The build that was
            current before stays current.
        """
        source = SOURCES[self._config.source.name]
        inputs = source.fingerprint(self._config.source)
        with _locked(self._folder):
            engine = DuckDBEngine(threads=self._config.threads, spill=self._folder / "spill")
            try:
                self._engine = engine
                self._store = WorkStore(self._folder, engine.connection)
                self._costs = _read_costs(self._folder)
                self._total = Total(self._expected())
                self._run_tasks(inputs)
                result = self._seal()
                write_text(self._artifacts / "README.md", artifacts_readme())
                return result
            finally:
                engine.close()
                discard(self._folder / "spill")
                self._listener.close()

    def _expected(self) -> dict[str, float]:
        """Seconds by job: what it took last time, or its rough share."""
        shares = {name: job.stage.share for name, job in self._jobs.items()} | {SEAL: 2.0}
        return {n: self._costs[n].seconds if n in self._costs else s for n, s in shares.items()}

    def _run_tasks(self, inputs: list[Path]) -> None:
        tasks = [dict_to_task(self._task(job, inputs)) for job in self._jobs.values()]
        control = TaskControl(tasks)
        control.process(None)
        record = Dependency(_DurableDB, str(self._folder / "done.json"))
        runner = _ResumingRunner(record, _Quiet(self._skipped))
        runner.run_all(control.task_dispatcher())
        if self._failure is not None:
            raise self._failure

    def _task(self, job: Job, inputs: list[Path]) -> dict[str, Any]:
        reads = [p for name in job.stage.reads for p in self._paths(name, job.recipe)]
        if not job.stage.reads:
            reads = inputs if "source" in job.stage.options else []
        writes = [p for name in job.stage.writes for p in self._paths(name, job.recipe)]
        return {
            "name": job.name,
            "actions": [(self._execute, [job])],
            "file_dep": [str(p) for p in reads],
            "targets": [str(p) for p in writes],
            "uptodate": [config_changed(self._fingerprint(job))],
            "verbosity": 2,
        }

    def _paths(self, name: str, recipe: str | None) -> list[Path]:
        """Files of a table or model, as a job of `recipe` sees it."""
        if name == MODEL:
            # recipe.json is written with the rest of its folder in one rename.
            return [self._store.model_path(recipe or "") / "recipe.json"]
        if contract.table(name).per is None:
            return [self._store.path(name)]
        return [self._store.path(name, r) for r in ((recipe,) if recipe else self._recipes)]

    def _fingerprint(self, job: Job) -> dict[str, Any]:
        """Everything besides its inputs that shapes what a job writes."""
        options = {n: _plain(getattr(self._config, n)) for n in job.stage.options}
        return {"options": options, "code": _code(job, self._config.source.name)}

    def _skipped(self, name: str) -> None:
        self._total.finish(name, None)
        self._listener.finished(name, skipped=True, total=self._total)

    def _execute(self, job: Job) -> None:
        try:
            with self._measured(job.name, job.label):
                self._run_job(job)
        except Exception as error:
            self._failure = error
            raise

    @contextmanager
    def _measured(self, name: str, label: str) -> Iterator[None]:
        """Tell the listener, and keep seconds and peak memory."""
        self._listener.started(name, label)
        self._report(name, 0.0, "")
        memory.reset_peak()
        since = time.monotonic()
        yield
        cost = StageCost(name=name, seconds=time.monotonic() - since, peak_mb=memory.peak_mb())
        self._costs[name] = cost
        _write_costs(self._folder, self._costs)
        self._ran.append(name)
        self._total.finish(name, cost.seconds)
        self._listener.finished(name, skipped=False, total=self._total)

    def _report(self, name: str, share: float, words: str) -> None:
        self._total.move(share)
        self._listener.moved(name, share, words, self._total)

    def _run_job(self, job: Job) -> None:
        stage = job.stage
        given = {
            "engine": self._engine,
            "progress": lambda share, words: self._report(job.name, share, words),
            "recipe": job.recipe,
        }
        parameters = {n: getattr(self._config, n) for n in stage.options}
        parameters |= {n: v for n, v in given.items() if n in _keywords(stage)}
        outputs = stage.run({n: self._read(n, job.recipe) for n in stage.reads}, **parameters)
        if set(outputs) != set(stage.writes):
            raise ValueError(
                f"the stage {stage.name} declares that it writes {sorted(stage.writes)}; "
                f"it wrote {sorted(outputs)}"
            )
        for name in stage.writes:
            self._write(name, outputs[name], job.recipe)

    def _read(self, name: str, recipe: str | None) -> Any:
        if name == MODEL:
            from pipeline.core.fitted import FittedRecipe

            return FittedRecipe.load(self._store.model_path(recipe or ""))
        if contract.table(name).per is None:
            return self._store.read(name)
        return self._store.read(name, (recipe,) if recipe else self._recipes)

    def _write(self, name: str, output: Any, recipe: str | None) -> None:
        if name == MODEL:
            with replacing(self._store.model_path(recipe or "")) as partial:
                output.save(partial)
        else:
            part = recipe if contract.table(name).per else None
            self._store.write(name, output, part)

    # --- sealing ---------------------------------------------------------------------------------

    def _seal(self) -> Result:
        tables = {
            t.name: self._read(t.name, None)
            for t in contract.tables().values()
            if t.place is not Place.WORK
        }
        build_id = self._build_id(tuple(tables))
        folder = builds.builds_folder(self._artifacts) / build_id
        if self._ran or builds.current_id(self._artifacts) != build_id or not folder.is_dir():
            models = {r: self._store.model_path(r) for r in self._recipes}
            with self._measured(SEAL, "Sealing the build"):
                folder = builds.seal(
                    self._artifacts, self._manifest(build_id, tables), tables, models
                )
        return Result(build=folder, manifest=builds.read_manifest(folder), ran=self._ran)

    def _build_id(self, tables: tuple[str, ...]) -> str:
        """Name a build by its content: the same tables, models and options, the same name."""
        paths = [p for name in tables for p in self._paths(name, None)]
        for recipe in self._recipes:
            paths += sorted(self._store.model_path(recipe).iterdir())
        digest = hashlib.sha256(str(contract.SCHEMA_VERSION).encode())
        digest.update(json.dumps(_plain(self._config), sort_keys=True).encode())
        for path in paths:
            digest.update(path.relative_to(self._folder).as_posix().encode())
            digest.update(builds.sha256_of(path).encode())
        return f"{self._config.source.name}-{digest.hexdigest()[:12]}"

    def _manifest(self, build_id: str, tables: Mapping[str, Any]) -> Manifest:
        source = SOURCES[self._config.source.name]
        headline = self._headline(tables["metrics"])
        return Manifest(
            schema_version=contract.SCHEMA_VERSION,
            id=build_id,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            source=SourceRecord(
                name=source.name,
                label=source.label,
                licence=source.licence,
                simulated=source.simulated,
            ),
            config=_plain(self._config),
            packages={name: metadata.version(name) for name in PACKAGES},
            stages=[self._costs[name] for name in self._jobs if name in self._costs],
            recipes=list(self._recipes),
            default_recipe=self._default_recipe(headline),
            headline=headline,
            files=[],
        )

    def _headline(self, metrics: Any) -> dict[str, dict[str, float | None]]:
        rows = metrics.filter("part = 'valid' AND view = 'countries'").df()
        table = rows.pivot(index="recipe", columns="metric", values="value")
        shown = table.reindex(columns=list(HEADLINE)).astype(object)
        return {
            str(recipe): {m: None if pd.isna(v) else float(v) for m, v in row.items()}
            for recipe, row in shown.iterrows()
        }

    def _default_recipe(self, headline: dict[str, dict[str, float | None]]) -> str:
        """Give the chosen default, else the recipe of the lowest validation log loss."""
        chosen = self._config.publish.default_recipe
        if chosen is not None:
            if chosen not in self._recipes:
                raise RunError(
                    f"publish.default_recipe is {chosen!r}, which this run does not train; it "
                    f"trains {', '.join(self._recipes)}"
                )
            return chosen
        return min(headline, key=lambda r: headline[r]["log_loss"] or 0.0)


def work_name(config: Config) -> str:
    """Name the work folder of a source: runs on other data do not undo each other's work."""
    text = json.dumps(_plain(config.source), sort_keys=True)
    return f"{config.source.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _plain(value: Any) -> Any:
    """Turn options into what JSON can hold."""
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _keywords(stage: Stage) -> tuple[str, ...]:
    import inspect

    return tuple(inspect.signature(stage.run).parameters)


def _code(job: Job, source: str) -> str:
    """Digest the code that a job runs: its stage, what that imports, and what it finds by name."""
    seeds = [job.stage.run.__module__]
    if job.recipe is not None:
        seeds.append(RECIPES[job.recipe].fit.__module__)
    if "source" in job.stage.options:
        seeds.append(SOURCES[source].read.__module__)
    for package in job.stage.finds:
        seeds += [m for m in graph.modules() if m.startswith(f"{package}.")]
    return graph.code_digest(tuple(seeds), job.stage.statements)


def _read_costs(folder: Path) -> dict[str, StageCost]:
    path = folder / "costs.json"
    if not path.is_file():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["name"]: StageCost.model_validate(row) for row in rows}


def _write_costs(folder: Path, costs: Mapping[str, StageCost]) -> None:
    rows = [cost.model_dump() for cost in costs.values()]
    write_text(folder / "costs.json", json.dumps(rows, indent=1))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second run out of the same work; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"another run is at work in {folder}; wait for it to end, or end it first"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
