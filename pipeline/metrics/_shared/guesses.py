"""First guesses and rankings: each listener's, their calibration, and who is in which cell.

Frames have the columns of the contract, save for `recipe`, which the caller knows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.calibration import BINS, bins
from pipeline.metrics._shared.frames import as_declared
from pipeline.metrics._shared.judged import Judged
from pipeline.metrics._shared.predicted import REPORTED_PARTS, Predicted
from pipeline.metrics._shared.views import View, views_of_all

MOST_GUESSES = 20
"""Guesses of a country up to which the top-k curve goes."""


class Guesses(NamedTuple):
    """Frames like the tables calibration and top_k, and the listeners of each cell.

    `cells` has the columns listener, part (valid or test), view, truth and predicted: one row a
    listener and view, as the table confusion counts them.
    """

    calibration: pd.DataFrame
    top_k: pd.DataFrame
    cells: pd.DataFrame


def describe(predicted: Predicted) -> Guesses:
    """Describe the guesses of countries and of regions for each part.

    Returns
    -------
    Guesses
        Rows in the order of parts, views, then bins, k or the listeners given. A part without
        listeners has no rows.
    """
    calibrations, curves, cells = [], [], []
    for part in PARTS:
        listener = predicted.listener[predicted.rows(part)]
        for view in views_of_all(predicted, part):
            about = {"part": part, "view": view.name}
            calibrations.append(_calibration(view.judged).assign(**about))
            curves.append(_top_k(view).assign(**about))
            if part in REPORTED_PARTS:
                cells.append(_cells(view).assign(listener=listener, **about))
    return Guesses(
        *(pd.concat(frames, ignore_index=True) for frames in (calibrations, curves, cells))
    )


def _calibration(judged: Judged) -> pd.DataFrame:
    """Count listeners by top probability, in the bins of the metric calibration_error."""
    probability = judged.top_probability.astype(np.float64)
    of_listener = bins(probability)
    n = np.bincount(of_listener, minlength=BINS)
    filled = np.flatnonzero(n)
    confidence = np.bincount(of_listener, weights=probability, minlength=BINS)[filled] / n[filled]
    hit = judged.predicted == judged.truth
    right = np.bincount(of_listener, weights=hit, minlength=BINS)[filled]
    return pd.DataFrame(
        {
            "bin": filled,
            "confidence": confidence.clip(0, 1),
            "accuracy": right / n[filled],
            "n": n[filled],
        }
    )


def _top_k(view: View) -> pd.DataFrame:
    """Share of listeners whose truth is among the k most probable, for each k; all of regions."""
    n, classes = view.judged.n, len(view.names)
    most = classes if view.name == "regions" else min(MOST_GUESSES, classes)
    found = np.bincount(view.judged.rank_of_truth - 1, minlength=most).cumsum()
    k = np.arange(1, most + 1 if n else 1)
    return pd.DataFrame({"k": k, "accuracy": found[: len(k)] / max(n, 1), "n": n})


def _cells(view: View) -> pd.DataFrame:
    names = np.asarray(view.names, dtype=object)
    return pd.DataFrame(
        {"truth": names[view.judged.truth], "predicted": names[view.judged.predicted]}
    )


def predictions_frame(predicted: Predicted) -> pd.DataFrame:
    """List the first guess of each listener outside the training part, in the given order.

    Returns
    -------
    DataFrame
        Like the table predictions, without `recipe`. Of equally probable countries the first by
        position counts as the more probable.
    """
    chosen = np.flatnonzero(np.isin(predicted.part, REPORTED_PARTS))
    country = predicted.layers.country[chosen]
    judged = Judged(predicted.truth[chosen], country, predicted.support)
    codes = np.asarray(predicted.classes.countries, dtype=object)
    frame = pd.DataFrame(
        {
            "listener": predicted.listener[chosen],
            "part": predicted.part[chosen],
            "country": codes[judged.truth],
            "predicted": codes[judged.predicted],
            "probability": judged.top_probability.clip(0, 1),
            "probability_of_truth": judged.probability_of_truth.clip(0, 1),
            "rank_of_truth": judged.rank_of_truth,
        }
    )
    return as_declared(frame, "predictions")
