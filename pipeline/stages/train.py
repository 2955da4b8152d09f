"""Fit one recipe on training listeners; validation alone decides where to stop."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.recipes import RECIPES
from pipeline.recipes.samples import SAMPLE_TABLES, classes, samples
from pipeline.stages import MODEL, Outputs, Progress, Tables, stage


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
    """Fit `recipe`; the test listeners are not even read into a sample."""
    declared = RECIPES[recipe]
    by_part, _ = samples(tables)
    fitted, log = declared.fit(
        by_part["train"],
        by_part["valid"],
        classes(tables),
        train,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    about = {
        "recipe": [recipe],
        "label": [declared.label],
        "meaning": [declared.meaning],
        "layers": [declared.layers],
    }
    return {
        MODEL: fitted,
        "recipes": pd.DataFrame(about),
        "training_log": log.assign(recipe=recipe),
    }
