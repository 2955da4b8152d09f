"""Builds that are open while somebody wants to remove them; the readers are other processes."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.core.builds import artifacts as artifacts_module
from pipeline.core.builds.artifacts import (
    builds_folder,
    choose,
    current_build,
    current_id,
    list_builds,
    prune,
)
from pipeline.core.builds.build import MANIFEST, Build, BuildError
from pipeline.core.builds.lease import alone, share
from pipeline.core.model.makeup import makeup
from pipeline.core.model.predictor import Play, Predictor

OPEN_AND_WAIT = """
import sys
from pathlib import Path
from pipeline.core.builds.build import Build
build = Build.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
build.close()
print("closed", flush=True)
sys.stdin.readline()
"""

# What a read-only file system would refuse, for whoever runs the test: root may write anywhere.
ON_A_READ_ONLY_DISK = """
import os, sys
from pathlib import Path
from pipeline.core.builds.artifacts import current_build
from pipeline.core.model.predictor import Play, Predictor
folder = Path(sys.argv[1])

def refuse(event, arguments):
    path = str(arguments[0]) if arguments else ""
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if (writes or event in ("os.mkdir", "os.rename", "os.remove")) and str(folder) in path:
        raise OSError(30, "Read-only file system", path)

sys.addaudithook(refuse)
with current_build(folder) as build:
    predictor = Predictor.open(build)
    for recipe in predictor.recipes:
        predictor.predict([Play(predictor.artist_name(0))], recipe=recipe)
