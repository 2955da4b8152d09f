"""Bins of the top probability, which the metric and the curve share."""

import numpy as np
import pytest

from pipeline.metrics import METRICS
from pipeline.metrics._shared.calibration import BINS, bins
from pipeline.metrics._shared.judged import Judged


@pytest.mark.parametrize(
    ("probability", "number"),
    # An edge belongs to the bin above; 1, and what rounding lifts above it, to the last.
    [(0.0, 0), (0.0666, 0), (1 / 15, 1), (0.2, 3), (0.6, 9), (0.9999, 14), (1.0, 14), (1.1, 14)],
)
def test_bins_by_hand(probability, number):
    assert bins(np.array([probability])).tolist() == [number]


def test_there_are_fifteen():
    assert np.unique(bins(np.linspace(0, 1, 1000))).tolist() == list(range(15))
    assert BINS == 15


@pytest.mark.parametrize(
    ("top", "error"),
    # In one bin, one listener who is right and one who is not make up for each other.
    [(0.62, (0.62 - 0.35) / 2), (0.71, (0.71 + 0.35) / 2)],
    ids=["one bin", "two bins"],
)
def test_the_metric_is_taken_in_them(top, error):
    rows = np.array([[0.65, 0.35], [top, 1 - top]])
    judged = Judged(np.array([0, 1]), rows, np.array([1, 1]))
    assert METRICS["calibration_error"].measure(judged).value == pytest.approx(error)
