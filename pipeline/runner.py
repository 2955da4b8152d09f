"""From stages to tasks to a sealed build. Order, skipping and resuming are doit's."""

from __future__ import annotations

import fcntl
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doit.control import TaskControl
from doit.dependency import Dependency, JsonDB
from doit.runner import Runner
from doit.task import Task, dict_to_task
from doit.tools import config_changed

from pipeline import handover, memory, publish
from pipeline.config import Config
from pipeline.core.atomic import discard, write_text
from pipeline.core.builds.artifacts import builds_folder, current_id
from pipeline.core.builds.build import read_manifest
from pipeline.core.builds.manifest import Manifest, StageCost
from pipeline.core.builds.sealing import seal
from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Storage
from pipeline.core.tables.store import WorkStore
from pipeline.describe import artifacts_readme
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.freshness import fingerprint
from pipeline.jobs import Job, RunError, chosen_recipes, jobs, work_name
from pipeline.progress import Listener, Total
from pipeline.sources import SOURCES
from pipeline.stages import MODEL, Stage

SEAL = "seal"


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
        publish.check_default(config, self._recipes)
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
                self._costs = publish.read_costs(self._folder)
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
        shaped_by = fingerprint(job, self._config)
        return {
            "name": job.name,
            "actions": [(self._execute, [job, shaped_by.packages])],
            "file_dep": [str(p) for p in reads],
            "targets": [str(p) for p in writes],
            # What is not known to have a cost, and packages that it ran on, was not recorded whole.
            "uptodate": [config_changed(shaped_by.plain()), job.name in self._costs],
            # Without this, doit puts itself between the progress bars and the terminal.
            "io": {"capture": False},
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

    def _skipped(self, name: str) -> None:
        self._total.finish(name, None)
        self._listener.finished(name, skipped=True, total=self._total)

    def _execute(self, job: Job, packages: Mapping[str, str]) -> None:
        try:
            with self._measured(job.name, job.label, packages):
                self._run_job(job)
        except Exception as error:
            self._failure = error
            raise

    @contextmanager
    def _measured(self, name: str, label: str, packages: Mapping[str, str]) -> Iterator[None]:
        """Tell the listener, and keep seconds, peak memory and the versions of `packages`."""
        self._listener.started(name, label)
        self._report(name, 0.0, "")
        memory.reset_peak()
        since = time.monotonic()
        yield
        cost = StageCost(
            name=name,
            seconds=time.monotonic() - since,
            peak_mb=memory.peak_mb(),
            packages=dict(packages),
        )
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
            "threads": self._config.threads,
        }
        parameters = {n: getattr(self._config, n) for n in stage.options}
        parameters |= {n: v for n, v in given.items() if n in _keywords(stage)}
        recipes = (job.recipe,) if job.recipe else self._recipes
        tables = {n: handover.reader(n)(self._store, n, recipes) for n in stage.reads}
        outputs = stage.run(tables, **parameters)
        if set(outputs) != set(stage.writes):
            raise ValueError(
                f"the stage {stage.name} declares that it writes {sorted(stage.writes)}; "
                f"it wrote {sorted(outputs)}"
            )
        for name in stage.writes:
            handover.writer(name)(self._store, name, outputs[name], job.recipe)

    def _seal(self) -> Result:
        """Seal what the stages left, unless just that is current already."""
        names = [t.name for t in contract.tables().values() if t.storage is not Storage.WORK]
        paths = [path for name in names for path in self._paths(name, None)]
        files = publish.whole_files(self._store, paths, self._recipes)
        build_id = publish.build_id(self._config, self._store, files)
        folder = builds_folder(self._artifacts) / build_id
        if self._ran or current_id(self._artifacts) != build_id or not folder.is_dir():
            with self._measured(SEAL, "Sealing the build", {}):
                tables = {n: handover.read_table(self._store, n, self._recipes) for n in names}
                about = publish.manifest(
                    build_id,
                    self._config,
                    self._recipes,
                    metrics=tables["metrics"],
                    costs=[self._costs[name] for name in self._jobs],
                )
                models = {recipe: self._store.model_path(recipe) for recipe in self._recipes}
                folder = seal(self._artifacts, about, tables, models)
        return Result(build=folder, manifest=read_manifest(folder), ran=self._ran)


def _keywords(stage: Stage) -> tuple[str, ...]:
    return tuple(inspect.signature(stage.run).parameters)


def _write_costs(folder: Path, costs: Mapping[str, StageCost]) -> None:
    rows = [cost.model_dump() for cost in costs.values()]
    write_text(folder / publish.COSTS, json.dumps(rows, indent=1))


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
