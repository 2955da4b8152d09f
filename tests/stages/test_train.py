"""Training as a stage: what it reads of its options and tables, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import config
from pipeline.config import Config, TrainConfig
from pipeline.core.model.adjustment import TAUS
from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.recipes import RECIPES
from pipeline.recipes._shared.samples import SAMPLE_TABLES, samples
from pipeline.stages import train as module
from pipeline.stages.train import train_recipe

TINY = config.load("tiny")


@pytest.fixture
def tables(tiny_artifacts: Path, engine: DuckDBEngine) -> Iterator[dict[str, Any]]:
    """Tables of the tiny world that recipes are trained on."""
    (work,) = (tiny_artifacts / "work").iterdir()
    store = WorkStore(work, engine.connection)
    return {name: store.read(name) for name in SAMPLE_TABLES}


def train(tables: dict[str, Any], recipe: str, options: Any = TINY.train) -> dict[str, Any]:
    return train_recipe(
        tables, recipe=recipe, progress=lambda *_: None, train=options, seed=0, threads=1
    )


class Recorded:
    """Options that remember which of them were read."""

    def __init__(self, options: TrainConfig) -> None:
        self.options = options
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self.options, name)


@pytest.mark.parametrize("recipe", ["majority", "logistic", "flat"])
def test_the_stage_reads_no_option_beside_those_of_the_recipe(
    tables: dict[str, Any], recipe: str
) -> None:
    options = Recorded(TINY.train)
    train(tables, recipe, options)
    assert options.read == set(RECIPES[recipe].options)


def test_every_option_of_training_is_some_recipes() -> None:
    read = {option for recipe in RECIPES.values() for option in recipe.options}
    # Which recipes there are is asked before any is trained.
    assert read | {"recipes"} == set(Config.model_fields["train"].annotation.model_fields)


def test_what_is_declared_is_what_is_written(tables: dict[str, Any]) -> None:
    written = train(tables, "logistic")
    declared = RECIPES["logistic"]
    assert written["recipes"].to_dict("records") == [
        {
            "recipe": "logistic",
            "label": declared.label,
            "meaning": declared.meaning,
            "layers": declared.layers,
        }
    ]
    assert written["model"].recipe == "logistic"
    log = train(tables, "flat")["training_log"]
    assert len(log) and set(log["recipe"]) == {"flat"}


def test_what_can_be_moved_afterwards_is_fitted_on_validation(tables: dict[str, Any]) -> None:
    adjustment = train(tables, "evidence")["model"].adjustment
    assert tuple(step.tau for step in adjustment.steps) == TAUS
    by_part, _ = samples(tables)
    counts = np.bincount(by_part["train"].country, minlength=len(adjustment.prior))
    np.testing.assert_allclose(adjustment.prior, counts / counts.sum())


@pytest.mark.parametrize("lifts_tail", [False, True])
def test_the_tail_is_lifted_where_the_recipe_declares_it(
    tables: dict[str, Any], monkeypatch: pytest.MonkeyPatch, lifts_tail: bool
) -> None:
    declared = replace(RECIPES["evidence"], lifts_tail=lifts_tail)
    monkeypatch.setattr(module, "RECIPES", {"evidence": declared})
    assert (train(tables, "evidence")["model"].adjustment.default > 0) is lifts_tail


def test_test_listeners_are_not_looked_at(tables: dict[str, Any], engine: DuckDBEngine) -> None:
    before = train(tables, "evidence")["model"]
    split = tables["split"].df()
    of_test = (split["part"] == "test").to_numpy()
    split.loc[of_test, "country"] = split.loc[of_test, "country"].to_numpy()[::-1]
    assert not split.equals(tables["split"].df())
    after = train({**tables, "split": engine.connection.from_df(split)}, "evidence")["model"]
    assert after.models == before.models
    assert after.adjustment == before.adjustment
