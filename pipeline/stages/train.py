"""Fit one recipe on training listeners; validation alone decides where to stop."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.adjustment import fit_adjustment
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.recipes import RECIPES, Fitting
from pipeline.recipes._shared.samples import SAMPLE_TABLES, classes, samples
from pipeline.stages import MODEL, Outputs, stage


@stage(
    "Training",
    reads=SAMPLE_TABLES,
    writes=(MODEL, "recipes", "training_log"),
    per="recipe",
    share=20,
)
def train_recipe(
    tables: Tables, *, recipe: str, progress: Progress, train: TrainConfig, seed: int, threads: int
) -> Outputs:
    """Fit `recipe`, then what can be moved after training; the test listeners are not looked at."""
    declared = RECIPES[recipe]
    by_part, _ = samples(tables)
    given = Fitting(
        train=by_part["train"],
        valid=by_part["valid"],
        classes=classes(tables),
        config=train,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    fitted, log = declared.fit(given)
    adjustment = fit_adjustment(
        fitted.predict(given.valid.features).country,
        given.valid.country,
        listeners=given.listeners,
        region_of=given.classes.region_of,
        choose=declared.lifts_tail,
    )
    about = {
        "recipe": [recipe],
        "label": [declared.label],
        "meaning": [declared.meaning],
        "layers": [declared.layers],
    }
    return {
        MODEL: fitted.adjusted(adjustment),
        "recipes": pd.DataFrame(about),
        "training_log": log.assign(recipe=recipe),
    }
