"""The reference in docs/: commands, options, presets and all that is registered, as declared.

``python -m pipeline.reference`` writes it anew.
"""

from __future__ import annotations

import inspect
import json
import tomllib
import types
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.config import PRESETS, Config, presets
from pipeline.core.atomic import write_text
from pipeline.metrics import METRICS
from pipeline.recipes import RECIPES
from pipeline.sources import SOURCES
from pipeline.stages import STAGES

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"

_HEAD = """\
# Reference
Generated from what the code declares; `python -m pipeline.reference` writes it anew.
"""
_KINDS: dict[Any, str] = {
    int: "whole number",
    float: "number",
    bool: "true or false",
    str: "text",
    Path: "path",
}
_LIMITS = {
    "ge": "at least",
    "gt": "above",
    "le": "at most",
    "lt": "below",
    "min_length": "length at least",
}

_BAR = r"\|"


def reference() -> str:
    """Write the page in Markdown."""
    sections = (_commands, _options, _presets, _sources, _stages, _recipes, _metrics)
    return "\n".join([_HEAD, *(line for section in sections for line in section())]) + "\n"


def _commands() -> Iterator[str]:
    import typer

    from pipeline.__main__ import app

    group: Any = typer.main.get_command(app)
    yield "## Commands\nWhat follows `python -m pipeline`; `--help` says the same.\n"
    for name, command in group.commands.items():
        words = [p.name.upper() for p in command.params if p.param_type_name == "argument"]
        yield f"### {' '.join([name, *words])}\n{inspect.cleandoc(command.help)}\n"
        rows = [(_spelt(p), _shown(p.default), p.help) for p in command.params]
        yield _table(("given", "default", "meaning"), rows)


def _spelt(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    return f"`{parameter.opts[0]}`"


def _shown(default: Any) -> str:
    return "" if default is None or default is False else f"`{default}`"


def _options() -> Iterator[str]:
    yield "## Options\n`--set stage.option=value` for `run`; text may stand without quotes.\n"
    yield from _options_of(Config(), "")


def _options_of(config: BaseModel, prefix: str) -> Iterator[str]:
    """Give the table of the options of one model, then those of the models within it."""
    own, inner = [], []
    for name, field in type(config).model_fields.items():
        value = getattr(config, name)
        if isinstance(value, BaseModel):
            inner.append((f"{prefix}{name}.", value))
        else:
            shown = (_default(field, value), takes(field), field.description or "")
            own.append((f"`{prefix}{name}`", *shown))
    yield f"### {prefix.rstrip('.') or 'The run as a whole'}\n{inspect.getdoc(type(config))}\n"
    if own:
        yield _table(("option", "default", "takes", "meaning"), own)
    for deeper, model in inner:
        yield from _options_of(model, deeper)


def _default(field: FieldInfo, value: Any) -> str:
    # What is asked of the machine differs from one to the next.
    return "the machine's" if field.default_factory else f"`{toml(value)}`"


def takes(field: FieldInfo) -> str:
    """Say in words which values an option takes."""
    annotation = field.annotation
    optional = get_origin(annotation) in (Union, types.UnionType)
    if optional:
        (annotation,) = (a for a in get_args(annotation) if a is not type(None))
    words = ", ".join([_kind(annotation), *_limits(field)])
    return f"{words}; or `none`" if optional else words


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {_kind(get_args(annotation)[0])}"
    if issubclass(annotation, BaseModel):
        return f"`{{{', '.join(annotation.model_fields)}}}`"
    return _KINDS[annotation]


def _limits(field: FieldInfo) -> Iterator[str]:
    for limit in field.metadata:
        for name, words in _LIMITS.items():
            if hasattr(limit, name):
                yield f"{words} {getattr(limit, name)}"


def toml(value: Any) -> str:
    """Write a value as ``--set`` takes it."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml(v) for v in value)}]"
    if isinstance(value, BaseModel):
        fields = [f"{name} = {toml(getattr(value, name))}" for name in type(value).model_fields]
        return f"{{{', '.join(fields)}}}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return {"null": "none", "Infinity": "inf"}.get(text, text)


def _presets() -> Iterator[str]:
    yield "## Presets\n`--preset NAME` for `run`; single options given beside it win.\n"
    for name in presets():
        text = (PRESETS / f"{name}.toml").read_text(encoding="utf-8")
        yield f"### {name}\n{' '.join(_opening_comment(text))}\n"
        rows = [(f"`{option}`", f"`{toml(v)}`") for option, v in _flat(tomllib.loads(text), "")]
        yield _table(("option", "value"), rows)


def _opening_comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line.removeprefix("#").strip()


def _flat(options: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _sources() -> Iterator[str]:
    yield "## Sources\n`--source NAME` for `run`; [data.md](data.md) tells of their files.\n"
    rows = [(f"`{s.name}`", s.label, s.licence) for s in SOURCES.values()]
    yield _table(("source", "what", "licence"), rows)


def _stages() -> Iterator[str]:
    yield "## Stages\nWhat each reads and writes decides their order.\n"
    rows = [
        (f"`{s.name}`", _first_line(s.run), _names(s.reads), _names(s.writes), _names(s.options))
        for s in STAGES.values()
    ]
    yield _table(("stage", "what it does", "reads", "writes", "options"), rows)


def _recipes() -> Iterator[str]:
    yield "## Recipes\n`--recipes A,B` for `run`; without it all are trained.\n"
    rows = [(f"`{r.name}`", r.label, r.meaning) for r in RECIPES.values()]
    yield _table(("recipe", "name to show", "what it does"), rows)


def _metrics() -> Iterator[str]:
    yield "## Metrics\nA view says what is measured: all countries or regions, or one of them.\n"
    rows = [
        (f"`{m.name}`", m.label, m.unit, m.better, _names(m.views), m.meaning)
        for m in METRICS.values()
    ]
    yield _table(("metric", "name to show", "unit", "better", "views", "meaning"), rows)


def _first_line(function: Any) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [f"| {' | '.join(cell.replace('|', _BAR) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(PAGE, reference())
