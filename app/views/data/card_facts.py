"""What the model card tells, read from a build."""

from __future__ import annotations

import pandas as pd

from app.shell import data
from app.views.data.model_card import Facts, Measure, Sets
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import BASELINE
from pipeline.core.model.makeup import makeup

_OVERALL = "part = 'test' AND recipe = ? AND subject = ''"
_NEVER = """
    SELECT count(*) FILTER (WHERE value = 0) AS never, count(*) AS measured
    FROM metrics
    WHERE part = 'test' AND recipe = ? AND view = 'country' AND metric = 'recall'
        AND value IS NOT NULL
"""


def facts(build: Build) -> Facts:
    """Read the facts of a build's default recipe."""
    recipe = build.manifest.default_recipe
    about = data.read(build, "recipes", "recipe = ?", (recipe,)).iloc[0]
    countries = data.read(build, "countries", "kept")
    never = data.ask(build, _NEVER, (recipe,)).iloc[0]
    return Facts(
        label=str(about["label"]),
        meaning=str(about["meaning"]),
        layers=int(about["layers"]),
        makeup=makeup(build, recipe),
        countries=len(countries),
        regions=countries["region"].nunique(),
        learned_from=int(countries["train_listeners"].sum()),
        artists=int(data.ask(build, "SELECT count(*) AS n FROM artists")["n"].iloc[0]),
        least_listeners=build.manifest.config["clean"]["min_listeners"],
        measured=_measured(build, recipe, "countries"),
        of_regions=_measured(build, recipe, "regions"),
        never_found=int(never["never"]),
        countries_measured=int(never["measured"]),
        sets=_sets(build, recipe),
        blind=_measured(build, BASELINE, "countries").get("accuracy", Measure(None, 0)).value,
    )


def _measured(build: Build, recipe: str, view: str) -> dict[str, Measure]:
    rows = data.read(build, "metrics", f"{_OVERALL} AND view = ?", (recipe, view))
    return {
        row.metric: Measure(None if pd.isna(row.value) else float(row.value), int(row.n))
        for row in rows.itertuples()
    }


def _sets(build: Build, recipe: str) -> Sets | None:
    rows = data.read(build, "coverage", "part = 'test' AND recipe = ? AND region = ''", (recipe,))
    if rows.empty:
        return None
    row = rows.iloc[0]
    return Sets(float(row["covered"]), float(row["mean_size"]), int(row["n"]))
