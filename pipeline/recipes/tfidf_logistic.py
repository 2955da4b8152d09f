"""TF-IDF of the artists and multinomial logistic regression: the plain peer to beat.

After Krismayer, Schedl, Knees and Rabiser, "Predicting user demographics from music listening
information" (Multimedia Tools and Applications, 2019).
"""

from __future__ import annotations

from pipeline.core.model.features import ARTISTS
from pipeline.core.model.fitted import COUNTRIES
from pipeline.core.model.hierarchy import log_loss
from pipeline.core.model.models import Model
from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.artist_weights import artist_weights
from pipeline.recipes._shared.linear import fit_sparse_linear
from pipeline.recipes._shared.model_data import countries_data
from pipeline.recipes._shared.temperature import tempered
from pipeline.recipes._shared.training_log import no_log

UNIT_LENGTH = 1.0
"""Every list is as long as any other, as TF-IDF has it."""


@recipe(
    label="TF-IDF logistic",
    meaning="Weighs each artist of the list linearly, rare ones more, all countries at once.",
    options=("artist_logistic",),
)
def fit(given: Fitting) -> Outcome:
    """Fit with every strength, and keep the one with the least log loss on validation."""
    data = countries_data(given, (ARTISTS,))
    weights = artist_weights(data.X, norm_power=UNIT_LENGTH)
    config = given.config.artist_logistic

    def fit_one(done: int, strength: float) -> Model:
        given.progress(done / len(config.strengths), f"{COUNTRIES}: strength {strength:g}")
        return fit_sparse_linear(data, weights, config, strength=strength, norm_power=UNIT_LENGTH)

    def loss(model: Model) -> float:
        return log_loss(model.predict_proba(data.valid_x), data.valid_y)

    best = min((fit_one(done, s) for done, s in enumerate(config.strengths)), key=loss)
    given.progress(1.0, COUNTRIES)
    fitted = tempered(given, {COUNTRIES: best}, {COUNTRIES: data}, features=(ARTISTS,))
    return Outcome(fitted, no_log())
