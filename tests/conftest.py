"""One session fixture runs the real pipeline on a tiny planted world; everything reads it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import config
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, current_build
from pipeline.core.builds.build import Build
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.progress import Total
from pipeline.runner import PipelineRun, Result

TINY_ARTIFACTS = os.environ.get("ATLAS_TINY_ARTIFACTS")
"""Where artifacts of the tiny world lie already, for tests that run tests; else they are made."""

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"


class Silence:
    """Hears how far a run is and says nothing."""

    def started(self, task: str, label: str) -> None: ...

    def moved(self, task: str, share: float, words: str, total: Total) -> None: ...

    def finished(self, task: str, *, skipped: bool, total: Total) -> None: ...

    def close(self) -> None: ...


def run_pipeline(
    artifacts: Path, *assignments: str, preset: str = "tiny", **source: object
) -> Result:
    """Run the real pipeline and give its result."""
    chosen = config.load(preset, assignments, **source)
    return PipelineRun(chosen, artifacts=artifacts, listener=Silence()).run()


@pytest.fixture(scope="session")
def tiny_artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Artifacts of a run on the tiny world, every recipe. Not to be written to."""
    if TINY_ARTIFACTS:
        return Path(TINY_ARTIFACTS)
    folder = tmp_path_factory.mktemp("artifacts")
    run_pipeline(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_build(tiny_artifacts: Path) -> Iterator[Build]:
    """The current build of `tiny_artifacts`, open."""
    build = current_build(tiny_artifacts)
    assert build is not None
    yield build
    build.close()


@pytest.fixture
def own_artifacts(tiny_artifacts: Path, tmp_path: Path) -> Path:
    """A copy of `tiny_artifacts` that a test may change."""
    copy = Path(shutil.copytree(tiny_artifacts, tmp_path / "artifacts"))
    # What is up to date is recorded by absolute path.
    for record in copy.glob("work/*/done.json"):
        record.write_text(record.read_text().replace(str(tiny_artifacts), str(copy)))
    return copy


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """An engine of the test's own."""
    engine = DuckDBEngine(threads=2, spill=tmp_path / "spill")
    yield engine
    engine.close()


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Give a folder of real listeners; skips where it is absent."""

    def folder(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.is_dir():
            pytest.skip(f"the real data set {name} is not on this machine")
        return path

    return folder


@pytest.fixture(autouse=True)
def _no_artifacts_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep tests away from the artifacts of whoever runs them."""
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path / "no-artifacts"))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the test's own, in memory."""
    with duckdb.connect() as connection:
        yield connection
