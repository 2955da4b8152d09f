from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from pipeline import config, jobs, packages, publish, runner
from pipeline.config import Config
from pipeline.core.builds.artifacts import current_build, current_id
from pipeline.core.builds.build import Build
from pipeline.core.tables import contract
from pipeline.core.tables.declaration import Storage
from pipeline.jobs import RunError
from pipeline.recipes import RECIPES
from pipeline.sources import SourceError
from pipeline.sources.world.writing import write_world
from pipeline.stages import GIVEN, MODEL, STAGES, Stage
from tests.conftest import run_pipeline

EVERY_STAGE = list(STAGES.values())
EVERY_JOB = [job.name for job in jobs.jobs(tuple(RECIPES))]
TO_KILL = ("logistic", "majority", "two_layer")  # one recipe of each kind is enough to kill


def metrics_of(build: Build) -> pd.DataFrame:
    return build.sql("SELECT * FROM metrics ORDER BY ALL")


def command(artifacts: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "pipeline", "run", "--preset", "tiny"),
        *("--artifacts", str(artifacts), "--progress", "json", *more),
    ]


# --- what is declared ----------------------------------------------------------------------------


@pytest.mark.parametrize("stage", EVERY_STAGE, ids=lambda s: s.name)
def test_every_option_of_a_stage_is_a_field_of_config(stage: Stage) -> None:
    assert set(stage.options) <= set(Config.model_fields)


@pytest.mark.parametrize("stage", EVERY_STAGE, ids=lambda s: s.name)
def test_a_stage_in_parts_writes_tables_in_parts(stage: Stage) -> None:
    for name in stage.writes:
        if name != MODEL:
            assert contract.table(name).per == stage.per


@pytest.mark.parametrize("stage", EVERY_STAGE, ids=lambda s: s.name)
def test_a_stage_says_what_it_does(stage: Stage) -> None:
    assert stage.label
    assert stage.run.__doc__


def test_every_table_is_written_by_one_stage() -> None:
    written = [name for stage in EVERY_STAGE for name in stage.writes if name != MODEL]
    assert sorted(written) == sorted(contract.tables())


def test_order_follows_from_reads_and_writes() -> None:
    seen: set[str] = set()
    for job in jobs.jobs(tuple(RECIPES)):
        assert set(job.stage.reads) <= seen
        seen |= set(job.stage.writes)


def test_what_the_runner_gives_is_an_option_of_no_stage() -> None:
    assert not [stage.name for stage in EVERY_STAGE if set(stage.options) & set(GIVEN)]


# --- what a run leaves ---------------------------------------------------------------------------


def test_the_build_has_every_table_that_is_not_for_work_alone(tiny_build: Build) -> None:
    for table in contract.tables().values():
        if table.storage is Storage.DATABASE:
            assert list(tiny_build.read(table.name).columns) == [c.name for c in table.columns]
        if table.storage is Storage.PARQUET:
            assert (tiny_build.folder / f"{table.name}.parquet").is_file()


def test_the_manifest_tells_what_made_the_build(tiny_build: Build) -> None:
    manifest = tiny_build.manifest
    assert manifest.schema_version == contract.SCHEMA_VERSION
    assert manifest.source.simulated
    assert manifest.recipes == list(RECIPES)
    assert [cost.name for cost in manifest.stages] == EVERY_JOB
    assert all(cost.seconds > 0 and cost.peak_mb > 10 for cost in manifest.stages)
    assert manifest.config["embed_artists"]["vector_size"] == 16


def test_the_manifest_tells_what_each_job_ran_on(tiny_build: Build) -> None:
    manifest = tiny_build.manifest
    packages = {cost.name: cost.packages for cost in manifest.stages}
    assert packages["train_recipe:flat"]["lightgbm"] == metadata.version("lightgbm")
    assert "lightgbm" not in packages["train_recipe:logistic"]
    assert packages["embed_artists"]["gensim"] == metadata.version("gensim")
    everything = {name for of_job in packages.values() for name in of_job}
    assert set(manifest.packages) == {*everything, "listener-atlas"}


