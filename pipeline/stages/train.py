"""Fit one recipe on training listeners; validation alone decides where to stop."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.adjustment import fit_adjustment
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.recipes import RECIPES
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
    predicted, valid = classes(tables), by_part["valid"]
    fitted, log = declared.fit(
        by_part["train"],
        valid,
        predicted,
        train,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    fitted = fitted.adjusted(
        fit_adjustment(
            fitted.predict(valid.features).country,
            valid.country,
            listeners=np.bincount(by_part["train"].country, minlength=len(predicted.countries)),
            region_of=predicted.region_of,
            choose=declared.lifts_tail,
        )
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
