"""Measure one recipe on every part, at both layers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.model.hierarchy import Layers
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.contract import PARTS
from pipeline.core.tables.store import Rows
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.metrics._shared.evaluation import evaluate
from pipeline.metrics._shared.guesses import describe, predictions_frame
from pipeline.metrics._shared.predicted import Predicted
from pipeline.recipes._shared.samples import SAMPLE_TABLES, classes, samples, training_listeners
from pipeline.stages import MODEL, Outputs, stage

CELL_LISTENERS = 3
"""Listeners from whom on a cell of the confusion has typical artists."""

SHARED_BY = 2
"""Listeners of a cell who have an artist at least, for it to be typical of them."""

PSEUDO_LISTENERS = 3
"""Listeners as expected that are added to each cell, so that few shrink lift towards 1."""

TYPICAL_ARTISTS = 8
"""Artists listed of each cell at most."""


@stage(
    "Evaluating",
    reads=(MODEL, *SAMPLE_TABLES),
    writes=("metrics", "confusion", "predictions", "calibration", "top_k", "confusion_artists"),
    statements=("confusion_artists",),
    finds=("pipeline.metrics",),
    per="recipe",
    share=3,
)
def evaluate_recipe(
    tables: Tables, *, engine: DuckDBEngine, recipe: str, progress: Progress
) -> Outputs:
    """Predict every kept listener with the fitted recipe and compare with the stated country."""
    predicted = _predict(tables, progress)
    progress(0.8, "measuring")
    measured = evaluate(predicted)
    described = describe(predicted)
    progress(0.95, "describing confusion")
    written = {
        "metrics": measured.metrics,
        "confusion": measured.confusion,
        "predictions": predictions_frame(predicted),
        "calibration": described.calibration,
        "top_k": described.top_k,
        "confusion_artists": artists_of_cells(
            described.cells, tables["cleaned_plays"], engine=engine
        ),
    }
    return {name: frame.assign(recipe=recipe) for name, frame in written.items()}


def _predict(tables: Tables, progress: Progress) -> Predicted:
    """Predict part after part."""
    by_part, split = samples(tables)
    layers: list[Layers] = []
    for done, part in enumerate(PARTS):
        progress(done / len(PARTS), f"predicting {part}")
        layers.append(tables[MODEL].predict(by_part[part].features))
    listeners = pd.concat([split[split["part"] == part] for part in PARTS])
    return Predicted(
        listener=listeners["listener"].to_numpy(),
        part=listeners["part"].to_numpy(str),
        truth=np.concatenate([by_part[part].country for part in PARTS]),
        layers=Layers(
            country=np.concatenate([one.country for one in layers]),
            region=np.concatenate([one.region for one in layers]),
            within=np.concatenate([one.within for one in layers]),
        ),
        classes=classes(tables),
        support=training_listeners(tables),
    )


def artists_of_cells(cells: pd.DataFrame, plays: Rows, *, engine: DuckDBEngine) -> pd.DataFrame:
    """Find the artists that are most typical of each cell of the confusion.

    Parameters
    ----------
    cells : DataFrame
        Columns listener, part, view, truth and predicted, one row a listener and view.
    plays : rows of cleaned_plays
        At least those of the listeners in `cells`; the others' are left out.

    Returns
    -------
    DataFrame
        Like the table confusion_artists, without `recipe`; validation first, then by key. Lift is
        over all listeners in `cells`, whatever their part.
    """
    return engine.run(
        "confusion_artists",
        {"cells": cells, "cleaned_plays": plays},
        cell_listeners=CELL_LISTENERS,
        shared_by=SHARED_BY,
        pseudo_listeners=PSEUDO_LISTENERS,
        artists=TYPICAL_ARTISTS,
    ).df()
