"""Temperatures of fitted models, by validation listeners."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.model.fitted import FittedRecipe
from pipeline.core.model.hierarchy import fit_temperature
from pipeline.core.model.models import Model
from pipeline.recipes._shared.fitting import Fitting
from pipeline.recipes._shared.model_data import Data

FEWEST_LISTENERS = 20
"""Validation listeners below which a temperature would be chance, and stays 1."""


def validation_temperature(model: Model, data: Data) -> float:
    """Temperature of a model, by the log loss of the validation listeners alone.

    Never of the test listeners: they only report. Weighted models are tempered by the same
    unweighted loss. The temperature changes how sure they are; it leaves their ranking, and so
    their leaning towards rare countries, as it is.
    """
    if len(data.valid_y) < FEWEST_LISTENERS:
        return 1.0
    return fit_temperature(model.predict_proba(data.valid_x), data.valid_y)


def tempered(
    given: Fitting,
    models: Mapping[str, Model],
    data: Mapping[str, Data],
    *,
    features: tuple[str, ...] | None = None,
    top_regions: int | None = None,
) -> FittedRecipe:
    """Put fitted models together as `Fitting.fitted`, each with its `validation_temperature`.

    Parameters
    ----------
    given : Fitting
    models : mapping of str to Model
    data : mapping of str to Data
        What each model was fitted on.
    features, top_regions
        As in `Fitting.fitted`.
    """
    temperatures = {
        name: validation_temperature(model, data[name]) for name, model in models.items()
    }
    return given.fitted(models, temperatures, features=features, top_regions=top_regions)