def test_the_default_recipe_has_the_lowest_validation_log_loss(tiny_build: Build) -> None:
    losses = tiny_build.sql(
        "SELECT recipe FROM metrics WHERE part = 'valid' AND view = 'countries' "
        "AND metric = 'log_loss' ORDER BY value LIMIT 1"
    )
    assert tiny_build.manifest.default_recipe == losses["recipe"].iat[0]


def test_every_recipe_finds_the_planted_countries(tiny_build: Build) -> None:
    accuracy = {r: h["accuracy"] or 0.0 for r, h in tiny_build.manifest.headline.items()}
    for recipe in set(accuracy) - {jobs.BASELINE}:
        assert accuracy[recipe] > accuracy[jobs.BASELINE] + 0.1, recipe


def test_nothing_but_whole_files_is_left(tiny_artifacts: Path) -> None:
    assert not [p for p in tiny_artifacts.rglob("*") if p.name.startswith(".partial")]
    assert not (next((tiny_artifacts / "work").iterdir()) / "spill").exists()


# --- a second run --------------------------------------------------------------------------------


def test_a_second_run_does_nothing(own_artifacts: Path) -> None:
    before = current_id(own_artifacts)
    result = run_pipeline(own_artifacts)
    assert result.ran == []
    assert result.manifest.id == before


@pytest.mark.parametrize(
    ("option", "recipes"),
    [("train.logistic.l2=0.5", ["logistic"]), ("train.flat.rounds=3", ["flat", "flat_weighted"])],
)
def test_an_option_of_a_recipe_runs_that_recipe_and_what_follows_it(
    own_artifacts: Path, option: str, recipes: list[str]
) -> None:
    result = run_pipeline(own_artifacts, option)
    stages = ("train_recipe", "evaluate_recipe", "move_prior", "truncate_lists")
    assert set(result.ran) == {f"{s}:{r}" for s in stages for r in recipes} | {runner.SEAL}


def test_threads_run_nothing_and_name_the_same_build(own_artifacts: Path) -> None:
    before = current_id(own_artifacts)
    result = run_pipeline(own_artifacts, "threads=3")
    assert (result.ran, result.manifest.id) == ([], before)


def test_what_was_made_on_other_packages_is_made_again_and_says_so(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = packages._version
    monkeypatch.setattr(packages, "_version", lambda n: "99" if n == "rapidfuzz" else version(n))
    result = run_pipeline(own_artifacts)
    # The tables came out as they were: nothing follows, and the sealed build stays as it is.
    assert result.ran == ["clean_plays", runner.SEAL]
    costs = publish.read_costs(own_artifacts / "work" / jobs.work_name(config.load("tiny")))
    assert [n for n, cost in costs.items() if cost.packages.get("rapidfuzz") == "99"] == [
        "clean_plays"
    ]


def test_what_has_no_record_of_its_cost_runs_again(own_artifacts: Path) -> None:
    path = own_artifacts / "work" / jobs.work_name(config.load("tiny")) / "costs.json"
    rows = [row for row in json.loads(path.read_text()) if row["name"] != "rank_artists"]
    path.write_text(json.dumps(rows))
    assert run_pipeline(own_artifacts).ran == ["rank_artists", runner.SEAL]


def test_where_the_source_lies_is_no_part_of_the_name_of_a_build(tmp_path: Path) -> None:
    write_world(tmp_path / "here", listeners=400, seed=0)
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    quick = ('train.recipes=["majority"]', "clean.min_listeners=3")
    ids = {
        run_pipeline(
            tmp_path / f"from_{place}", *quick, name="lastfm_500k", path=tmp_path / place
        ).manifest.id
        for place in ("here", "there")
    }
    assert len(ids) == 1


def test_other_recipes_are_added_to_what_there_is(tmp_path: Path) -> None:
    run_pipeline(tmp_path, 'train.recipes=["logistic"]')
    build = current_build(tmp_path)
    assert build is not None
    assert build.manifest.recipes == ["logistic", "majority"]
    build.close()


def test_the_same_seed_gives_the_same_numbers(tiny_build: Build, tmp_path: Path) -> None:
    run_pipeline(tmp_path)
    again = current_build(tmp_path)
    assert again is not None
    pd.testing.assert_frame_equal(metrics_of(again), metrics_of(tiny_build), check_exact=True)
    assert again.id == tiny_build.id
    again.close()


def test_another_seed_gives_other_numbers(tiny_build: Build, tmp_path: Path) -> None:
    run_pipeline(tmp_path, 'train.recipes=["logistic"]', "seed=1")
    other = current_build(tmp_path)
    assert other is not None
    assert other.manifest.headline["logistic"] != tiny_build.manifest.headline["logistic"]
    other.close()


# --- a run that fails ----------------------------------------------------------------------------


def test_unknown_recipes_are_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"unknown recipes \['forest'\]; there are: atlas"):
        run_pipeline(tmp_path, 'train.recipes=["forest"]')
    assert list(tmp_path.iterdir()) == []


