"""Boosted trees over all countries at once; rare countries count for more."""

from __future__ import annotations

from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.tree_recipes import fit_flat


@recipe(
    label="Flat trees, weighted",
    meaning="Boosted trees over all countries, in which listeners of rare ones count for more.",
    options=("flat",),
)
def fit(given: Fitting) -> Outcome:
    """Fit trees that count a listener by their country's weight: min(cap, sqrt(N / (K · n_c))).

    When to stop and how far to temper go by the unweighted log loss of validation listeners, so
    that the probabilities stay as honest as the leaning towards rare countries allows.
    """
    return fit_flat(given, given.config.flat, weighted=True)
