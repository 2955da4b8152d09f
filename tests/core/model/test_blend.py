"""Blends: pooled layers, rare artists, and what their files say when broken."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from pipeline.core.model.adjustment import Adjustment, Step
from pipeline.core.model.blend import FittedBlend, open_recipe
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import HEADER, FittedRecipe
from pipeline.core.model.models import Constant

COUNTRIES, REGIONS, REGION_OF = ("PL", "BR", "CZ"), ("Europe", "America"), (0, 1, 0)


def member(name, *country):
    return FittedRecipe(
        recipe=name,
        countries=COUNTRIES,
        regions=REGIONS,
        region_of=REGION_OF,
        features=("evidence",),
        dimensions=2,
        models={"countries": Constant(country)},
        temperatures={},
    )


def blend(**changes):
    whole = {
        "recipe": "both",
        "members": {"one": member("one", 0.4, 0.5, 0.1), "two": member("two", 0.1, 0.8, 0.1)},
        "region_weights": {"one": 1.0, "two": 1.0},
        "within_weights": {"one": 1.0, "two": 0.0},
        "shrinkage": 0.0,
        "listeners": (30, 50, 30),
        "outside_scales": (1.0, 2.0),
    }
    return FittedBlend(**{**whole, **changes})


def listeners(outside=(0, 0, 0, 0, 0), n=2):
    heard = np.tile(np.array(outside, dtype=np.float32), (n, 1))
    known = np.zeros(n, dtype=np.int32)
    return Features(heard[:, :2], None, csr_matrix((n, 4)), known, heard, heard)


def test_each_layer_is_pooled_with_its_own_weights():
    layers = blend().predict(listeners())
    # 0.5 · 0.2 against 0.5 · 0.8.
    assert_allclose(layers.region, [[0.2, 0.8]] * 2)
    # Within Europe only the first is heard: 0.4 and 0.1 of 0.5.
    assert_allclose(layers.within, [[0.8, 1.0, 0.2]] * 2)
    assert_allclose(layers.country, [[0.16, 0.8, 0.04]] * 2)
    assert blend().layers == 2


def test_few_listeners_draw_the_second_layer_to_the_prior():
    # Europe has 60: half the second layer's own 0.8, half the prior's 0.5.
    layers = blend(shrinkage=60.0).predict(listeners())
    assert_allclose(layers.within, [[0.65, 1.0, 0.35]] * 2)


def test_artists_outside_the_vocabulary_move_both_layers():
    quiet, heard = (blend().predict(listeners(o)) for o in ((0,) * 5, (1, 0, 0, 0, 1)))
    odds = heard.region[:, 0] / heard.region[:, 1]
    assert_allclose(odds, np.e * quiet.region[:, 0] / quiet.region[:, 1])
    within = heard.within[:, 2] / heard.within[:, 0]
    assert_allclose(within, np.e**2 * quiet.within[:, 2] / quiet.within[:, 0])
    assert_allclose(heard.country.sum(axis=1), 1)


def test_an_adjustment_holds_for_the_blend():
    adjustment = Adjustment((0.2, 0.6, 0.2), REGION_OF, (Step(0, 1, (0, 0)), Step(1, 1, (0, 0))))
    adjusted = blend().adjusted(adjustment)
    plain = blend().predict(listeners()).country
    moved = plain / np.array([0.2, 0.6, 0.2])
    assert_allclose(
        adjusted.predict(listeners(), tau=1.0).country, moved / moved.sum(axis=1, keepdims=True)
    )
    assert_array_equal(adjusted.predict(listeners()).country, plain)


def test_files_give_the_same_back(tmp_path):
    steps = (Step(0.0, 1.0, (0.1, 0.2)), Step(1.0, 1.1, (0.0, 0.3)))
    saved = blend(shrinkage=3.0).adjusted(Adjustment((0.3, 0.4, 0.3), REGION_OF, steps, 0.5))
    saved.save(tmp_path)
    again = open_recipe(tmp_path)
    assert isinstance(again, FittedBlend)
    for tau in (None, 0.0, 1.0):
        asked = listeners((1, 2, 0, 1, 3))
        assert_array_equal(
            again.predict(asked, tau=tau).country, saved.predict(asked, tau=tau).country
        )
    assert again.adjustment == saved.adjustment


def test_members_must_agree_on_what_they_predict():
    other = FittedRecipe(
        "other", ("PL", "CZ"), ("Europe",), (0, 0), ("evidence",), 2,
        {"countries": Constant((0.5, 0.5))}, {},
    )  # fmt: skip
    with pytest.raises(ValueError, match="2 different ones came"):
        blend(members={"one": member("one", 0.4, 0.5, 0.1), "two": other})
    with pytest.raises(ValueError, match="one weight a member"):
        blend(region_weights={"one": 1.0})


def test_broken_files_are_named(tmp_path):
    blend().save(tmp_path)
    header = json.loads((tmp_path / HEADER).read_text())
    (tmp_path / HEADER).write_text(json.dumps({**header, "form": "choir"}))
    with pytest.raises(ValueError, match="unknown form 'choir'; known are: blend, models"):
        open_recipe(tmp_path)
    del header["shrinkage"]
    (tmp_path / HEADER).write_text(json.dumps(header))
    with pytest.raises(ValueError, match="lacks shrinkage"):
        open_recipe(tmp_path)
    with pytest.raises(FileNotFoundError, match="is missing"):
        open_recipe(tmp_path / "elsewhere")
