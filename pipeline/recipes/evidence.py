"""Artist evidence alone: each artist's word added up, in two layers, with one number a layer."""

from __future__ import annotations

from pipeline.core.model.features import EVIDENCE
from pipeline.core.model.fitted import REGIONS
from pipeline.core.model.models import Model, ScaledEvidence
from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.scaled_evidence import expected, scales
from pipeline.recipes._shared.training_log import no_log


@recipe(
    label="Artist evidence",
    meaning="Adds up what each artist says of each region, then of each country within it.",
    layers=2,
)
def fit(given: Fitting) -> Outcome:
    """Fit how far evidence is to be believed in each layer, on validation listeners."""
    first, second = scales(given)
    known = expected(given)
    n_regions = len(given.classes.regions)
    columns = tuple(range(n_regions))
    models: dict[str, Model] = {
        REGIONS: ScaledEvidence(tuple(known.region.tolist()), columns, first)
    }
    for position, region in enumerate(given.classes.regions):
        members = given.classes.within(position)
        share = tuple(known.within[members].tolist())
        columns = tuple((n_regions + members).tolist())
        models[region] = ScaledEvidence(share, columns, second)
    given.progress(1.0, REGIONS)
    return Outcome(given.fitted(models, {}, features=(EVIDENCE,)), no_log())
