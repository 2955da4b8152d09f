"""One layer of trees and two: their sizes, and what becomes of them."""

import re
from dataclasses import replace

import pytest

from pipeline.config import TrainConfig, TreesConfig, TreeSize
from pipeline.core.model.features import EVIDENCE
from pipeline.core.progress import no_progress
from pipeline.recipes._shared.model_data import countries_data
from pipeline.recipes._shared.temperature import validation_temperature
from pipeline.recipes._shared.tree_recipes import LayerTrees, fit_flat, fit_two_layers
from pipeline.recipes._shared.trees import fit_trees


def sized(*, listeners, countries, **changes):
    trees = replace(LayerTrees.of(TrainConfig()), **changes)
    return trees.of_region(listeners=listeners, countries=countries)


@pytest.mark.parametrize(
    ("per_country", "leaves", "min_in_leaf"),
    [
        (199, 15, 300),
        (200, 31, 200),
        (599, 31, 200),
        (600, 31, 150),
        (1200, 47, 100),
        (1999, 47, 100),
        (2000, 63, 50),
        (90_000, 63, 50),
    ],
)
def test_tree_sizes_are_the_originals(per_country, leaves, min_in_leaf):
    size = sized(listeners=per_country * 4, countries=4, leaf_share=1.0)
    assert (size.leaves, size.min_in_leaf) == (leaves, min_in_leaf)
    assert size.learning_rate == 0.03


def test_leaves_of_a_small_region_hold_a_twentieth_of_it():
    assert sized(listeners=200, countries=3).min_in_leaf == 10
    assert sized(listeners=5, countries=3).min_in_leaf == 1
    assert sized(listeners=6000, countries=60).min_in_leaf == 300


def test_without_a_table_the_size_is_the_layers_own():
    own = TreesConfig(leaves=9, min_in_leaf=40)
    sizes = [sized(listeners=n, countries=2, within=own, sizes=()) for n in (9000, 200)]
    assert [(s.leaves, s.min_in_leaf) for s in sizes] == [(9, 40), (9, 10)]


def test_beyond_the_table_its_last_size_holds():
    table = (TreeSize(below=100, leaves=5, min_in_leaf=7),)
    size = sized(listeners=900, countries=2, sizes=table)
    assert (size.leaves, size.min_in_leaf) == (5, 7)


def test_flat_trees_are_tempered_trees_over_all_countries(world, quick):
    given = world.given(quick, recipe="mine", seed=3)
    fitted, log = fit_flat(given, quick.flat)
    data = countries_data(given)
    model, expected = fit_trees(
        data,
        quick.flat,
        name="countries",
        weighted=False,
        seed=3,
        threads=1,
        progress=no_progress,
    )
    assert fitted.models["countries"].text == model.text
    assert fitted.temperatures == {"countries": validation_temperature(model, data)}
    assert log.equals(expected)
    assert fitted.recipe == "mine"


def test_each_layer_has_its_own_trees_and_what_they_read(world, quick):
    region = TreesConfig(rounds=3, leaves=4, min_in_leaf=5)
    within = TreesConfig(rounds=5, leaves=3, min_in_leaf=5)
    names = (EVIDENCE, *world.train.features.names)
    trees = LayerTrees(region, within, leaf_share=0.05)
    fitted, log = fit_two_layers(world.given(quick), trees, features=names)
    rounds = log.groupby("model")["iteration"].max().to_dict()
    assert rounds == {"regions": 3, "Latin America": 5, "Central & Eastern Europe": 5}
    assert fitted.features == names
    leaves = {
        name: max(int(n) for n in re.findall(r"num_leaves=(\d+)", model.text))
        for name, model in fitted.models.items()
        if name in rounds
    }
    assert leaves == {"regions": 4, "Latin America": 3, "Central & Eastern Europe": 3}
