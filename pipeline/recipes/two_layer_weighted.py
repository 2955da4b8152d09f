"""Boosted trees over regions, then countries; rare ones of both count for more."""

from __future__ import annotations

from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.tree_recipes import LayerTrees, fit_two_layers


@recipe(
    label="Two layers, weighted",
    meaning="Boosted trees, region first, in which listeners of rare places count for more.",
    layers=2,
    options=("region", "within", "within_sizes", "within_leaf_share", "top_regions"),
)
def fit(given: Fitting) -> Outcome:
    """Fit both layers by class weights: over regions, and within each over countries.

    Temperatures go by the unweighted log loss of validation listeners, as in the other recipes.
    """
    return fit_two_layers(given, LayerTrees.of(given.config), weighted=True)
