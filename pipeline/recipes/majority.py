"""The baseline: every listener gets the shares of the countries in training."""

from __future__ import annotations

from pipeline.core.model.fitted import COUNTRIES
from pipeline.core.model.models import prior
from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.training_log import no_log


@recipe(
    label="Majority",
    meaning="Gives each country its share of the training listeners, whoever asks.",
)
def fit(given: Fitting) -> Outcome:
    """Count the training listeners of each country."""
    model = prior(given.train.country, len(given.classes.countries))
    given.progress(1.0, COUNTRIES)
    return Outcome(given.fitted({COUNTRIES: model}, {}), no_log())
