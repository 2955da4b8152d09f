"""What a run has to do: stages, once for each recipe where they ask for it, in order."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pipeline.config import Config, plain
from pipeline.core.builds.manifest import BASELINE
from pipeline.core.errors import UserError
from pipeline.recipes import RECIPES
from pipeline.stages import STAGES, Stage


class RunError(UserError):
    """A run cannot start or go on."""


@dataclass(frozen=True)
class Job:
    """One stage, for one recipe where it runs once a recipe."""

    stage: Stage
    recipe: str | None

    @property
    def name(self) -> str:
        """Stage, with the recipe after a colon."""
        return self.stage.name if self.recipe is None else f"{self.stage.name}:{self.recipe}"

    @property
    def label(self) -> str:
        """What to show."""
        return self.stage.label if self.recipe is None else f"{self.stage.label} {self.recipe}"


def jobs(recipes: tuple[str, ...]) -> list[Job]:
    """Give all jobs in an order in which each finds what it reads.

    Raises
    ------
    ValueError
        When a stage reads what none writes, or stages wait for each other.
    """
    pending = list(STAGES.values())
    written: set[str] = set()
    ordered: list[Job] = []
    while pending:
        ready = [s for s in pending if set(s.reads) <= written]
        if not ready:
            stuck = {s.name: sorted(set(s.reads) - written) for s in pending}
            raise ValueError(f"stages that read what no stage before them writes: {stuck}")
        for stage in ready:
            ordered += [Job(stage, r) for r in (recipes if stage.per else (None,))]
            written |= set(stage.writes)
            pending.remove(stage)
    return ordered


def chosen_recipes(config: Config) -> tuple[str, ...]:
    """Give the recipes to train; RunError names those that do not exist."""
    if config.train.recipes is None:
        return tuple(RECIPES)
    unknown = [r for r in config.train.recipes if r not in RECIPES]
    if unknown or not config.train.recipes:
        raise RunError(f"unknown recipes {unknown}; there are: {', '.join(RECIPES)}")
    # The baseline is always there: no figure is shown without it.
    return tuple(r for r in RECIPES if r in {*config.train.recipes, BASELINE})


def work_name(config: Config) -> str:
    """Name the work folder of a source: runs on other data do not undo each other's work."""
    text = json.dumps(plain(config.source), sort_keys=True)
    return f"{config.source.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
