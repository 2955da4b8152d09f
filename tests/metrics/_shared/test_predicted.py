"""Predictions beside truths: what fits together, and what is refused."""

import numpy as np
import pytest

from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.predicted import Predicted

CLASSES = Classes(
    countries=("BR", "CL", "DE", "FR", "JP", "PL"),
    regions=("Asia", "Europe", "South America"),
    region_of=(2, 2, 1, 1, 0, 1),
)


def planted():
    draw = np.random.default_rng(0)
    widths = {"country": 6, "region": 3, "within": 6}
    layers = {name: draw.dirichlet(np.ones(k), size=240) for name, k in widths.items()}
    return draw.integers(0, 6, 240), layers, draw.choice(PARTS, 240)


def predicted(**changes):
    truth, layers, part = planted()
    whole = {
        "listener": np.arange(240),
        "part": part,
        "truth": truth,
        "layers": Layers(**layers),
        "classes": CLASSES,
        "support": np.ones(6, dtype=np.int64),
    }
    return Predicted(**{**whole, **changes})


def test_bad_input_names_every_offender():
    truth, layers, part = planted()
    truth[3] = 6
    layers["country"][5, 0] = np.nan
    layers["within"][7:9, 0] = 1.5
    layers["region"] = layers["region"][:, :2]
    part = np.where(part == "test", "exam", part)
    with pytest.raises(ValueError) as caught:
        predicted(truth=truth, layers=Layers(**layers), part=part)
    for problem in (
        "not ['exam']",
        "among 6 countries, not [6]",
        "country must be probabilities from 0 to 1, but 1 listeners have others, first the one in "
        "row 5",
        "within must be probabilities from 0 to 1, but 2 listeners",
        "region must have shape (240, 3), listeners by classes, not (240, 2)",
    ):
        assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"part": np.array(["test"] * 3)},
            r"part must have the shape.*\(240,\), not \(3,\)",
        ),
        ({"listener": np.arange(2)}, r"listener must have the shape of truth.*not \(2,\)"),
        (
            {"support": np.arange(5)},
            r"support must have shape \(6,\).*but has \(5,\)",
        ),
        ({"truth": np.zeros(240)}, "truth must be one integer a listener, not float64"),
        ({"truth": np.full(240, -1)}, r"a position among 6 countries, not \[-1\]"),
    ],
    ids=["part", "listener", "support", "floats", "negative"],
)
def test_what_does_not_fit_together_is_refused(change, problem):
    with pytest.raises(ValueError, match=problem):
        predicted(**change)


def test_a_part_knows_its_rows():
    given = predicted()
    for part in PARTS:
        assert (given.part[given.rows(part)] == part).all()
    assert sorted(row for part in PARTS for row in given.rows(part)) == list(range(240))


def test_rounding_above_one_is_let_through():
    country = np.zeros((1, 6))
    country[0, 2] = 1 + 2e-7
    layers = Layers(country, np.ones((1, 3)), np.ones((1, 6)))
    one = {"listener": np.array([0]), "part": np.array(["test"]), "truth": np.array([2])}
    assert predicted(layers=layers, **one).layers is layers
