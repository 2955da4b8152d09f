"""Measure what moving the prior after training does, and how well prediction sets hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.core.model.adjustment import TAUS, Adjustment
from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.metrics import METRICS
from pipeline.metrics._shared.judged import Judged
from pipeline.metrics._shared.predicted import REPORTED_PARTS
from pipeline.recipes._shared.samples import SAMPLE_TABLES, classes, samples, training_listeners
from pipeline.stages import MODEL, Outputs, stage

SHOWN = (
    "accuracy",
    "accuracy_largest_10",
    "accuracy_smallest_10",
    "calibration_error",
    "log_loss",
    "macro_f1",
    "top_5_accuracy",
)
"""Metrics over all countries that the curve follows."""


class _Part(NamedTuple):
    name: str
    truth: NDArray[np.int32]
    layers: Layers


@stage(
    "Moving the prior",
    reads=(MODEL, *SAMPLE_TABLES),
    writes=("prior_adjustment", "coverage"),
    finds=("pipeline.metrics",),
    per="recipe",
    share=2,
)
def move_prior(tables: Tables, *, recipe: str, progress: Progress) -> Outputs:
    """Adjust the prior with every strength, and count whose country is in the prediction set.

    Sets are those of the recipe's own strength. Their thresholds were fitted on validation
    listeners, so that only the test listeners put them to the proof.
    """
    fitted = tables[MODEL]
    by_part, _ = samples(tables)
    known = classes(tables)
    support = training_listeners(tables)
    parts = [
        _Part(part, by_part[part].country, fitted.predict(by_part[part].features, tau=0.0))
        for part in REPORTED_PARTS
    ]
    curve = []
    for done, part in enumerate(parts, 1):
        curve += list(_curve(part, fitted.adjustment, support))
        progress(done / len(parts), part.name)
    covered = [row for part in parts for row in _coverage(part, fitted.adjustment, known)]
    return {
        "prior_adjustment": pd.DataFrame(
            curve, columns=["part", "tau", "metric", "value", "n"]
        ).assign(recipe=recipe),
        "coverage": pd.DataFrame(
            covered, columns=["part", "region", "covered", "mean_size", "median_size", "n"]
        ).assign(recipe=recipe),
    }


def _curve(
    part: _Part, adjustment: Adjustment, support: NDArray[np.int64]
) -> Iterator[tuple[str, float, str, float | None, int]]:
    followed = [METRICS[name] for name in SHOWN]
    for tau in TAUS:
        country = adjustment.apply(part.layers, tau).country
        judged = Judged(part.truth, country, support)
        for metric in followed:
            value, n = metric.measure(judged)
            yield part.name, tau, metric.name, value, n


def _coverage(
    part: _Part, adjustment: Adjustment, known: Classes
) -> Iterator[tuple[str, str, float, float, float, int]]:
    members = adjustment.sets(adjustment.apply(part.layers).country)
    held = members[np.arange(len(part.truth)), part.truth]
    size = members.sum(axis=1)
    home = known.regions_of(part.truth)
    groups = [("", np.ones(len(held), dtype=bool))]
    groups += [(region, home == position) for position, region in enumerate(known.regions)]
    for region, rows in groups:
        if rows.any():
            sizes = size[rows]
            yield (
                part.name,
                region,
                float(held[rows].mean()),
                float(sizes.mean()),
                float(np.median(sizes)),
                int(rows.sum()),
            )
