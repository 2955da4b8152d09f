"""The ways of looking at one part's listeners in which metrics are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.metrics._shared.judged import Judged
from pipeline.metrics._shared.predicted import Predicted


class View(NamedTuple):
    """Listeners in one view of several classes.

    Attributes
    ----------
    name : str
        One of the contract's views of all classes: countries, regions or within.
    subject : str
        The region that it is about; empty where it is about all.
    judged : Judged
        Positions of classes are those in `names`.
    names : sequence of str
        The classes.
    """

    name: str
    subject: str
    judged: Judged
    names: Sequence[str]


def views_of_all(predicted: Predicted, part: str) -> Iterator[View]:
    """View everybody in a part: over the countries, then over the regions."""
    rows, classes, support = predicted.rows(part), predicted.classes, predicted.support
    truth, layers = predicted.truth[rows], predicted.layers
    yield View("countries", "", Judged(truth, layers.country[rows], support), classes.countries)
    regions = Judged(classes.regions_of(truth), layers.region[rows], classes.by_region(support))
    yield View("regions", "", regions, classes.regions)


def views_within(predicted: Predicted, part: str) -> Iterator[View]:
    """View the listeners of a part region by region, over the countries of their own."""
    rows, classes = predicted.rows(part), predicted.classes
    truth, within = predicted.truth[rows], predicted.layers.within[rows]
    home = classes.regions_of(truth)
    local = np.empty(len(classes.countries), dtype=np.int64)
    for position, region in enumerate(classes.regions):
        members = classes.within(position)
        local[members] = np.arange(len(members))
        inside = np.flatnonzero(home == position)
        judged = Judged(
            local[truth[inside]], within[np.ix_(inside, members)], predicted.support[members]
        )
        yield View("within", region, judged, [classes.countries[m] for m in members])