def test_a_missing_source_leaves_the_current_build(own_artifacts: Path, tmp_path: Path) -> None:
    before = current_id(own_artifacts)
    with pytest.raises(SourceError):
        run_pipeline(own_artifacts, name="lastfm_500k", path=tmp_path / "nowhere")
    assert current_id(own_artifacts) == before
    build = current_build(own_artifacts)
    assert build is not None
    build.close()


def test_two_runs_on_the_same_work_do_not_meet(own_artifacts: Path) -> None:
    import fcntl

    folder = own_artifacts / "work" / jobs.work_name(config.load("tiny"))
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RunError, match="another run is at work"):
            run_pipeline(own_artifacts)


# --- a run that is killed ------------------------------------------------------------------------


HELD = """
import sys
import time

from pipeline.__main__ import app
from pipeline.progress import JsonLines

finished = JsonLines.finished


def held(self, task, *, skipped, total):
    finished(self, task, skipped=skipped, total=total)
    while task == sys.argv[1] and not skipped:
        time.sleep(1)


JsonLines.finished = held
app(sys.argv[2:])
"""
"""A run that goes no further than a task: stages of a tiny world may be quicker than the kill."""


def kill_in(artifacts: Path, task: str) -> list[str]:
    """Start a run, kill it as soon as it says that it is in `task`; give the tasks it was in."""
    seen: list[str] = []
    _, _, _, *arguments = command(artifacts, "--set", "seed=5", "--recipes", ",".join(TO_KILL))
    with subprocess.Popen(
        [sys.executable, "-c", HELD, task, *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            if "task" not in said:
                break
            if said["task"] not in seen:
                seen.append(said["task"])
            if said["task"] == task:
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL, f"the run was over before {task}: {seen}"
    return seen


def test_a_run_killed_in_each_stage_resumes_and_ends_with_the_same_numbers(
    own_artifacts: Path, tmp_path: Path
) -> None:
    before = current_id(own_artifacts)
    shutil.rmtree(own_artifacts / "work")
    for task in [*(job.name for job in jobs.jobs(TO_KILL)), runner.SEAL]:
        seen = kill_in(own_artifacts, task)
        # What was done before is not done again, but for a task killed as it ended.
        assert len(seen) <= 2, seen
        assert current_id(own_artifacts) == before
        build = current_build(own_artifacts)
        assert build is not None
        assert build.manifest.id == before
        build.close()
    chosen = ("seed=5", f"train.recipes={list(TO_KILL)}")
    resumed = run_pipeline(own_artifacts, *chosen)
    unbroken = run_pipeline(tmp_path / "unbroken", *chosen)
    first, second = Build.open(resumed.build), Build.open(unbroken.build)
    pd.testing.assert_frame_equal(metrics_of(first), metrics_of(second), check_exact=True)
    assert first.id == second.id
    first.close()
    second.close()
