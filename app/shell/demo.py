"""Building the demo from within the app: the pipeline's own command in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

COMMAND: tuple[str, ...] = (
    *(sys.executable, "-m", "pipeline", "run"),
    *("--preset", "demo", "--progress", "json"),
)
_LINES_KEPT = 20


@dataclass(frozen=True)
class Progress:
    """How far a run has come: `done` from 0 to 1; `remaining_seconds` is None while unknown."""

    done: float = 0.0
    message: str = "Starting"
    remaining_seconds: float | None = None


class DemoBuild:
    """A running build of the demo, which goes on whichever page is looked at.

    Parameters
    ----------
    command : sequence of str
        Prints one JSON object a line: ``{"stage", "done", "message",
        "remaining_seconds"}`` while it runs,
        ``{"build": id}`` or ``{"error": text}`` at its end. Other lines are kept to explain a
        failure.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.progress = Progress()
        self.build_id: str | None = None
        self.error: str | None = None
        self._heard = threading.Event()
        self._other_lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def running(self) -> bool:
        """Whether the process, or the reading of its last words, goes on."""
        return self._watcher.is_alive()

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the end, at most `timeout` seconds."""
        self._watcher.join(timeout)

    def wait_for_progress(self, timeout: float | None = None) -> bool:
        """Wait for the first word of progress, or for the end; False after `timeout` seconds."""
        return self._heard.wait(timeout)

    def stop(self) -> None:
        """End the process; what it had not sealed is lost."""
        self._process.terminate()
        self.wait()

    def _watch(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._read(line.strip())
        code = self._process.wait()
        if self.build_id is None and self.error is None:
            said = "\n".join(self._other_lines) or "it said nothing"
            self.error = f"The command ended with code {code} and without a build:\n{said}"
        self._heard.set()

    def _read(self, line: str) -> None:
        try:
            told = json.loads(line)
        except json.JSONDecodeError:
            told = None
        if not isinstance(told, dict):
            if line:
                self._other_lines.append(line)
        elif "build" in told:
            self.build_id = str(told["build"])
        elif "error" in told:
            self.error = str(told["error"])
        else:
            self.progress = Progress(
                done=min(max(float(told.get("done") or 0.0), 0.0), 1.0),
                message=": ".join(str(told[k]) for k in ("stage", "message") if told.get(k)),
                remaining_seconds=told.get("remaining_seconds"),
            )
            self._heard.set()
