"""The walk over every metric, view and class; and the tables that come of it.

Frames have the columns and types of the contract, save for `recipe`, which the caller knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.core.tables.columns import pandas_type
from pipeline.core.tables.contract import PARTS, table
from pipeline.metrics import METRICS, ONE_AGAINST_THE_REST
from pipeline.metrics._shared.sample import Floats, Integers, Measured, Sample

REPORTED_PARTS = ("valid", "test")
"""Parts whose listeners a recipe was not trained on: those of the table predictions."""

TOLERANCE = 1e-4
"""How far outside 0 to 1 a probability may lie by rounding."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Countries and regions in the order of their positions.

    Parameters
    ----------
    countries : sequence of str, length k
        Codes, by ``countries.position``.
    regions : sequence of str, length r
        Names, by ``regions.position``.
    region_of : array of int, shape (k,)
        Position of each country's region.
    support : array of int, shape (k,)
        Training listeners of each country.

    Raises
    ------
    ValueError
        When lengths differ, a name occurs twice, or a region does not exist or has no country;
        names all of these.
    """

    countries: Sequence[str]
    regions: Sequence[str]
    region_of: ArrayLike
    support: ArrayLike

    def __post_init__(self) -> None:
        for name in ("region_of", "support"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))
        _refuse("classes", list(self._problems()))

    def _problems(self) -> Iterator[str]:
        for name in ("countries", "regions"):
            names = pd.Series(list(getattr(self, name)), dtype=str)
            if twice := sorted(set(names[names.duplicated()])):
                yield f"{name} must differ from each other, yet these come twice: {twice}"
        shape = (len(self.countries),)
        for name in ("region_of", "support"):
            if (came := np.shape(getattr(self, name))) != shape:
                yield f"{name} must have shape {shape}, one a country, but has {came}"
        positions = np.asarray(self.region_of)
        if wrong := sorted(set(_outside(positions, len(self.regions)).tolist())):
            yield f"region_of must be a position among {len(self.regions)} regions, not {wrong}"
        if empty := sorted(set(range(len(self.regions))) - set(positions.ravel().tolist())):
            yield f"every region must have a country, yet these have none: {empty}"

    def within(self, region: int) -> Integers:
        """Positions of the countries of the region at position `region`, ascending."""
        return np.flatnonzero(np.asarray(self.region_of) == region)

    def region_support(self) -> Integers:
        """Training listeners of each region, shape (r,)."""
        support = np.zeros(len(self.regions), dtype=np.int64)
        np.add.at(support, np.asarray(self.region_of), np.asarray(self.support))
        return support


class Evaluation(NamedTuple):
    """Frames like the tables metrics and confusion, without `recipe`."""

    metrics: pd.DataFrame
    confusion: pd.DataFrame


class _View(NamedTuple):
    """Listeners in one multi-class view; `subject` is the region where it is about one."""

    name: str
    subject: str
    sample: Sample
    names: Sequence[str]


def evaluate(
    truth: Integers,
    *,
    country: Floats,
    region: Floats,
    within: Floats,
    part: ArrayLike,
    classes: Classes,
) -> Evaluation:
    """Measure every metric in every view for each part.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        Position of each listener's country.
    country : ndarray of float, shape (n, k)
        P(country), by position.
    region : ndarray of float, shape (n, r)
        P(region), by position.
    within : ndarray of float, shape (n, k)
        P(country | the country's region), by the country's position: the columns of each region
        sum to 1.
    part : array of str, shape (n,)
        Part of each listener.
    classes : Classes
        What the positions mean.

    Returns
    -------
    Evaluation
        Rows in the order of parts, views, positions and metrics' names. Every part, region and
        country has its rows, with a null value where no listener makes it defined. `n` counts
        the listeners that a value rests on: for a share those that it is a share of (recall: who
        have the class; precision: who are predicted to), for an average those averaged over.

    Raises
    ------
    ValueError
        When shapes, positions, probabilities or parts are not as above; names all of these.
    """
    parts = np.asarray(part)
    layers = {"country": country, "region": region, "within": within}
    _refuse("predictions", _part_problems(parts, truth) + _layer_problems(truth, layers, classes))

    measured, confused = [], []
    for name in PARTS:
        chosen = np.flatnonzero(parts == name)
        views = list(
            _views(truth[chosen], country[chosen], region[chosen], within[chosen], classes)
        )
        measured.append(_measure_all(views).assign(part=name))
        confused.append(_confusion_of_all(views).assign(part=name))
    return Evaluation(
        _as_declared(pd.concat(measured, ignore_index=True), "metrics"),
        _as_declared(pd.concat(confused, ignore_index=True), "confusion"),
    )


def _views(
    truth: Integers, country: Floats, region: Floats, within: Floats, classes: Classes
) -> Iterator[_View]:
    """Every multi-class view of one part's listeners."""
    support = np.asarray(classes.support)
    home = np.asarray(classes.region_of)[truth]
    yield _View("countries", "", Sample(truth, country, support), classes.countries)
    yield _View("regions", "", Sample(home, region, classes.region_support()), classes.regions)
    local = np.empty(len(classes.countries), dtype=np.int64)
    for position, name in enumerate(classes.regions):
        members = classes.within(position)
        local[members] = np.arange(len(members))
        inside = np.flatnonzero(home == position)
        sample = Sample(local[truth[inside]], within[np.ix_(inside, members)], support[members])
        yield _View("within", name, sample, [classes.countries[m] for m in members])


def _measure_all(views: Sequence[_View]) -> pd.DataFrame:
    rows = [
        (view, subject, metric, *measured)
        for source in views
        for view, subject, metric, measured in _measure(source)
    ]
    return pd.DataFrame(rows, columns=["view", "subject", "metric", "value", "n"])


def _measure(source: _View) -> Iterator[tuple[str, str, str, Measured]]:
    """Rows of one multi-class view, then those of its classes against the rest."""
    for metric in METRICS.values():
        if source.name in metric.views:
            yield source.name, source.subject, metric.name, metric.measure(source.sample)
    single = ONE_AGAINST_THE_REST.get(source.name)
    if single is None:
        return
    for k, subject in enumerate(source.names):
        for metric in METRICS.values():
            if single in metric.views:
                yield single, subject, metric.name, metric.measure(source.sample, k)


def _confusion_of_all(views: Sequence[_View]) -> pd.DataFrame:
    return pd.concat([_confusion(view) for view in views], ignore_index=True)


def _confusion(source: _View) -> pd.DataFrame:
    counts = source.sample.confusion
    names = np.asarray(source.names, dtype=object)
    rows, columns = np.nonzero(counts)
    return pd.DataFrame(
        {
            "view": source.name,
            "subject": source.subject,
            "truth": names[rows],
            "predicted": names[columns],
            "n": counts[rows, columns],
        }
    )


def predictions_frame(
    listener: Integers, truth: Integers, *, country: Floats, part: ArrayLike, classes: Classes
) -> pd.DataFrame:
    """List what is said of each listener outside the training part, in the given order.

    Parameters
    ----------
    listener : ndarray of int, shape (n,)
        Number of each listener.
    truth, country, part, classes
        As in `evaluate`.

    Returns
    -------
    DataFrame
        Like the table predictions, without `recipe`. Of equally probable countries the first by
        position counts as the more probable.
    """
    parts = np.asarray(part)
    problems = _part_problems(parts, truth)
    problems += _layer_problems(truth, {"country": country}, classes)
    if np.shape(listener) != np.shape(truth):
        problems.append(_shape_problem("listener", np.shape(listener), truth))
    _refuse("predictions", problems)

    chosen = np.flatnonzero(np.isin(parts, REPORTED_PARTS))
    sample = Sample(truth[chosen], country[chosen], np.asarray(classes.support))
    codes = np.asarray(classes.countries, dtype=object)
    frame = pd.DataFrame(
        {
            "listener": listener[chosen],
            "part": parts[chosen],
            "country": codes[sample.truth],
            "predicted": codes[sample.predicted],
            "probability": sample.top_probability.clip(0, 1),
            "probability_of_truth": sample.probability_of_truth.clip(0, 1),
            "rank_of_truth": sample.rank_of_truth,
        }
    )
    return _as_declared(frame, "predictions")


def catalogue() -> pd.DataFrame:
    """Every declared metric as the table metric_catalogue, in the order of names."""
    frame = pd.DataFrame(
        [(m.name, m.label, m.unit, m.better, m.meaning) for m in METRICS.values()],
        columns=["metric", "label", "unit", "better", "meaning"],
    )
    return _as_declared(frame, "metric_catalogue")


def _as_declared(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns in the order and of the types of a table; `recipe` is left to the caller."""
    types = {c.name: pandas_type(c) for c in table(name).columns if c.name != "recipe"}
    return frame[list(types)].astype(types)


def _shape_problem(name: str, shape: tuple[int, ...], truth: Integers) -> str:
    return f"{name} must have the shape of truth, {np.shape(truth)}, not {shape}"


def _part_problems(parts: NDArray[Any], truth: Integers) -> list[str]:
    """What is wrong with the parts, in sentences."""
    problems = []
    if unknown := sorted({str(part) for part in pd.unique(parts.ravel())} - set(PARTS)):
        problems.append(f"part must be one of {', '.join(PARTS)}, not {unknown}")
    if parts.shape != np.shape(truth):
        problems.append(_shape_problem("part", parts.shape, truth))
    return problems


def _layer_problems(truth: Integers, layers: dict[str, Floats], classes: Classes) -> list[str]:
    """What is wrong with positions and probabilities, in sentences."""
    problems = []
    k = len(classes.countries)
    if np.ndim(truth) != 1 or not np.issubdtype(truth.dtype, np.integer):
        problems.append(
            f"truth must be one integer a listener, not {truth.dtype} of shape {np.shape(truth)}"
        )
    elif wrong := sorted(set(_outside(truth, k).tolist())):
        problems.append(f"truth must be a position among {k} countries, not {wrong}")
    for name, given in layers.items():
        shape = (len(truth), len(classes.regions) if name == "region" else k)
        if given.shape != shape:
            problems.append(
                f"{name} must have shape {shape}, listeners by classes, not {given.shape}"
            )
        # Written so that a NaN, which compares as false, is an offender.
        elif given.size and not (given.min() >= -TOLERANCE and given.max() <= 1 + TOLERANCE):
            bad = ~((given >= -TOLERANCE) & (given <= 1 + TOLERANCE)).all(axis=1)
            problems.append(
                f"{name} must be probabilities from 0 to 1, but {np.count_nonzero(bad)} listeners "
                f"have others, first the one in row {int(bad.argmax())}"
            )
    return problems


def _outside(positions: Integers, k: int) -> Integers:
    return positions[(positions < 0) | (positions >= k)]


def _refuse(what: str, problems: list[str]) -> None:
    """ValueError that lists all `problems`, if there are any."""
    if problems:
        raise ValueError(
            f"cannot evaluate these {what}: {'; '.join(problems)}; take positions, probabilities "
            "and parts from the same run"
        )
