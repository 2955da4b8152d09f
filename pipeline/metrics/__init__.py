"""How good a recipe is: one metric a file, found by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, ParamSpec

from pipeline.core.registry import Registry
from pipeline.core.tables.contract import VIEWS

if TYPE_CHECKING:
    from pipeline.metrics._shared.judged import Measured

P = ParamSpec("P")
Unit = Literal["share", "nats", "bits", "count", "classes"]
Better = Literal["higher", "lower", "neither"]

ONE_AGAINST_THE_REST = {"countries": "country", "regions": "region"}
"""Views of one class against the rest, by the view of all classes that they single it out of.

Their metrics are asked once a class; those of the other views once for all classes.
"""


@dataclass(frozen=True)
class Metric:
    """A metric as declared.

    `measure` takes what is Judged and, in a view of one class against the rest, the position of the
    class as well. `meaning` is the first line of the function's docstring.
    """

    name: str
    label: str
    unit: Unit
    better: Better
    views: tuple[str, ...]
    meaning: str
    measure: Callable[..., Measured]


METRICS: Registry[Metric] = Registry("pipeline.metrics", "metric")


def metric(
    label: str, *, unit: Unit, better: Better, views: tuple[str, ...]
) -> Callable[[Callable[P, Measured]], Callable[P, Measured]]:
    """Declare the function below as a metric under its own name.

    Its docstring's first line becomes the metric's meaning. ValueError when that is missing or
    when a view does not exist.
    """

    def declare(function: Callable[P, Measured]) -> Callable[P, Measured]:
        name = function.__name__
        meaning = (inspect.getdoc(function) or "").partition("\n")[0]
        problems = [f"there is no view {view!r}" for view in views if view not in VIEWS]
        if not views:
            problems.append("it names no view")
        if not meaning:
            problems.append("its function has no docstring to take the meaning from")
        if problems:
            raise ValueError(
                f"the metric {name!r} in {function.__module__} cannot be declared: "
                f"{'; '.join(problems)}; views are {', '.join(VIEWS)}"
            )
        METRICS.add(name, Metric(name, label, unit, better, views, meaning, function))
        return function

    return declare
