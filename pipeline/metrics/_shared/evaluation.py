"""Every metric in every view, and who is taken for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.core.tables.contract import PARTS
from pipeline.metrics import METRICS, ONE_AGAINST_THE_REST
from pipeline.metrics._shared.frames import as_declared
from pipeline.metrics._shared.judged import Measured
from pipeline.metrics._shared.predicted import Predicted
from pipeline.metrics._shared.views import View, views_of_all, views_within


class Evaluation(NamedTuple):
    """Frames like the tables metrics and confusion, without `recipe`."""

    metrics: pd.DataFrame
    confusion: pd.DataFrame


def evaluate(predicted: Predicted) -> Evaluation:
    """Measure every metric in every view for each part.

    Returns
    -------
    Evaluation
        Rows in the order of parts, views, positions and metrics' names. Every part, region and
        country has its rows, with a null value where no listener makes it defined. `n` counts
        the listeners that a value rests on: for a share those that it is a share of (recall: who
        have the class; precision: who are predicted to), for an average those averaged over.
    """
    measured, confused = [], []
    for part in PARTS:
        views = [*views_of_all(predicted, part), *views_within(predicted, part)]
        measured.append(_measure_all(views).assign(part=part))
        confused.append(pd.concat(map(_confusion, views), ignore_index=True).assign(part=part))
    return Evaluation(
        as_declared(pd.concat(measured, ignore_index=True), "metrics"),
        as_declared(pd.concat(confused, ignore_index=True), "confusion"),
    )


def _measure_all(views: Sequence[View]) -> pd.DataFrame:
    rows = [
        (name, subject, metric, *measured)
        for view in views
        for name, subject, metric, measured in _measure(view)
    ]
    return pd.DataFrame(rows, columns=["view", "subject", "metric", "value", "n"])


def _measure(view: View) -> Iterator[tuple[str, str, str, Measured]]:
    """Rows of one view, then those of its classes against the rest."""
    for metric in METRICS.values():
        if view.name in metric.views:
            yield view.name, view.subject, metric.name, metric.measure(view.judged)
    single = ONE_AGAINST_THE_REST.get(view.name)
    if single is None:
        return
    for k, subject in enumerate(view.names):
        for metric in METRICS.values():
            if single in metric.views:
                yield single, subject, metric.name, metric.measure(view.judged, k)


def _confusion(view: View) -> pd.DataFrame:
    counts = view.judged.confusion
    names = np.asarray(view.names, dtype=object)
    rows, columns = np.nonzero(counts)
    return pd.DataFrame(
        {
            "view": view.name,
            "subject": view.subject,
            "truth": names[rows],
            "predicted": names[columns],
            "n": counts[rows, columns],
        }
    )
