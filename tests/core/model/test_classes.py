"""Countries and the regions that they lie in."""

import numpy as np
import pytest

from pipeline.core.model.classes import Classes

CLASSES = Classes(
    countries=("BR", "CL", "DE", "FR", "JP", "PL"),
    regions=("Asia", "Europe", "South America"),
    region_of=(2, 2, 1, 1, 0, 1),
)


def test_a_region_knows_its_countries():
    assert [CLASSES.within(region).tolist() for region in range(3)] == [[4], [2, 3, 5], [0, 1]]


def test_listeners_have_the_region_of_their_country():
    assert CLASSES.regions_of(np.array([5, 0, 4, 0])).tolist() == [1, 2, 0, 2]
    assert CLASSES.regions_of(np.array([], dtype=int)).shape == (0,)


def test_counts_of_countries_add_up_to_those_of_regions():
    sums = CLASSES.by_region(np.array([90, 5, 60, 30, 40, 10]))
    assert sums.tolist() == [40, 100, 95]
    assert sums.dtype == np.int64


def test_bad_classes_name_every_offender():
    with pytest.raises(ValueError) as caught:
        Classes(("BR", "BR", "PL"), ("Asia", "Europe", "Nowhere"), (0, 4))
    for problem in (
        "countries must differ from each other, yet these come twice: ['BR']",
        "3 countries, 2 regions came",
        "a position among 3 regions, not [4]",
        "these have none: [1, 2]",
    ):
        assert problem in str(caught.value)


@pytest.mark.parametrize("region", [-1, 2])
def test_a_region_that_does_not_exist_is_refused(region):
    with pytest.raises(ValueError, match=rf"among 2 regions, not \[{region}\]"):
        Classes(("BR", "PL", "CZ"), ("America", "Europe"), (0, 1, region))
