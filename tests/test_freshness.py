"""Which jobs run again, and why: each case changes one thing in a copy of the project."""

from __future__ import annotations

import ast
import re
import shutil
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from pipeline import config, freshness, packages, runner
from pipeline.codebase.definitions import BODY
from pipeline.codebase.reach import Codebase, Name, project
from pipeline.codebase.source_files import ROOT, data_files, module_files
from pipeline.config import Config
from pipeline.core.builds.build import Build
from pipeline.core.model.models import KINDS
from pipeline.core.tables import contract, sql
from pipeline.core.tables.declaration import Declaration
from pipeline.freshness import Fingerprint, fingerprint
from pipeline.jobs import Job, jobs
from pipeline.recipes import RECIPES
from pipeline.stages import MODEL, STAGES
from tests.conftest import run_pipeline

JOBS = jobs(tuple(RECIPES))
TINY = config.load("tiny")
AFTER_TRAINING = ("evaluate_recipe", "move_prior", "truncate_lists")
TWO_LAYERS = ("two_layer", "two_layer_weighted")
WITH_TREES = ("atlas", "flat", "flat_weighted", *TWO_LAYERS)


def fingerprints(chosen: Config = TINY, code: Codebase | None = None) -> dict[str, Fingerprint]:
    return {job.name: fingerprint(job, chosen, code=code) for job in JOBS}


BEFORE = fingerprints()


def changed(now: dict[str, Fingerprint]) -> set[str]:
    """Jobs that would run again although the files that they read are as they were."""
    return {name for name, before in BEFORE.items() if now[name] != before}


def following(names: set[str]) -> set[str]:
    """`names`, and the jobs that read, in turn, what those write."""
    found = set(names)
    written: set[tuple[str, str | None]] = set()
    for job in JOBS:
        read = {(name, _part(name, job)) for name in job.stage.reads}
        if job.name in found or read & written:
            found.add(job.name)
            written |= {(name, _part(name, job)) for name in job.stage.writes}
    return found


def _part(name: str, job: Job) -> str | None:
    in_parts = name == MODEL or contract.table(name).per
    return job.recipe if in_parts else None


def every(stages: Iterable[str], recipes: Iterable[str] = tuple(RECIPES)) -> set[str]:
    return {f"{stage}:{recipe}" for stage in stages for recipe in recipes}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pipeline's files that a test may change."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=ignored)
    return tmp_path


# --- code ----------------------------------------------------------------------------------------


CODE = [
    ("a comment on an option", "config.py", "l2: float = Field(0.01", "# why\n    {}", set()),
    ("what an option means", "config.py", "Steps of L-BFGS at most.", "At most.", set()),
    ("a docstring", "core/model/hierarchy.py", '"""', '"""In short: ', set()),
    ("a recipe's docstring", "recipes/flat.py", '"""Fit trees', '"""Fit many trees', set()),
    ("a new function", "core/model/hierarchy.py", "SMALLEST =", "def new():\n    ...\n\n{}", set()),
    ("the progress bars", "progress.py", "bar_width=24", "bar_width=30", set()),
    (
        "a statement",
        "sql/country_rank_per_artist.sql",
        "SELECT",
        "{} ",
        {"rank_artists"},
    ),
    (
        "a statement of two stages",
        "sql/training_counts.sql",
        "SELECT",
        "{} ",
        {"group_countries", "learn_names"},
    ),
    (
        "an artist of the simulated world",
        "sources/world/world.csv",
        "Radiohead",
        "Radioheads",
        {"ingest_source"},
    ),
    (
        "a country of the simulated world",
        "sources/world/world_countries.csv",
        "\n",
        "{}#",
        {"ingest_source"},
    ),
    (
        "an alias of a country",
        "core/places/countries.csv",
        "Holland",
        "{}|Nederlandje",
        {"clean_plays", "group_countries"},
    ),
    (
        "how the linear layers are fitted",
        "recipes/_shared/linear.py",
        "lists = bag(data.X, weights, norm_power=norm_power)[",
        "lists = bag(data.X, 2 * weights, norm_power=norm_power)[",
        every(["train_recipe"], ["atlas", "tfidf_logistic", "two_layer_linear"]),
    ),
    (
        "how a network predicts",
        "core/model/models.py",
        "units = np.maximum(",
        "units = np.minimum(",
        every(["train_recipe", *AFTER_TRAINING], ["atlas"]),
    ),
    (
        "how trees are opened",
        "core/model/models.py",
        "lightgbm.Booster(model_str=self.text)",
        "lightgbm.Booster(model_str=self.text, silent=True)",
        every(["train_recipe", *AFTER_TRAINING], WITH_TREES),
    ),
    (
        "a metric's meaning",
        "metrics/macro_f1.py",
        '    """',
        "{}In short: ",
        {"describe_metrics", *every(["evaluate_recipe", "move_prior"])},
    ),
]
"""What is changed, in which file of pipeline/, the text there, its replacement ({} is the text
itself), and the jobs that run again for it."""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [c[1:] for c in CODE], ids=[c[0] for c in CODE]
)
def test_changed_code_runs_what_reaches_it(
    copy: Path, file: str, old: str, new: str, expected: set[str]
) -> None:
    path = copy / "pipeline" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new.replace("{}", old), 1), encoding="utf-8")
    assert changed(fingerprints(code=Codebase(copy))) == expected


