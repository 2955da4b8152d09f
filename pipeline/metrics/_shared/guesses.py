"""What first guesses and rankings add up to: calibration, top-k curves, and who is in which cell.

Frames have the columns of the contract, save for `recipe`, which the caller knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.evaluation import REPORTED_PARTS, Classes
from pipeline.metrics._shared.sample import Floats, Integers, Sample
from pipeline.metrics.calibration_error import BINS

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


class _View(NamedTuple):
    """Listeners of one part in one view; `most` is the last k of its top-k curve."""

    name: str
    sample: Sample
    names: Sequence[str]
    most: int


def describe(
    listener: Integers,
    truth: Integers,
    *,
    country: Floats,
    region: Floats,
    part: ArrayLike,
    classes: Classes,
) -> Guesses:
    """Describe the guesses of countries and of regions for each part.

    Parameters
    ----------
    listener : ndarray of int, shape (n,)
        Number of each listener.
    truth, country, region, part, classes
        As `evaluation.evaluate` takes and checks them.

    Returns
    -------
    Guesses
        Rows in the order of parts, views, then bins, k or the listeners given. A part without
        listeners has no rows.
    """
    parts = np.asarray(part)
    bins, curves, cells = [], [], []
    for name in PARTS:
        chosen = np.flatnonzero(parts == name)
        for view in _views(truth[chosen], country[chosen], region[chosen], classes):
            about = {"part": name, "view": view.name}
            bins.append(_calibration(view.sample).assign(**about))
            curves.append(_top_k(view).assign(**about))
            if name in REPORTED_PARTS:
                cells.append(_cells(view).assign(listener=listener[chosen], **about))
    return Guesses(*(pd.concat(frames, ignore_index=True) for frames in (bins, curves, cells)))


def _views(truth: Integers, country: Floats, region: Floats, classes: Classes) -> Iterator[_View]:
    support = np.asarray(classes.support)
    home = np.asarray(classes.region_of)[truth]
    regions = Sample(home, region, classes.region_support())
    most = min(MOST_GUESSES, len(classes.countries))
    yield _View("countries", Sample(truth, country, support), classes.countries, most)
    yield _View("regions", regions, classes.regions, len(classes.regions))


def _calibration(sample: Sample) -> pd.DataFrame:
    """Count listeners by top probability, in the bins of the metric calibration_error."""
    probability = sample.top_probability.astype(np.float64)
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    n = np.bincount(bins, minlength=BINS)
    filled = np.flatnonzero(n)
    confidence = np.bincount(bins, weights=probability, minlength=BINS)[filled] / n[filled]
    right = np.bincount(bins, weights=sample.predicted == sample.truth, minlength=BINS)[filled]
    return pd.DataFrame(
        {
            "bin": filled,
            "confidence": confidence.clip(0, 1),
            "accuracy": right / n[filled],
            "n": n[filled],
        }
    )


def _top_k(view: _View) -> pd.DataFrame:
    """Share of listeners whose truth is among the k most probable, for each k up to `most`."""
    n = view.sample.n
    found = np.bincount(view.sample.rank_of_truth - 1, minlength=view.most).cumsum()
    k = np.arange(1, view.most + 1 if n else 1)
    return pd.DataFrame({"k": k, "accuracy": found[: len(k)] / max(n, 1), "n": n})


def _cells(view: _View) -> pd.DataFrame:
    names = np.asarray(view.names, dtype=object)
    return pd.DataFrame(
        {"truth": names[view.sample.truth], "predicted": names[view.sample.predicted]}
    )
