"""Multinomial logistic regression, as the original: L2 0.01, ten steps."""

from __future__ import annotations

from pipeline.core.model.fitted import COUNTRIES
from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.linear import fit_linear
from pipeline.recipes._shared.model_data import countries_data
from pipeline.recipes._shared.temperature import tempered
from pipeline.recipes._shared.training_log import no_log


@recipe(
    label="Logistic regression",
    meaning="Weighs each dimension of the mean vector linearly, all countries at once.",
    options=("logistic",),
)
def fit(given: Fitting) -> Outcome:
    """Fit the coefficients on training listeners, the temperature on validation listeners."""
    data = countries_data(given)
    model = fit_linear(data, given.config.logistic)
    given.progress(1.0, COUNTRIES)
    return Outcome(tempered(given, {COUNTRIES: model}, {COUNTRIES: data}), no_log())
