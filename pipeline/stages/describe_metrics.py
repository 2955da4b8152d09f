"""Write down how each metric is named, formatted and read."""

from __future__ import annotations

from pipeline.core.tables import Tables
from pipeline.metrics._shared.catalogue import catalogue
from pipeline.stages import Outputs, stage


@stage("Describing metrics", writes=("metric_catalogue",), finds=("pipeline.metrics",), share=0.1)
def describe_metrics(tables: Tables) -> Outputs:
    """List the declared metrics, so that readers of a build need not import them."""
    return {"metric_catalogue": catalogue()}
