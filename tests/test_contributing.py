"""The worked examples of CONTRIBUTING.md, each followed to the letter in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """A block of code: of a file, behind a line of a file that is there, or of commands."""

    language: str
    code: str
    path: str = ""
    after: str = ""


def sections() -> dict[str, str]:
    """The worked examples by their headings."""
    parts = re.split(r"^## (.+)\n", TEXT, flags=re.MULTILINE)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {heading: text for heading, text in named.items() if "```python" in text}


def blocks(text: str) -> Iterator[Block]:
    pattern = r"(?:^`([^`\n]+)`(?:, after `([^`\n]+)`)?:\n\n)?^```(\w+)\n(.*?)^```$"
    for path, after, language, code in re.findall(pattern, text, re.MULTILINE | re.DOTALL):
        yield Block(language, code, path, after)


def put(copy: Path, block: Block) -> None:
    """Do to a file what the reader is told to."""
    path = copy / block.path
    if not block.after:
        assert not path.exists(), f"{block.path} is there already"
        path.write_text(block.code, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    assert before.count(f"\n{block.after}\n") == 1, f"{block.path} has no line {block.after!r}"
    changed = before.replace(f"\n{block.after}\n", f"\n{block.after}\n{block.code}")
    path.write_text(changed, encoding="utf-8")


def call(copy: Path, command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, shell=True, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


def left_out(folder: str, names: list[str]) -> set[str]:
    """What the project makes but does not hold."""
    if Path(folder) == ROOT / "artifacts":
        return {name for name in names if name != "README.md"}
    return set(shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "pictures")(folder, names))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "project", ignore=left_out))


@pytest.fixture
def environment(copy: Path, tmp_path: Path, tiny_artifacts: Path) -> dict[str, str]:
    """The copy's own code under the `python` that runs this test, and the tiny build ready."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(copy),
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        "ATLAS_ARTIFACTS": str(tmp_path / "artifacts"),
        "ATLAS_TINY_ARTIFACTS": str(tiny_artifacts),
    }


@pytest.mark.parametrize("heading", sections())
def test_a_worked_example_works(heading: str, copy: Path, environment: dict[str, str]) -> None:
    told = list(blocks(sections()[heading]))
    for block in told:
        if block.path:
            put(copy, block)
    paths = " ".join(block.path for block in told if block.path)
    call(
        copy, f"python -m ruff check {paths} && python -m ruff format --check {paths}", environment
    )
    commands = [line for block in told if block.language == "sh" for line in block.code.split("\n")]
    for command in filter(None, commands):
        call(copy, command, environment)


def test_three_examples_are_worked() -> None:
    assert list(sections()) == ["Add a page", "Add a metric", "Add a recipe"]
    for heading, text in sections().items():
        told = list(blocks(text))
        assert len(told) == text.count("```") // 2, f"{heading}: a block of code is not understood"
        assert {block.language for block in told} == {"python", "sh"}
        assert all(bool(block.path) == (block.language == "python") for block in told)
