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
from pipeline.metrics._shared import evaluation, guesses
from pipeline.recipes._shared.samples import SAMPLE_TABLES, classes, samples
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
    by_part, split = samples(tables)
    predicted: list[Layers] = []
    for done, part in enumerate(PARTS):
        progress(done / len(PARTS), f"predicting {part}")
        predicted.append(tables[MODEL].predict(by_part[part].features))
    listeners = pd.concat([split[split["part"] == part] for part in PARTS])
    numbers = listeners["listener"].to_numpy()
    truth = np.concatenate([by_part[part].country for part in PARTS])
    country = np.concatenate([layers.country for layers in predicted])
    region = np.concatenate([layers.region for layers in predicted])
    within = np.concatenate([layers.within for layers in predicted])
    part_of = listeners["part"].to_numpy(str)
    known = _classes(tables)

    progress(0.8, "measuring")
    measured = evaluation.evaluate(
        truth, country=country, region=region, within=within, part=part_of, classes=known
    )
    predictions = evaluation.predictions_frame(
        numbers, truth, country=country, part=part_of, classes=known
    )
    described = guesses.describe(
        numbers, truth, country=country, region=region, part=part_of, classes=known
    )
    progress(0.95, "describing confusion")
    written = {
        "metrics": measured.metrics,
        "confusion": measured.confusion,
        "predictions": predictions,
        "calibration": described.calibration,
        "top_k": described.top_k,
        "confusion_artists": artists_of_cells(
            described.cells, tables["cleaned_plays"], engine=engine
        ),
    }
    return {name: frame.assign(recipe=recipe) for name, frame in written.items()}


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


def _classes(tables: Tables) -> evaluation.Classes:
    known = classes(tables)
    kept = tables["countries"].filter("kept").order("position").df()
    support = np.asarray(kept["train_listeners"], dtype=np.int64)
    return evaluation.Classes(known.countries, known.regions, known.region_of, support)
