"""How long the API takes at a steady rate: ``python -m benchmarks.load_api --seconds 30``.

Requests leave at their appointed times whether or not earlier ones are answered, and latency counts
from the appointed time, so that a server that falls behind cannot hide it.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import typer
from rich.console import Console

from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, artifacts_folder, current_build
from pipeline.core.builds.build import BuildError

HOST = "127.0.0.1"
ARTISTS = 50
LISTS = 200
START_SECONDS = 120.0
KNOWN_ARTISTS = 5_000


@dataclass(frozen=True)
class Load:
    """What was measured.

    Attributes
    ----------
    seconds : float ndarray of shape (n_answered,)
        From each request's appointed time to the end of its answer.
    failures : int
        Requests without an answer of status 200.
    memory_mb : tuple of two floats
        Resident memory of the server before and after, in MiB; NaN where it cannot be read.
    """

    seconds: np.ndarray
    failures: int
    memory_mb: tuple[float, float]

    def percentile_ms(self, percent: float) -> float:
        """Give a percentile in milliseconds; NaN when nothing was answered."""
        if not len(self.seconds):
            return float("nan")
        return float(np.percentile(self.seconds, percent)) * 1000


@contextmanager
def server(artifacts: Path) -> Iterator[tuple[str, int]]:
    """Run the API in a process of its own; give its address and process id."""
    port = free_port()
    address = f"http://{HOST}:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "app.serving.api:app", "--log-level", "warning"),
            *("--host", HOST, "--port", str(port)),
        ],
        env=os.environ | {ARTIFACTS_VARIABLE: str(artifacts.resolve())},
    )
    try:
        wait_until_well(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Give a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_well(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the API has a build to answer with."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            with urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server was not well within {START_SECONDS:.0f} s")


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MiB; NaN where there is no /proc."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return float("nan")
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def make_bodies(artifacts: Path, *, seed: int = 0) -> list[bytes]:
    """Make lists of 50 artists each, the better known the more often, with play counts."""
    build = current_build(artifacts)
    if build is None:
        raise BuildError("there is no build; run `python -m pipeline run --preset demo` first")
    rows = build.sql(
        "SELECT artist_name, listeners FROM artists ORDER BY artist LIMIT ?", [KNOWN_ARTISTS]
    )
    build.close()
    draws = np.random.default_rng(seed)
    weights = rows["listeners"] / rows["listeners"].sum()
    size = min(ARTISTS, len(rows))
    bodies = []
    for _ in range(LISTS):
        chosen = draws.choice(rows["artist_name"], size=size, replace=False, p=weights)
        counts = np.sort(draws.integers(1, 2_000, size=size))[::-1]
        plays = [
            {"artist_name": str(name), "playcount": int(count)}
            for name, count in zip(chosen, counts, strict=True)
        ]
        bodies.append(json.dumps({"top_artists": plays}).encode())
    return bodies


async def send(
    address: str, path: str, bodies: list[bytes], *, rate: float, seconds: float
) -> tuple[np.ndarray, int]:
    """Send requests at their appointed times; give seconds of those answered, and failures."""
    import httpx2

    n = round(rate * seconds)
    taken = np.full(n, np.nan)
    headers = {"content-type": "application/json"}
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        start = time.perf_counter() + 0.1

        async def one(number: int) -> None:
            appointed = start + number / rate
            await asyncio.sleep(max(appointed - time.perf_counter(), 0.0))
            try:
                answer = await client.post(
                    path, content=bodies[number % len(bodies)], headers=headers
                )
            except httpx2.HTTPError:
                return
            if answer.status_code == 200:
                taken[number] = time.perf_counter() - appointed

        await asyncio.gather(*(one(number) for number in range(n)))
    return taken[~np.isnan(taken)], int(np.isnan(taken).sum())


def measure(
    artifacts: Path, *, rate: float = 20.0, seconds: float = 30.0, path: str = "/predict"
) -> Load:
    """Start the API over the current build, load it, and end it."""
    bodies = make_bodies(artifacts)
    with server(artifacts) as (address, pid):
        before = memory_mb(pid)
        answered, failures = asyncio.run(send(address, path, bodies, rate=rate, seconds=seconds))
        return Load(answered, failures, (before, memory_mb(pid)))


def main(
    artifacts: Annotated[Path | None, typer.Option(help="Else $ATLAS_ARTIFACTS.")] = None,
    rate: Annotated[float, typer.Option(min=0.1, help="Requests a second.")] = 20.0,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to send.")] = 30.0,
    path: Annotated[str, typer.Option(help="Route that takes a list.")] = "/predict",
) -> None:
    """Print latencies, failures and memory."""
    load = measure(artifacts_folder(artifacts), rate=rate, seconds=seconds, path=path)
    console = Console()
    console.print(f"POST {path}, lists of {ARTISTS} artists, {rate:g} a second for {seconds:g} s")
    marks = "  ".join(f"p{p} {load.percentile_ms(p):.0f} ms" for p in (50, 95, 99))
    console.print(f"answered {len(load.seconds)}, failed {load.failures}; {marks}")
    console.print(f"memory {load.memory_mb[0]:.0f} MiB, after {load.memory_mb[1]:.0f} MiB")


if __name__ == "__main__":
    typer.run(main)
