"""What is declared stands in the docs, and what stands in the docs is there and runs."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from app.serving.api import create
from pipeline import config
from pipeline.__main__ import app
from pipeline.config import Config, option_names
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE
from pipeline.metrics import METRICS
from pipeline.recipes import RECIPES
from pipeline.reference import PAGE
from pipeline.sources import SOURCES
from pipeline.stages import STAGES

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
EVERYTHING = "\n".join(TEXTS.values())
BY_HAND = "\n".join(text for name, text in TEXTS.items() if not name.endswith(PAGE.name))
API = TEXTS["docs/api.md"]
COMMANDS: Any = typer.main.get_command(app)
ROUTES = {
    (method.upper(), path)
    for path, methods in create().openapi()["paths"].items()
    for method in methods
}

# Commands that answer at once over a small build, and are therefore run and not only read.
CHEAP = ("pipeline builds", "pipeline predict", "pipeline world")


def code_of(text: str) -> set[str]:
    """Every word within backticks, whatever stands around it there."""
    spans = re.findall(r"`([^`\n]+)`", text)
    return {*spans, *(word for span in spans for word in re.split(r"[\s,=<>]+", span))}


CODE, CODE_BY_HAND = code_of(EVERYTHING), code_of(BY_HAND)


# --- what is declared is documented ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("option", name) for name in option_names(Config)),
        *(("stage", name) for name in STAGES),
        *(("recipe", name) for name in RECIPES),
        *(("metric", name) for name in METRICS),
        *(("source", name) for name in SOURCES),
        *(("preset", name) for name in config.presets()),
    ],
)
def test_what_is_declared_is_documented(kind: str, name: str) -> None:
    assert name in CODE, f"the {kind} {name!r} stands in no page of the docs"


@pytest.mark.parametrize("name", [*SOURCES, *config.presets()])
def test_sources_and_presets_are_told_of_by_hand(name: str) -> None:
    assert name in CODE_BY_HAND


@pytest.mark.parametrize("name", COMMANDS.commands)
def test_every_command_is_shown(name: str) -> None:
    assert f"python -m pipeline {name}" in BY_HAND, "show it in README.md or docs/data.md"


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_every_route_is_documented(method: str, path: str) -> None:
    assert (method, path) in documented_routes()


def test_no_route_is_documented_that_is_gone() -> None:
    assert not documented_routes() - ROUTES


def documented_routes() -> set[tuple[str, str]]:
    """Methods and paths as ``GET /artists?query=``, what is asked left out."""
    return set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`?\s]*)[^`]*`", API))


@pytest.mark.parametrize(
    "module", sorted(p.stem for p in (ROOT / "benchmarks").glob("*.py") if p.stem != "__init__")
)
def test_every_benchmark_is_documented(module: str) -> None:
    assert module in CODE_BY_HAND


# --- what is documented is there ------------------------------------------------------------------


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", TEXTS[page])
    gone = [link for link in links if "://" not in link and not found(page, link)]
    assert not gone, f"{page} links to what is not there: {gone}"


def found(page: str, link: str) -> bool:
    return ((ROOT / page).parent / link).exists()


@pytest.mark.parametrize("page", TEXTS)
def test_paths_of_the_project_exist(page: str) -> None:
    paths = re.findall(r"`((?:app|benchmarks|docs|pipeline|tests)/[\w./-]*)`", TEXTS[page])
    gone = sorted({path for path in paths if not (ROOT / path).exists()} - promised(TEXTS[page]))
    assert not gone, f"{page} names files that are not there: {gone}"


def promised(text: str) -> set[str]:
    """Files that a worked example tells the reader to make."""
    return set(re.findall(r"^`([\w./-]+)`:\n\n```python", text, re.MULTILINE))


@pytest.mark.parametrize("page", TEXTS)
def test_targets_of_make_exist(page: str) -> None:
    declared = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", TEXTS[page], re.MULTILINE))
    assert named <= declared


# --- what is documented runs ----------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it: ``python -m MODULE WORDS``."""

    page: str
    module: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join((self.module, *self.words))}"


def shown_commands() -> Iterator[Shown]:
    for page, text in TEXTS.items():
        whole = text.replace("\\\n", " ")
        fenced = re.findall(r"```\w*\n(.*?)```", whole, re.DOTALL)
        lines = [line for block in fenced for line in block.splitlines()]
        inline = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", whole, flags=re.DOTALL))
        for span in (*lines, *(" ".join(span.split()) for span in inline)):
            # A dot at the end of the module stands for any of its files.
            match = re.search(r"python -m ([\w.]*\w)(?=\s|$)([^|&>]*)", span)
            if match and match[1] not in ("pytest", "venv"):
                yield Shown(page, match[1], tuple(shlex.split(plain(match[2]), comments=True)))


def plain(words: str) -> str:
    """Take what may be left out as given, and a number where N stands for one."""
    return re.sub(r"\bN\b", "300", re.sub(r"[\[\]]", "", words))


SHOWN = sorted(set(shown_commands()), key=str)


def command_of(shown: Shown) -> tuple[Any, list[str]]:
    """The command line behind a module, and the words that it is given."""
    words = list(shown.words)
    if shown.module == "pipeline":
        if not words:
            return COMMANDS, words
        name = words.pop(0)
        assert name in COMMANDS.commands, f"{shown}: there are {', '.join(COMMANDS.commands)}"
        return COMMANDS.commands[name], words
    spec = importlib.util.find_spec(shown.module)
    if spec and spec.submodule_search_locations:
        spec = importlib.util.find_spec(f"{shown.module}.__main__")
    assert spec and spec.origin, f"{shown}: there is no such module"
    runs = re.search(r"typer\.run\((\w+)\)", Path(spec.origin).read_text(encoding="utf-8"))
    if runs is None:
        return None, words
    own = typer.Typer()
    own.command()(getattr(importlib.import_module(spec.name), runs[1]))
    return typer.main.get_command(own), words


def only_named(shown: Shown) -> bool:
    """Whether a page speaks of a command and leaves out what it cannot run without."""
    command, words = command_of(shown)
    return not words and command is not None and any(p.required for p in command.params)


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_a_command_in_the_docs_is_one_that_can_be_given(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command, words = command_of(shown)
    if command is None:
        assert not words, f"{shown}: the module takes nothing"
    elif only_named(shown) or command is COMMANDS:
        assert command.help
    else:
        monkeypatch.chdir(tmp_path)
        for word in words:
            # Files that the reader has: their own, by a word in capitals, and the project's.
            if word.isupper() or (ROOT / word).is_file():
                Path(word).parent.mkdir(parents=True, exist_ok=True)
                Path(word).touch()
        command.make_context(shown.module, words)


@pytest.mark.parametrize(
    "shown",
    [s for s in SHOWN if " ".join((s.module, *s.words[:1])) in CHEAP and not only_named(s)],
    ids=str,
)
def test_a_cheap_command_in_the_docs_runs(
    shown: Shown, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, list(shown.words))
    assert result.exit_code == 0, result.output


def test_commands_are_found_in_every_form() -> None:
    """In fences and sentences, over two lines, with what may be left out."""
    wrapped = ("run", "--preset", "original", "--source", "lastfm_500k", "--path", "FOLDER")
    assert Shown("docs/original.md", "pipeline", wrapped) in SHOWN
    (general,) = [s for s in SHOWN if s.page == "docs/data.md" and "stage.option=value" in s.words]
    assert general.words[-2:] == ("--artifacts", "DIR")
    assert len(SHOWN) >= 15
