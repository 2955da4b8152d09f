"""From what the stages left to a sealed build: its name, its manifest, its default recipe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.config import Config, plain
from pipeline.core.builds.integrity import sha256_of
from pipeline.core.builds.manifest import Manifest, SourceRecord, StageCost
from pipeline.core.tables import contract
from pipeline.core.tables.store import WorkStore
from pipeline.jobs import RunError
from pipeline.sources import SOURCES
from pipeline.stages import GIVEN

HEADLINE = ("accuracy", "top_5_accuracy", "macro_f1", "log_loss")
"""Metrics over all countries that the manifest and the summary show."""

OWN_PACKAGE = "listener-atlas"

COSTS = "costs.json"
"""File of a work folder: what each job cost when it last ran, and on which packages."""


def build_id(config: Config, store: WorkStore, files: Sequence[Path]) -> str:
    """Name a build by its content: the same tables, models and options, the same name.

    Where the source lies, when it was read and with how many threads are no part of it.
    """
    digest = hashlib.sha256(str(contract.SCHEMA_VERSION).encode())
    choices = config.model_dump(exclude=set(GIVEN))
    digest.update(json.dumps(choices, sort_keys=True, default=_whatever_path).encode())
    for path in files:
        digest.update(path.relative_to(store.folder).as_posix().encode())
        digest.update(sha256_of(path).encode())
    return f"{config.source.name}-{digest.hexdigest()[:12]}"


def _whatever_path(value: Any) -> None:
    """Stand for a path, the only kind of option that JSON cannot hold."""
    if not isinstance(value, Path):
        raise TypeError(f"expected options that are text, numbers or paths, got {value!r}")


def manifest(
    name: str,
    config: Config,
    recipes: tuple[str, ...],
    *,
    metrics: duckdb.DuckDBPyRelation,
    costs: Sequence[StageCost],
) -> Manifest:
    """Say what the build is made of; its files are listed when it is sealed."""
    source = SOURCES[config.source.name]
    values = headline(metrics)
    return Manifest(
        schema_version=contract.SCHEMA_VERSION,
        id=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        source=SourceRecord(
            name=source.name,
            label=source.label,
            licence=source.licence,
            simulated=source.simulated,
        ),
        config=plain(config),
        packages=packages(costs),
        stages=list(costs),
        recipes=list(recipes),
        default_recipe=config.publish.default_recipe or best_recipe(values),
        headline=values,
        files=[],
    )


def packages(costs: Sequence[StageCost]) -> dict[str, str]:
    """Give the versions that the jobs ran on, and that of the project that sealed them.

    Of one package there is one version: a new one would have had its jobs run again.
    """
    found = {name: version for cost in costs for name, version in cost.packages.items()}
    return dict(sorted({**found, OWN_PACKAGE: metadata.version(OWN_PACKAGE)}.items()))


def headline(metrics: duckdb.DuckDBPyRelation) -> dict[str, dict[str, float | None]]:
    """Give the validation metrics over all countries of each recipe; None where undefined."""
    rows = metrics.filter("part = 'valid' AND view = 'countries'").df()
    table = rows.pivot(index="recipe", columns="metric", values="value")
    shown = table.reindex(columns=list(HEADLINE)).astype(object)
    return {
        str(recipe): {m: None if pd.isna(v) else float(v) for m, v in row.items()}
        for recipe, row in shown.iterrows()
    }


def best_recipe(values: Mapping[str, Mapping[str, float | None]]) -> str:
    """Give the recipe of the lowest log loss on validation."""
    losses = {recipe: row["log_loss"] for recipe, row in values.items()}
    return min(losses, key=lambda recipe: (losses[recipe] is None, losses[recipe]))


def check_default(config: Config, recipes: tuple[str, ...]) -> None:
    """RunError when the default that was asked for is not trained."""
    chosen = config.publish.default_recipe
    if chosen is not None and chosen not in recipes:
        raise RunError(
            f"publish.default_recipe is {chosen!r}, which this run does not train; it trains "
            f"{', '.join(recipes)}"
        )


def whole_files(store: WorkStore, tables: Sequence[Path], recipes: tuple[str, ...]) -> list[Path]:
    """Give the files of the tables and of every fitted recipe, in one order."""
    folders = [store.model_path(recipe) for recipe in recipes]
    models = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [*tables, *models]


def read_costs(folder: Path) -> dict[str, StageCost]:
    """Read what each job cost when it last ran; nothing where none ever did."""
    path = folder / COSTS
    if not path.is_file():
        return {}
    rows: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return {row["name"]: StageCost.model_validate(row) for row in rows}
