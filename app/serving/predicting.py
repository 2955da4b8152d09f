"""Routes that place listeners: one list, the original's form, and many lists at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import pyarrow as pa
from fastapi import APIRouter
from numpy.typing import NDArray

from app.serving import problems
from app.serving.bodies.lists import ListBody, ListenerBody, PlayBody, PredictBody, ScoreBody
from app.serving.bodies.predictions import (
    ContributionAnswer,
    ContributionsAnswer,
    CountryAnswer,
    InvocationAnswer,
    KnownAnswer,
    PredictAnswer,
    RegionAnswer,
    ScoreAnswer,
    ScoredAnswer,
)
from app.serving.routing import ApiMeasures, CurrentPredictor, recipe_of, rows
from pipeline.core.model.explanation import Explanation, explain
from pipeline.core.model.predictor import Known, Play, Prediction, Predictor

ROUTER = APIRouter(tags=["predictions"], responses=problems.declared(*problems.OF_BODY, 503))
_RECIPE = "#/recipe"
_ORIGINAL_TOP_K = 5


class _Options(TypedDict):
    """What is asked of a list besides its plays."""

    recipe: str
    total_scrobbles: int | None
    tau: float | None


@ROUTER.post("/predict", summary="Place one list of artists")
def predict(body: PredictBody, current: CurrentPredictor, measures: ApiMeasures) -> PredictAnswer:
    """Say where people with such a list live: both layers, and what was made of each name."""
    plays = _plays(body.top_artists)
    with current.predictor() as predictor:
        options: _Options = {
            "recipe": recipe_of(predictor, body.recipe, where=_RECIPE),
            "total_scrobbles": body.total_scrobbles,
            "tau": body.tau,
        }
        explanation = explain(predictor, plays, **options) if body.contributions else None
        prediction = explanation.prediction if explanation else predictor.predict(plays, **options)
        answer = _answer(predictor, prediction, explanation, top_k=body.top_k)
    measures.predicted(prediction.recipe, 1)
    return answer


@ROUTER.post("/invocations", summary="Place one list, in the original's form")
def invocations(
    body: ListBody, current: CurrentPredictor, measures: ApiMeasures
) -> InvocationAnswer:
    """Name the five likeliest countries, as the original's endpoint did.

    Body and answer are the original's, but for the number of artists: 1 to 1,000 are taken.
    """
    with current.predictor() as predictor:
        prediction = predictor.predict(
            _plays(body.top_artists), total_scrobbles=body.total_scrobbles
        )
    measures.predicted(prediction.recipe, 1)
    likeliest = prediction.country.head(_ORIGINAL_TOP_K)
    return InvocationAnswer(
        countries=likeliest["country_name"].tolist(),
        probabilities=_shares(likeliest["probability"].to_numpy()),
    )


@ROUTER.post("/score", summary="Place many listeners")
def score(body: ScoreBody, current: CurrentPredictor, measures: ApiMeasures) -> ScoreAnswer:
    """Give P(country) of each listener, in the order that they were sent."""
    with current.predictor() as predictor:
        recipe = recipe_of(predictor, body.recipe, where=_RECIPE)
        answers = list(
            predictor.predict_many(
                _table(body.listeners), _scrobbles(body.listeners), recipe=recipe, tau=body.tau
            )
        )
        probabilities = np.concatenate([layers.country for layers in answers])
        in_set = np.concatenate(
            [predictor.prediction_sets(one, recipe=recipe, tau=body.tau) for one in answers]
        )
        tau = predictor.default_tau(recipe) if body.tau is None else body.tau
        build, countries = predictor.build.id, np.array(predictor.countries)
    measures.predicted(recipe, len(body.listeners))
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")
    return ScoreAnswer(
        build=build,
        recipe=recipe,
        tau=tau,
        listeners=[
            _scored(listener.id, countries[order], row[order], members[order], top_k=body.top_k)
            for listener, order, row, members in zip(
                body.listeners, likeliest, probabilities, in_set, strict=True
            )
        ],
    )


def _scored(
    name: str | None,
    countries: NDArray[np.str_],
    probabilities: NDArray[np.float64],
    in_set: NDArray[np.bool_],
    *,
    top_k: int | None,
) -> ScoredAnswer:
    """Answer for one listener, from what is sorted by falling probability."""
    codes = countries.tolist()
    return ScoredAnswer(
        id=name,
        countries=dict(zip(codes[:top_k], _shares(probabilities[:top_k]), strict=True)),
        set=countries[in_set].tolist(),
    )


# --- bodies to plays -----------------------------------------------------------------------------


def _plays(top_artists: Sequence[PlayBody]) -> list[Play]:
    return [Play(play.artist_name, play.playcount) for play in top_artists]


def _table(listeners: Sequence[ListenerBody]) -> pa.Table:
    """Lay the lists out as `Predictor.predict_many` wants them."""
    plays = [play for listener in listeners for play in listener.top_artists]
    lengths = np.array([len(listener.top_artists) for listener in listeners])
    rank = np.concatenate([np.arange(1, length + 1) for length in lengths])
    return pa.table(
        {
            "listener": pa.array(np.repeat(np.arange(len(listeners)), lengths), pa.int32()),
            "rank": pa.array(rank, pa.int32()),
            "artist_name": pa.array([play.artist_name for play in plays], pa.string()),
            "playcount": pa.array([play.playcount for play in plays], pa.float64()),
        }
    )


def _scrobbles(listeners: Sequence[ListenerBody]) -> NDArray[np.float64]:
    return np.array(
        [np.nan if one.total_scrobbles is None else one.total_scrobbles for one in listeners],
        dtype=np.float64,
    )


# --- predictions to answers ----------------------------------------------------------------------


def _answer(
    predictor: Predictor,
    prediction: Prediction,
    explanation: Explanation | None,
    *,
    top_k: int,
) -> PredictAnswer:
    regions = prediction.region.assign(probability=_shares(prediction.region["probability"]))
    countries = prediction.country.head(top_k)
    countries = countries.assign(
        probability=_shares(countries["probability"]), within=_shares(countries["within"])
    )
    return PredictAnswer(
        build=predictor.build.id,
        recipe=prediction.recipe,
        tau=prediction.tau,
        regions=[RegionAnswer(**row) for row in rows(regions)],
        countries=[CountryAnswer(**row) for row in rows(countries)],
        set=list(prediction.prediction_set),
        matched=[_known(known) for known in prediction.matched],
        without_evidence=[_known(known) for known in prediction.without_vector],
        unknown=list(prediction.unknown),
        contributions=explanation and _contributions(explanation, countries["country"].tolist()),
    )


def _known(known: Known) -> KnownAnswer:
    return KnownAnswer(given=known.given, artist=known.artist, artist_name=known.artist_name)


def _contributions(explanation: Explanation, countries: Sequence[str]) -> ContributionsAnswer:
    columns = [explanation.countries.index(country) for country in countries]
    on_countries = explanation.country[:, columns].tolist()
    on_regions = explanation.region.tolist()
    return ContributionsAnswer(
        artists=[
            ContributionAnswer(
                artist=artist.artist,
                artist_name=artist.artist_name,
                given=list(artist.given),
                counts=artist.counts,
                regions=dict(zip(explanation.regions, on_regions[row], strict=True)),
                countries=dict(zip(countries, on_countries[row], strict=True)),
            )
            for row, artist in enumerate(explanation.artists)
        ]
    )


def _shares(probabilities: NDArray[np.float64]) -> list[float]:
    """Give probabilities as plain numbers; a sum that rounds to just over 1 is 1."""
    shares: list[float] = np.minimum(probabilities, 1.0).tolist()
    return shares
