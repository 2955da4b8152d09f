from __future__ import annotations

import json
import sys

from app.shell.demo import COMMAND, DemoBuild, Progress

PATIENCE = 30


def run(*lines: str, code: int = 0) -> DemoBuild:
    """A demo build whose command prints `lines` and ends with `code`."""
    script = f"import sys\nfor line in {lines!r}:\n    print(line, flush=True)\nsys.exit({code})"
    demo = DemoBuild([sys.executable, "-c", script])
    demo.wait(PATIENCE)
    assert not demo.running
    return demo


def test_the_command_asks_for_json() -> None:
    assert COMMAND[1:] == ("-m", "pipeline", "run", "--preset", "demo", "--progress", "json")


def test_progress_and_build_are_read() -> None:
    told = {"stage": "Cleaning", "done": 0.25, "message": "merging", "remaining_seconds": 12.5}
    demo = run(json.dumps(told), json.dumps({"build": "abc"}))
    assert demo.progress == Progress(0.25, "Cleaning: merging", 12.5)
    assert (demo.build_id, demo.error) == ("abc", None)


def test_a_told_error_is_kept() -> None:
    demo = run(json.dumps({"error": "no room on the disk"}), code=1)
    assert (demo.build_id, demo.error) == (None, "no room on the disk")


def test_a_crash_shows_the_last_words() -> None:
    demo = run("Traceback", "[1, 2]", "MemoryError", code=3)
    assert demo.build_id is None
    assert demo.error == (
        "The command ended with code 3 and without a build:\nTraceback\n[1, 2]\nMemoryError"
    )


def test_silence_is_told() -> None:
    assert run().error == "The command ended with code 0 and without a build:\nit said nothing"


def test_done_stays_between_0_and_1() -> None:
    assert run(json.dumps({"stage": "x", "done": 7})).progress.done == 1.0
