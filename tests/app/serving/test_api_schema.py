"""What the API promises in its description, tried out by schemathesis on made-up requests."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from app.serving import api
from app.serving.current import Current

EXAMPLES = 25
API = api.create()
RECIPES = ["logistic", "majority", "two_layer"]


def knowing_recipes(node: Any) -> None:
    """Tell every schema of a recipe's name which names there are; the API itself cannot know."""
    if isinstance(node, dict):
        found = [node.get("properties", {}).get("recipe")]
        found += [node.get("schema")] if node.get("name") == "recipe" else []
        for schema in found:
            if schema and "anyOf" in schema:
                schema["anyOf"] = [{"type": "string", "enum": RECIPES}, {"type": "null"}]
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            knowing_recipes(child)


def described() -> schemathesis.BaseSchema:
    raw = copy.deepcopy(API.openapi())
    knowing_recipes(raw)
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    project = ProjectConfig(generation=GenerationConfig(modes=modes, deterministic=True))
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_dict(raw, config=config)
    schema.app = API
    return schema


SCHEMA = described()


class Kept(Current):
    """Stays open: schemathesis starts and ends the API around every request."""

    def close(self) -> None: ...


@pytest.fixture(scope="module", autouse=True)
def _over_the_tiny_build(tiny_artifacts: Path) -> Iterator[None]:
    current = Kept(tiny_artifacts)
    API.state.current = current
    current.notice()
    current.settle()
    yield
    Current.close(current)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_as_it_says(case: schemathesis.Case) -> None:
    case.call_and_validate()
