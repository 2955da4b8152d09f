"""The API as a process: started, asked at a steady rate, and packed into an image."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks import load_api
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, current_id

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
IGNORED = (ROOT / ".dockerignore").read_text().split()


def instructions(name: str) -> list[str]:
    """Arguments of each instruction of that name, in order."""
    found = re.findall(rf"^{name} +(.+)$", DOCKERFILE, flags=re.MULTILINE)
    return [re.sub(" +", " ", one).strip() for one in found]


def test_the_server_answers_at_a_steady_rate(tiny_artifacts: Path) -> None:
    load = load_api.measure(tiny_artifacts, rate=20.0, seconds=1.0)
    assert load.failures == 0
    assert len(load.seconds) == 20
    assert 0 < load.percentile_ms(50) <= load.percentile_ms(95)


def test_the_module_starts_the_server(tiny_artifacts: Path) -> None:
    port = load_api.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.serving", "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | {ARTIFACTS_VARIABLE: str(tiny_artifacts)},
        stderr=subprocess.PIPE,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        load_api.wait_until_well(address, process)
        with urlopen(f"{address}/ping") as answer:
            assert json.load(answer)["build"] == current_id(tiny_artifacts)
    finally:
        process.terminate()
        _, said = process.communicate()
    assert b"Application shutdown complete" in said


def test_a_server_that_ends_at_once_is_not_waited_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    with pytest.raises(RuntimeError, match="ended with code 3"):
        load_api.wait_until_well(f"http://127.0.0.1:{load_api.free_port()}", process)


def test_the_load_is_the_same_every_time(tiny_artifacts: Path) -> None:
    first, again = (load_api.make_bodies(tiny_artifacts) for _ in range(2))
    assert first == again
    plays = json.loads(first[0])["top_artists"]
    assert len({play["artist_name"] for play in plays}) == load_api.ARTISTS
    counts = [play["playcount"] for play in plays]
    assert counts == sorted(counts, reverse=True)


def test_the_image_runs_as_nobody_in_particular() -> None:
    last_stage = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    users = re.findall(r"^USER +(\S+)$", last_stage, flags=re.MULTILINE)
    assert users == ["atlas"]
    assert f"useradd --uid 10001 --create-home {users[0]}" in last_stage
    assert last_stage.index("USER atlas") < last_stage.index("\nCMD ")


def test_the_image_starts_what_is_there() -> None:
    (command,) = [json.loads(one) for one in instructions("CMD")]
    assert command[:2] == ["streamlit", "run"]
    assert (ROOT / command[2]).is_file()
    (health,) = instructions("HEALTHCHECK")
    assert "ATLAS_HEALTH" in health
    compile(json.loads(health.split("CMD ")[1])[2], "healthcheck", "exec")
    assert "python -m app.serving --host 0.0.0.0 --port 8080" in DOCKERFILE
    assert "libgomp1" in DOCKERFILE


def test_the_image_takes_files_that_exist_and_leaves_data_behind() -> None:
    own = [one.split() for one in instructions("COPY") if not one.startswith("--from")]
    sources = [source for *sources, _ in own for source in sources]
    assert sources == ["requirements-api.txt", "."]
    assert all((ROOT / source).exists() for source in sources)
    for left in ("artifacts", ".git", ".venv", "tests"):
        assert left in IGNORED
    needed = (
        "pyproject.toml",
        "README.md",
        "requirements-api.txt",
        "app",
        "pipeline",
        ".streamlit",
    )
    for name in needed:
        assert (ROOT / name).exists()
        assert not any(fnmatch.fnmatch(name, pattern) for pattern in IGNORED)
    lines = (ROOT / "requirements-api.txt").read_text().splitlines()
    # The line that the image installs by itself, after the locked ones.
    assert [line for line in lines if line.startswith("-e")] == [lines[-1]]
