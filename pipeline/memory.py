"""How much memory this process held at most."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_CLEAR_REFS = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"  # see proc(5), clear_refs: resets the peak resident set size


def reset_peak() -> None:
    """Forget the peak so far, where the system lets us (Linux); elsewhere it only ever rises."""
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return


def peak_mb() -> float:
    """Give the highest resident memory since the last reset, in MiB."""
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / 1024 if sys.platform != "darwin" else highest / 1024**2
