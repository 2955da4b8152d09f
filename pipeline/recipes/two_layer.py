"""Boosted trees over regions, then over the countries of each region."""

from __future__ import annotations

from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.tree_recipes import LayerTrees, fit_two_layers


@recipe(
    label="Two layers",
    meaning="Boosted trees find the region, then others the country within each region.",
    layers=2,
    options=("region", "within", "within_sizes", "within_leaf_share", "top_regions"),
)
def fit(given: Fitting) -> Outcome:
    """Fit both layers, every listener alike, and temper each model on validation listeners."""
    return fit_two_layers(given, LayerTrees.of(given.config))
