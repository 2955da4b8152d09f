"""Boosted trees over all countries at once."""

from __future__ import annotations

from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.tree_recipes import fit_flat


@recipe(
    label="Flat trees",
    meaning="Boosted trees on the mean vector, all countries at once.",
    options=("flat",),
)
def fit(given: Fitting) -> Outcome:
    """Fit trees that count every listener alike."""
    return fit_flat(given, given.config.flat)
