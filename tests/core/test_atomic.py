from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.core.atomic import discard, replacing, write_text

WRITERS = 8
ROUNDS = 50


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_crash_while_writing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "before")
    with pytest.raises(RuntimeError), replacing(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("first", ["file", "folder"])
@pytest.mark.parametrize("second", ["file", "folder"])
def test_a_file_or_folder_takes_the_place_of_either(
    tmp_path: Path, first: str, second: str
) -> None:
    for kind in (first, second):
        with replacing(tmp_path / "model") as partial:
            if kind == "folder":
                (partial / "inside").mkdir(parents=True)
                (partial / "inside" / f"{kind}.txt").touch()
            else:
                partial.write_text(kind)
    model = tmp_path / "model"
    assert model.read_text() == "file" if second == "file" else names(model) == ["inside"]
    assert names(tmp_path) == ["model"]


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "c.txt", "x")
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == "x"


def write_a_file(path: Path, content: str) -> None:
    write_text(path, content * 10_000)


def write_a_folder(path: Path, content: str) -> None:
    with replacing(path) as partial:
        partial.mkdir()
        for name in ("one", "two"):
            (partial / name).write_text(content)


@pytest.mark.parametrize("write", [write_a_file, write_a_folder])
def test_writers_of_one_path_do_not_disturb_each_other(
    tmp_path: Path, write: Callable[[Path, str], None]
) -> None:
    path = tmp_path / "contested"
    start = threading.Barrier(WRITERS)

    def work(content: str) -> None:
        start.wait()
        for _ in range(ROUNDS):
            write(path, content)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, "abcdefgh"))
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    assert len(files) == (2 if path.is_dir() else 1)
    assert len({letter for file in files for letter in file.read_text()}) == 1
    assert names(tmp_path) == ["contested"]


def test_processes_that_write_one_file_all_end_well_and_a_reader_sees_it_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "contested.txt"
    write_text(path, "c" * 10_000)
    code = (
        "import sys; from pathlib import Path; from pipeline.core.atomic import write_text\n"
        "for _ in range(200): write_text(Path(sys.argv[1]), sys.argv[2] * 10_000)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), letter], stderr=subprocess.PIPE)
        for letter in "ab"
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        text = path.read_text()
        assert text == text[0] * 10_000
        seen.add(text[0])
    assert [writer.communicate()[1].decode() for writer in writers] == ["", ""]
    assert seen & {"a", "b"}
    assert names(tmp_path) == ["contested.txt"]


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pipeline.core.atomic import replacing\n"
        "with replacing(Path(sys.argv[1])) as partial:\n"
        "    partial.mkdir(); (partial / 'half').touch(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = names(tmp_path)
    (tmp_path / ".partial-b").touch()
    write_text(tmp_path / "a", "whole")
    assert left.startswith(".partial-a-")
    assert names(tmp_path) == [".partial-b", "a"]


def test_where_folders_cannot_be_locked_nothing_is_taken_for_a_leftover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, operation: int) -> None:
        raise OSError(errno.EBADF, "as over a network")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with replacing(tmp_path / "a") as slow:
        slow.write_text("slow")
        write_text(tmp_path / "a", "quick")
        assert slow.read_text() == "slow"
    assert names(tmp_path) == ["a"]


def test_what_a_living_writer_is_at_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with replacing(path) as slow:
        slow.write_text("slow")
        write_text(path, "quick")
        assert path.read_text() == "quick"
        assert slow.read_text() == "slow"
    assert path.read_text() == "slow"
    assert names(tmp_path) == ["a"]


def test_all_is_on_the_disk_before_the_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        events.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    def replace(self: Path, target: Path) -> Path:
        events.append(f"{self.name} is renamed")
        return rename(self, target)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("what a handle is open on is not to be seen here")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    with replacing(tmp_path / "model") as partial:
        (partial / "inside").mkdir(parents=True)
        (partial / "inside" / "weights").touch()
    assert events == ["inside", "weights", "model", "model is renamed", tmp_path.name]


def test_nothing_is_nothing_to_discard(tmp_path: Path) -> None:
    discard(tmp_path / "absent")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    discard(tmp_path / "folder")
    assert names(tmp_path) == []
