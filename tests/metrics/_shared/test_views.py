"""Views: whose listeners, which classes, and which probabilities."""

import numpy as np
from numpy.testing import assert_array_equal

from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.metrics._shared.predicted import Predicted
from pipeline.metrics._shared.views import views_of_all, views_within

CLASSES = Classes(("BR", "CZ", "PL"), ("Europe", "America"), (1, 0, 0))
COUNTRY = np.array([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6], [0.8, 0.1, 0.1]])
REGION = np.array([[0.4, 0.6], [0.7, 0.3], [0.9, 0.1], [0.2, 0.8]])
WITHIN = np.array([[1, 0.3, 0.7], [1, 0.6, 0.4], [1, 0.2, 0.8], [1, 0.5, 0.5]])
PREDICTED = Predicted(
    listener=np.array([4, 5, 6, 7]),
    part=np.array(["test", "valid", "test", "test"]),
    truth=np.array([0, 1, 2, 1]),
    layers=Layers(COUNTRY, REGION, WITHIN),
    classes=CLASSES,
    support=np.array([50, 20, 30]),
)


def test_everybody_is_viewed_over_countries_and_over_regions():
    countries, regions = views_of_all(PREDICTED, "test")
    assert (countries.name, countries.subject, countries.names) == (
        "countries",
        "",
        ("BR", "CZ", "PL"),
    )
    assert countries.judged.truth.tolist() == [0, 2, 1]
    assert_array_equal(countries.judged.probabilities, COUNTRY[[0, 2, 3]])
    assert countries.judged.support.tolist() == [50, 20, 30]
    assert (regions.name, regions.subject, regions.names) == ("regions", "", ("Europe", "America"))
    assert regions.judged.truth.tolist() == [1, 0, 0]
    assert_array_equal(regions.judged.probabilities, REGION[[0, 2, 3]])
    assert regions.judged.support.tolist() == [50, 50]


def test_each_region_is_viewed_over_its_own_countries_and_listeners():
    europe, america = views_within(PREDICTED, "test")
    assert (europe.name, europe.subject, europe.names) == ("within", "Europe", ["CZ", "PL"])
    # Listeners 6 and 7; Poland is the second of Europe's countries.
    assert europe.judged.truth.tolist() == [1, 0]
    assert_array_equal(europe.judged.probabilities, WITHIN[[2, 3]][:, [1, 2]])
    assert europe.judged.support.tolist() == [20, 30]
    assert (america.subject, america.judged.truth.tolist()) == ("America", [0])
    assert_array_equal(america.judged.probabilities, [[1]])


def test_a_part_without_listeners_is_viewed_all_the_same():
    views = [*views_of_all(PREDICTED, "train"), *views_within(PREDICTED, "train")]
    assert [view.judged.n for view in views] == [0] * 4
    assert [view.judged.classes for view in views] == [3, 2, 2, 1]
