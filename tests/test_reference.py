from __future__ import annotations

import tomllib

import pytest
from pydantic import BaseModel, Field

from pipeline import config
from pipeline.config import Config, option_names
from pipeline.reference import PAGE, reference, takes, toml


def default_of(option: str) -> object:
    value: object = Config()
    for part in option.split("."):
        value = getattr(value, part)
    return value


def test_the_page_is_what_the_code_declares() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "docs/reference.md is out of date; `python -m pipeline.reference` writes it anew"
    )


@pytest.mark.parametrize("option", option_names(Config))
def test_a_default_as_it_is_shown_can_be_given(option: str) -> None:
    shown = toml(default_of(option))
    assert config.load(None, [f"{option}={shown}"]) == Config()


@pytest.mark.parametrize("preset", config.presets())
def test_a_preset_as_it_is_shown_can_be_given_option_by_option(preset: str) -> None:
    section = reference().partition(f"\n### {preset}\n")[2].partition("\n#")[0]
    rows = [line.split("`") for line in section.splitlines() if line.startswith("| `")]
    assert config.load(None, [f"{row[1]}={row[3]}" for row in rows]) == config.load(preset)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "none"),
        (True, "true"),
        (0.1, "0.1"),
        (float("inf"), "inf"),
        ('say "x"', '"say \\"x\\""'),
        ((1, 2), "[1, 2]"),
    ],
)
def test_values_are_written_in_toml(value: object, written: str) -> None:
    assert toml(value) == written
    if value is not None:
        read = tomllib.loads(f"value = {written}")["value"]
        assert read == (list(value) if isinstance(value, tuple) else value)


def test_what_an_option_takes_is_said_with_its_limits() -> None:
    class Options(BaseModel):
        share: float = Field(gt=0, le=1)
        most: int | None = Field(ge=1)
        names: tuple[str, ...] = Field(min_length=2)

    assert [takes(field) for field in Options.model_fields.values()] == [
        "number, above 0, at most 1",
        "whole number, at least 1; or `none`",
        "list of text, length at least 2",
    ]