print("answered", flush=True)
"""


@pytest.fixture
def old_build(own_artifacts: Path) -> Path:
    """The folder of a build that pruning would remove, older than the current one."""
    current = builds_folder(own_artifacts) / str(current_id(own_artifacts))
    old = Path(shutil.copytree(current, current.parent / "world-old"))
    os.utime(old, (1, 1))
    return old


@contextmanager
def reader_of(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the build open, and closes it when it is told to go on."""
    with subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def go_on(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def pruned_by_command(artifacts: Path, *more: str) -> str:
    arguments = ["builds", "--prune", "1", *more, "--artifacts", str(artifacts)]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_a_build_that_another_process_has_open_is_left_and_named(
    own_artifacts: Path, old_build: Path
) -> None:
    with reader_of(old_build) as process:
        pruned = prune(own_artifacts, keep=1)
        assert pruned.removed == ()
        assert pruned.left == {"world-old": "it is open in a running program"}
        assert old_build in list_builds(own_artifacts)
        assert go_on(process) == "closed\n"
        assert prune(own_artifacts, keep=1).removed == ("world-old",)
    assert not old_build.exists()


def test_a_killed_reader_holds_nothing(own_artifacts: Path, old_build: Path) -> None:
    with reader_of(old_build) as process:
        process.kill()
        process.wait()
        assert prune(own_artifacts, keep=1).removed == ("world-old",)


def test_a_build_of_several_readers_is_left_until_the_last_has_closed_it(
    own_artifacts: Path, old_build: Path
) -> None:
    first, second = Build.open(old_build), Build.open(old_build)
    first.close()
    first.close()
    assert prune(own_artifacts, keep=1).left
    second.close()
    assert prune(own_artifacts, keep=1).removed == ("world-old",)


def test_a_reader_that_is_forgotten_holds_nothing(own_artifacts: Path, old_build: Path) -> None:
    build = Build.open(old_build)
    del build
    assert prune(own_artifacts, keep=1).removed == ("world-old",)


def test_a_build_that_did_not_open_is_held_by_nobody(own_artifacts: Path, old_build: Path) -> None:
    (old_build / "artist_vectors.parquet").unlink()
    with pytest.raises(BuildError, match="lacks") as held:
        Build.open(old_build)
    assert prune(own_artifacts, keep=1).removed == ("world-old",), held


def test_the_command_names_what_it_left_and_how_to_remove_it(
    own_artifacts: Path, old_build: Path
) -> None:
    with reader_of(old_build):
        said = pruned_by_command(own_artifacts)
        assert "left world-old: it is open in a running program" in said
        assert "--force" in said
        assert "removed world-old" in pruned_by_command(own_artifacts, "--force")
    assert not old_build.exists()


def test_what_was_not_read_of_a_removed_build_is_an_error_in_words(
    own_artifacts: Path, old_build: Path
) -> None:
    with Build.open(old_build) as build:
        predictor = Predictor.open(build)
        names = [Play(predictor.artist_name(0))]
        before = predictor.predict(names, recipe="flat").country
        assert prune(own_artifacts, keep=1, force=True).removed == ("world-old",)
        # What is loaded goes on answering.
        assert predictor.predict(names, recipe="flat").country.equals(before)
        for read in (
            lambda: predictor.predict(names, recipe="logistic"),
            lambda: build.vectors("artist_vectors"),
            lambda: makeup(build, "atlas"),
        ):
            with pytest.raises(BuildError, match=r"was removed while it was open.*pipeline run"):
                read()


def test_a_build_is_closed_twice_without_harm_and_then_says_so(old_build: Path) -> None:
    with Build.open(old_build) as build:
        assert build.read("regions").shape[0] > 1
    build.close()
    with pytest.raises(BuildError, match="has been closed; open it again"):
        build.read("regions")


def test_an_error_of_a_query_stays_what_it_is(tiny_build: Build) -> None:
    with pytest.raises(Exception, match="no_such_table") as raised:
        tiny_build.sql("SELECT * FROM no_such_table")
    assert not isinstance(raised.value, BuildError)


def test_a_build_opens_from_a_read_only_folder(own_artifacts: Path) -> None:
    folders = [own_artifacts, *(p for p in own_artifacts.rglob("*") if p.is_dir())]
    for path in own_artifacts.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", ON_A_READ_ONLY_DISK, str(own_artifacts)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert done.stdout == "answered\n", done.stderr


def test_a_build_that_is_being_removed_does_not_open(old_build: Path) -> None:
    with alone(old_build / MANIFEST) as obstacle:
        assert obstacle is None
        with pytest.raises(BuildError, match="has just been removed"):
            Build.open(old_build)
    Build.open(old_build).close()


def test_a_file_that_went_between_opening_and_locking_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("x")

    def remove_first(handle: int, kind: int) -> None:
        path.unlink()

    monkeypatch.setattr(fcntl, "flock", remove_first)
    assert share(path) is None


def test_a_build_that_became_current_meanwhile_is_kept(
    own_artifacts: Path, old_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def chosen_meanwhile(path: Path) -> Iterator[str | None]:
        choose(own_artifacts, "world-old")
        with alone(path) as obstacle:
            yield obstacle

    monkeypatch.setattr(artifacts_module, "alone", chosen_meanwhile)
    pruned = prune(own_artifacts, keep=1)
    assert (pruned.removed, pruned.left) == ((), {})
    build = current_build(own_artifacts)
    assert build is not None and build.folder == old_build
    build.close()


def test_without_locks_builds_open_and_are_removed_only_by_force(
    own_artifacts: Path, old_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(handle: int, kind: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with Build.open(old_build) as build:
        assert build.read("regions").shape[0] > 1
    left = prune(own_artifacts, keep=1).left
    assert left == {
        "world-old": "whether a program has it open cannot be told here (No locks available)"
    }
    assert prune(own_artifacts, keep=1, force=True).removed == ("world-old",)


def test_a_build_that_cannot_be_removed_is_named(
    own_artifacts: Path, old_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    left = prune(own_artifacts, keep=1).left
    assert left == {"world-old": "it cannot be removed (Read-only file system)"}


def test_what_a_removal_left_that_was_cut_short_goes_with_the_next(own_artifacts: Path) -> None:
    leftover = builds_folder(own_artifacts) / ".removed-world-older"
    (leftover / "models").mkdir(parents=True)
    assert prune(own_artifacts, keep=1).removed == ()
    assert not leftover.exists()
