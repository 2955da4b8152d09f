"""What looks after the code: hooks before a commit, the workflow after it, and the changelog."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOOKS_FILE = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
WORKFLOW_FILE = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOOKS = {hook["id"]: hook for repo in yaml.safe_load(HOOKS_FILE)["repos"] for hook in repo["hooks"]}
JOB: dict[str, Any] = yaml.safe_load(WORKFLOW_FILE)["jobs"]["test"]

# A file that each hook has something against, and nothing else.
FAULTS = {"ruff": "import os\n", "format": "x = {  'a':1 }\n", "mypy": 'x: int = "one"\n'}


def looked_at_by(hook: str, path: Path) -> int:
    """The exit code of a hook over a file, with the tools that run this test."""
    here = Path(sys.executable).parent
    tool, *arguments = HOOKS[hook]["entry"].split()
    assert tool.startswith(".venv/bin/")
    command = [here / Path(tool).name, *arguments, path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_hooks_ask_nobody_but_the_projects_own_environment() -> None:
    assert [repo["repo"] for repo in yaml.safe_load(HOOKS_FILE)["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}
    assert set(HOOKS) == set(FAULTS)


@pytest.mark.parametrize("hook", FAULTS)
def test_a_hook_lets_pass_what_is_right_and_nothing_else(hook: str, tmp_path: Path) -> None:
    assert looked_at_by(hook, ROOT / "pipeline" / "core" / "errors.py") == 0
    faulty = tmp_path / "faulty.py"
    faulty.write_text(FAULTS[hook], encoding="utf-8")
    assert looked_at_by(hook, faulty) != 0


def test_the_workflow_runs_on_every_python_that_is_supported() -> None:
    first, beyond = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    supported = [f"3.{minor}" for minor in range(int(first), int(beyond))]
    assert JOB["strategy"]["matrix"]["python"] == supported


def test_the_workflow_runs_what_runs_anywhere() -> None:
    commands = [step for step in JOB["steps"] if "run" in step]
    assert [step["run"] for step in commands] == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert list(commands[0]["env"]) == ["PYTHON"]


def test_the_python_that_is_asked_for_makes_the_environment(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    # Under `make test` itself, what that was told must not be told on.
    asked = {name: value for name, value in os.environ.items() if not name.startswith("M")}
    asked["PYTHON"] = "python3.99"
    told = subprocess.run(
        ["make", "--dry-run", "test"],
        cwd=tmp_path,
        env=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python3.99 -m venv .venv" in told.stdout


def test_the_changelog_begins_with_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)[0] == PROJECT["version"]
