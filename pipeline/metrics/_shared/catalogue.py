"""What metrics there are."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics import METRICS
from pipeline.metrics._shared.frames import as_declared


def catalogue() -> pd.DataFrame:
    """Every declared metric as the table metric_catalogue, in the order of names."""
    frame = pd.DataFrame(
        [(m.name, m.label, m.unit, m.better, m.meaning) for m in METRICS.values()],
        columns=["metric", "label", "unit", "better", "meaning"],
    )
    return as_declared(frame, "metric_catalogue")
