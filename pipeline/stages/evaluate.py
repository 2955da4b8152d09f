"""Measure one recipe on every part, at both layers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.contract import PARTS
from pipeline.core.hierarchy import Layers
from pipeline.metrics import evaluation
from pipeline.recipes.samples import SAMPLE_TABLES, classes, samples
from pipeline.stages import MODEL, Outputs, Progress, Tables, stage


@stage(
    "Evaluating",
    reads=(MODEL, *SAMPLE_TABLES),
    writes=("metrics", "confusion", "predictions"),
    finds=("pipeline.metrics",),
    per="recipe",
    share=3,
)
def evaluate_recipe(tables: Tables, *, recipe: str, progress: Progress) -> Outputs:
    """Predict every kept listener with the fitted recipe and compare with the stated country."""
    by_part, split = samples(tables)
    known = classes(tables)
    predicted: list[Layers] = []
    for done, part in enumerate(PARTS):
        progress(done / len(PARTS), f"predicting {part}")
        predicted.append(tables[MODEL].predict(by_part[part].features))
    listeners = pd.concat([split[split["part"] == part] for part in PARTS])
    truth = np.concatenate([by_part[part].country for part in PARTS])
    country = np.concatenate([layers.country for layers in predicted])
    measured_classes = evaluation.Classes(
        known.countries, known.regions, known.region_of, _support(tables)
    )
    progress(0.8, "measuring")
    measured = evaluation.evaluate(
        truth,
        country=country,
        region=np.concatenate([layers.region for layers in predicted]),
        within=np.concatenate([layers.within for layers in predicted]),
        part=listeners["part"].to_numpy(str),
        classes=measured_classes,
    )
    predictions = evaluation.predictions_frame(
        listeners["listener"].to_numpy(),
        truth,
        country=country,
        part=listeners["part"].to_numpy(str),
        classes=measured_classes,
    )
    return {
        "metrics": measured.metrics.assign(recipe=recipe),
        "confusion": measured.confusion.assign(recipe=recipe),
        "predictions": predictions.assign(recipe=recipe),
    }


def _support(tables: Tables) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    kept = tables["countries"].filter("kept").order("position").df()
    return np.asarray(kept["train_listeners"], dtype=np.int64)