def test_an_alias_runs_cleaning_and_what_follows_it() -> None:
    everything = {job.name for job in JOBS}
    before_cleaning = {"ingest_source", "describe_metrics"}
    assert following({"clean_plays", "group_countries"}) == everything - before_cleaning


def test_the_copy_is_fresh_as_it_is(copy: Path) -> None:
    assert changed(fingerprints(code=Codebase(copy))) == set()


# --- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("threads=7", set()),
        ("train.recipes=['flat']", set()),
        ("publish.default_recipe=flat", set()),
        ("train.logistic.l2=0.5", {"train_recipe:logistic"}),
        ("train.flat.rounds=3", every(["train_recipe"], ["flat", "flat_weighted"])),
        (
            "train.top_regions=3",
            every(["train_recipe"], ["atlas", "two_layer", "two_layer_weighted"]),
        ),
        ("train.network.units=8", {"train_recipe:atlas"}),
        ("clean.top_artists=9", {"clean_plays"}),
        ("regions=m49", {"group_countries"}),
        ("source.listeners=300", {"ingest_source"}),
        ("seed=8", {"ingest_source", "embed_artists", "map_artists", *every(["train_recipe"])}),
    ],
)
def test_a_changed_option_runs_what_reads_it(option: str, expected: set[str]) -> None:
    assert changed(fingerprints(config.load("tiny", [option]))) == expected


def test_one_option_of_a_recipe_runs_that_recipe_and_what_follows_it() -> None:
    assert following({"train_recipe:logistic"}) == every(
        ["train_recipe", *AFTER_TRAINING], ["logistic"]
    )


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_options_of_a_recipe_are_fields(recipe: str) -> None:
    assert set(RECIPES[recipe].options) <= set(config.TrainConfig.model_fields) - {"recipes"}


def test_every_option_of_training_is_read_by_a_recipe() -> None:
    read = {option for recipe in RECIPES.values() for option in recipe.options}
    assert read == set(config.TrainConfig.model_fields) - {"recipes"}


def test_options_are_data() -> None:
    """What options compute themselves would be reached by no name: a job is given an instance."""
    kinds = [v for v in vars(config).values() if isinstance(v, type)]
    options = [kind for kind in kinds if issubclass(kind, config.StageConfig)]
    assert len(options) > 10
    for kind in options:
        assert not [n for n, v in vars(kind).items() if callable(v) and not n.startswith("__")], (
            kind
        )


# --- tables ---------------------------------------------------------------------------------------


def with_declarations(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Declaration], Declaration]
) -> dict[str, Fingerprint]:
    """Fingerprints with tables that are declared otherwise."""
    look_up = contract.table
    with monkeypatch.context() as patched:
        patched.setattr(contract, "table", lambda name: change(look_up(name)))
        return fingerprints()


def test_another_type_of_a_column_runs_what_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def wider(table: Declaration) -> Declaration:
        columns = (replace(table.columns[0], sql_type="HUGEINT"), *table.columns[1:])
        return replace(table, columns=columns) if table.name == "coverage" else table

    assert changed(with_declarations(monkeypatch, wider)) == every(["move_prior"])


def test_a_table_counts_too_where_code_names_the_class_that_declares_it() -> None:
    (job,) = (job for job in JOBS if job.name == "describe_metrics")
    reached = freshness.reach(job, TINY)
    assert freshness._tables(job, reached) == {"metric_catalogue"}
    split = next(n for n, t in freshness._table_classes().items() if t == "split")
    named = replace(reached, stops=frozenset({split}))
    assert freshness._tables(job, named) == {"metric_catalogue", "split"}


def test_what_tables_and_columns_mean_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def reworded(table: Declaration) -> Declaration:
        columns = tuple(replace(column, meaning="Something.") for column in table.columns)
        return replace(table, columns=columns, meaning="Something else.")

    assert changed(with_declarations(monkeypatch, reworded)) == set()


# --- packages of others --------------------------------------------------------------------------


def with_new(package: str) -> dict[str, Fingerprint]:
    """Fingerprints with another version of a package, where it is installed at all."""

    def installed(imported: Iterable[str]) -> dict[str, str]:
        found = packages.versions(imported)
        return {n: "99.0" if n == package else v for n, v in found.items()}

    return {job.name: fingerprint(job, TINY, installed=installed) for job in JOBS}


