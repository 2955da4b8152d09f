from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.builds.build import Build
from pipeline.core.model.adjustment import COVERAGE, TAUS
from pipeline.stages.move_prior import SHOWN


def test_every_recipe_has_a_whole_curve(tiny_build: Build) -> None:
    found = tiny_build.sql(
        "SELECT recipe, part, count(*) AS rows, count(DISTINCT tau) AS taus, "
        "count(DISTINCT metric) AS metrics FROM prior_adjustment GROUP BY ALL"
    )
    assert len(found) == 2 * len(tiny_build.manifest.recipes)
    assert (found["taus"] == len(TAUS)).all() and (found["metrics"] == len(SHOWN)).all()
    assert (found["rows"] == len(TAUS) * len(SHOWN)).all()


def test_recipes_that_leave_the_tail_are_as_evaluated_at_strength_nought(tiny_build: Build) -> None:
    both = tiny_build.sql(
        "SELECT a.value AS moved, m.value AS plain FROM prior_adjustment AS a "
        "JOIN metrics AS m USING (recipe, part, metric) "
        "WHERE a.tau = 0 AND m.view = 'countries' AND recipe <> 'atlas'"
    )
    assert len(both) == 2 * (len(tiny_build.manifest.recipes) - 1) * len(SHOWN)
    np.testing.assert_allclose(both["moved"], both["plain"], rtol=1e-6)


def test_the_default_strength_is_as_evaluated(tiny_build: Build) -> None:
    fitted = tiny_build.model_path("atlas")
    from pipeline.core.model.blend import open_recipe

    adjustment = open_recipe(fitted).adjustment
    assert adjustment is not None
    both = tiny_build.sql(
        "SELECT a.value AS moved, m.value AS plain FROM prior_adjustment AS a "
        "JOIN metrics AS m USING (recipe, part, metric) "
        "WHERE a.tau = ? AND m.view = 'countries' AND recipe = 'atlas'",
        [adjustment.default],
    )
    np.testing.assert_allclose(both["moved"], both["plain"], rtol=1e-5)


def test_sets_of_listeners_are_counted_by_region(tiny_build: Build) -> None:
    found = tiny_build.read("coverage", "recipe = 'atlas' AND part = 'test'").set_index("region")
    truth = tiny_build.sql(
        "SELECT c.region, count(*) AS n FROM predictions JOIN countries AS c USING (country) "
        "WHERE recipe = 'atlas' AND part = 'test' GROUP BY c.region"
    ).set_index("region")["n"]
    assert found.loc["", "n"] == truth.sum()
    assert found["n"].drop("").to_dict() == truth.to_dict()
    weights = found["n"].drop("")
    mean = (found["covered"].drop("") * weights).sum() / weights.sum()
    assert found.loc["", "covered"] == pytest.approx(mean)
    assert found.loc["", "covered"] > COVERAGE - 0.06
