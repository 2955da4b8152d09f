"""Telling a person, or a program, how far a run is and how long it will still take."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Listener(Protocol):
    """Whoever is told."""

    def started(self, task: str, label: str) -> None:
        """A task begins."""

    def moved(self, task: str, share: float, words: str, total: Total) -> None:
        """A task is `share` done."""

    def finished(self, task: str, *, skipped: bool, total: Total) -> None:
        """A task is done, or was up to date."""

    def close(self) -> None:
        """The run is over, well or not."""


class Total:
    """The whole run: its share done and the seconds that are left.

    Parameters
    ----------
    expected : mapping of str to float
        Seconds that each task should take: what it took last time, or a rough guess.
    """

    def __init__(self, expected: Mapping[str, float]) -> None:
        self._expected = dict(expected)
        self._open = dict(expected)
        self._guessed = 0.0  # what the finished tasks should have taken
        self._took = 0.0  # what they took
        self._share = 0.0  # of the task that runs

    def finish(self, task: str, seconds: float | None) -> None:
        """Count `task` as done after `seconds`; None when it was up to date."""
        guess = self._open.pop(task, 0.0)
        self._share = 0.0
        if seconds is not None:
            self._guessed += guess
            self._took += seconds

    def move(self, share: float) -> None:
        """The running task is `share` done."""
        self._share = min(max(share, 0.0), 1.0)

    def done(self, task: str) -> float:
        """Share of the run that is done while `task` runs, 0 to 1."""
        everything = sum(self._expected.values()) or 1.0
        left = sum(self._open.values()) - self._share * self._open.get(task, 0.0)
        return min(max(1.0 - left / everything, 0.0), 1.0)

    def remaining(self, task: str) -> float | None:
        """Seconds left, the guesses corrected by what took how long so far; None at the start."""
        if self._guessed < 0.02 * sum(self._expected.values()):
            return None
        left = sum(self._open.values()) - self._share * self._open.get(task, 0.0)
        return left * self._took / self._guessed


class Bars:
    """A bar for each stage, on a terminal."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[words]}"),
            console=console,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bars: dict[str, TaskID] = {}
        self._labels: dict[str, str] = {}
        self._progress.start()

    def started(self, task: str, label: str) -> None:
        """Draw a bar."""
        self._labels[task] = label
        self._bars[task] = self._progress.add_task(label, total=1.0, words="")

    def moved(self, task: str, share: float, words: str, total: Total) -> None:
        """Move the bar and say what is left of the run."""
        left = total.remaining(task)
        estimate = "" if left is None else f"  about {clock(left)} left in all"
        self._progress.update(self._bars[task], completed=share, words=f"{words}{estimate}")

    def finished(self, task: str, *, skipped: bool, total: Total) -> None:
        """Fill the bar; a task that was up to date gets none."""
        if not skipped:
            self._progress.update(self._bars[task], completed=1.0, words="done")
            self._progress.stop_task(self._bars[task])

    def close(self) -> None:
        """Leave the bars as they are."""
        self._progress.stop()


class Lines:
    """A line of text for each stage, where there is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._labels: dict[str, str] = {}
        self._since: dict[str, float] = {}

    def started(self, task: str, label: str) -> None:
        """Remember the label."""
        self._labels[task] = label
        self._since[task] = time.monotonic()

    def moved(self, task: str, share: float, words: str, total: Total) -> None:
        """Say nothing: a log has no use for it."""

    def finished(self, task: str, *, skipped: bool, total: Total) -> None:
        """Say how long it took."""
        if not skipped:
            seconds = time.monotonic() - self._since[task]
            left = total.remaining(task)
            estimate = "" if left is None or left < 1 else f", about {clock(left)} left"
            self._console.print(f"{self._labels[task]}: {seconds:.1f} s{estimate}")

    def close(self) -> None:
        """Nothing is open."""


class JsonLines:
    """A JSON object a line: task, stage, done (0 to 1), message, remaining_seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._labels: dict[str, str] = {}

    def say(self, **fields: object) -> None:
        """Write one line at once."""
        self._stream.write(json.dumps(fields) + "\n")
        self._stream.flush()

    def started(self, task: str, label: str) -> None:
        """Remember the label."""
        self._labels[task] = label

    def moved(self, task: str, share: float, words: str, total: Total) -> None:
        """Say where the run is."""
        left = total.remaining(task)
        self.say(
            task=task,
            stage=self._labels[task],
            done=round(total.done(task), 4),
            message=words,
            remaining_seconds=None if left is None else round(left, 1),
        )

    def finished(self, task: str, *, skipped: bool, total: Total) -> None:
        """Say that the stage is done."""
        if not skipped:
            self.moved(task, 1.0, "done", total)

    def close(self) -> None:
        """Nothing is open."""


def clock(seconds: float) -> str:
    """Write a duration for people: ``40 s``, ``3 min 20 s``, ``1 h 5 min``."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