def test_a_new_lightgbm_runs_the_recipes_of_trees_and_what_asks_them() -> None:
    assert changed(with_new("lightgbm")) == every(["train_recipe", *AFTER_TRAINING], WITH_TREES)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("gensim", {"embed_artists"}),
        ("numba", {"map_artists"}),
        ("rapidfuzz", {"clean_plays"}),
        ("streamlit", set()),
        ("doit", set()),
    ],
)
def test_a_new_version_runs_what_stands_on_it(package: str, expected: set[str]) -> None:
    assert changed(with_new(package)) == expected


def test_every_job_stands_on_the_database() -> None:
    assert all("duckdb" in f.packages for f in BEFORE.values())


# --- nothing is missed ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", data_files(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_data_file_belongs_to_a_definition_or_is_a_statement(path: Path) -> None:
    if path.parent == config.PRESETS:
        return  # its options count by their values
    if path.parent == sql.FOLDER:
        assert [s for s in STAGES.values() if path.stem in s.statements]
        return
    named = [
        f"{module}.{name}"
        for module in module_files()
        for name, definition in project().module(module).definitions.items()
        if path.name in definition.words
    ]
    assert named, (
        f"no definition has the string {path.name!r}, so that nothing would run again when the "
        "file changes; name it where it is read"
    )


@pytest.mark.parametrize("stage", list(STAGES))
def test_a_stage_declares_the_statements_that_it_runs(stage: str) -> None:
    """Read from the calls of ``run`` and ``statement`` in what its jobs reach."""
    job = next(job for job in JOBS if job.stage.name == stage)
    run = {s for name in freshness.reach(job, TINY).definitions for s in statements_run(name)}
    assert run == set(job.stage.statements)


def statements_run(name: Name) -> set[str]:
    """Names of statements that the functions of a definition run."""
    tree = ast.parse(module_files()[name.module].read_text(encoding="utf-8"))
    pieces = [s for s in tree.body if name.name and getattr(s, "name", None) == name.name]
    calls = [n for piece in pieces for n in ast.walk(piece) if isinstance(n, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("run", "statement")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_docstrings_are_read_where_that_is_known() -> None:
    """A changed docstring runs nothing, but where it is a declared meaning."""
    definitions = {name for job in JOBS for name in freshness.reach(job, TINY).definitions}
    readers = set()
    for name in definitions:
        found = project().definition(name)
        members = {member for _, member in found.members}
        if {"getdoc", "__doc__"} & (members | found.names):
            readers.add(name)
    # The docstrings of metrics count for the stages that find metrics.
    assert readers == {Name("pipeline.metrics", "metric")}


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_whoever_asks_a_recipe_reaches_its_models(tiny_build: Build, recipe: str) -> None:
    header = (tiny_build.model_path(recipe)).rglob("recipe.json")
    kinds = {k for path in header for k in re.findall(r'"kind": "(\w+)"', path.read_text())}
    assert kinds
    evaluate = next(job for job in JOBS if job.name == f"evaluate_recipe:{recipe}")
    reached = freshness.reach(evaluate, TINY).definitions
    assert {Name(KINDS[k].__module__, KINDS[k].__name__) for k in kinds} <= reached


GLUE = ("pipeline.runner", "pipeline.jobs", "pipeline.progress")
"""Modules that run jobs and shape nothing of what they write."""

DECLARED = ("pipeline.core.tables.contract", "pipeline.core.tables.declaration")
"""Modules that find the declarations of tables, which count as they are declared."""

TRACED = ("atlas", "evidence", "flat_weighted", "logistic", "majority", "tfidf_logistic")
QUICK = (
    "source.listeners=1000",
    "clean.min_listeners=20",
    "learn_names.max_iterations=2",
    "train.network.epochs=1",
    "train.artist_logistic.max_iterations=2",
    "train.flat.rounds=2",
    "train.evidence_region.rounds=2",
    "train.evidence_within.rounds=2",
)
"""What is learnt does not matter to the code that it is learnt by."""


def test_a_job_runs_no_code_that_it_does_not_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call of a function of the project while a job runs, against what was read of it."""
    files = {str(path): module for module, path in module_files().items()}
    ran: dict[str, set[Name]] = defaultdict(set)
    run_job: Callable[..., None] = runner.PipelineRun._run_job

    def traced(self: runner.PipelineRun, job: Job) -> None:
        def hook(frame: FrameType, event: str, argument: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename in files:
                top = code.co_qualname.partition(".")[0]
                ran[job.name].add(Name(files[code.co_filename], BODY if top == "<module>" else top))

        threading.setprofile(hook)
        sys.setprofile(hook)
        try:
            run_job(self, job)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]

    monkeypatch.setattr(runner.PipelineRun, "_run_job", traced)
    run_pipeline(tmp_path, f"train.recipes={list(TRACED)}", *QUICK)
    assert len(ran) == len(jobs(TRACED))
    for job in jobs(TRACED):
        reached = freshness.reach(job, TINY).definitions
        missed = {n for n in ran[job.name] - reached if n.module not in GLUE + DECLARED}
        assert missed <= {Name("pipeline.handover", n) for n in ("reader", "writer")}, job.name
