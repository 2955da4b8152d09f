"""What every route needs: the predictor of now, the measures, and rows as plain values."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import Depends, Request

from app.serving.current import Current
from app.serving.measures import Measures
from app.serving.problems import FieldError
from pipeline.core.model.predictor import Predictor


async def _current(request: Request) -> Current:
    current: Current = request.app.state.current
    return current


async def _measures(request: Request) -> Measures:
    measures: Measures = request.app.state.measures
    return measures


CurrentPredictor = Annotated[Current, Depends(_current)]
ApiMeasures = Annotated[Measures, Depends(_measures)]


def recipe_of(predictor: Predictor, recipe: str | None, *, where: str) -> str:
    """Give the recipe to ask; FieldError names those that there are."""
    if recipe is None:
        return predictor.build.manifest.default_recipe
    if recipe not in predictor.recipes:
        known = ", ".join(predictor.recipes)
        raise FieldError(where, expected=f"a recipe of this build: {known}", came=recipe)
    return recipe


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows as dictionaries of plain values, None where null."""
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
