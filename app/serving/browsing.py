"""Routes that tell what a build holds: artists, countries, and the build itself."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException

from app.queries import artists as artist_queries
from app.queries import countries as country_queries
from app.serving import problems
from app.serving.bodies.artists import (
    ArtistAnswer,
    ArtistNeighbourAnswer,
    ArtistPageAnswer,
    BelongsAnswer,
    FoundAnswer,
    PlaceAnswer,
)
from app.serving.bodies.build import BuildAnswer, BuildCountryAnswer, RecipeAnswer, SourceAnswer
from app.serving.bodies.countries import (
    CountryNeighbourAnswer,
    CountryPageAnswer,
    QualityAnswer,
    TopArtistAnswer,
    TypicalArtistAnswer,
)
from app.serving.routing import CurrentPredictor, recipe_of, rows
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor

ROUTER = APIRouter(tags=["artists and countries"])
_DEFAULT_HITS = 10
_MOST_HITS = 50
_DEFAULT_ROWS = 20
_MOST_ROWS = 100
_LARGEST_ARTIST = 2**31 - 1
_MEASURED_ON = ("valid", "test")

_FOUND = """
    SELECT artist, artist_name, listeners FROM artists WHERE list_contains(?, artist)
"""
_COUNTRY = """
    SELECT country, country_name, iso3, region, listeners, train_listeners, kept
    FROM countries
    WHERE country = ?
"""
_QUALITY = """
    SELECT * FROM metrics WHERE recipe = ? AND part = ? AND view = 'country' AND subject = ?
"""
_PREDICTED = "SELECT country, country_name, region FROM countries WHERE kept ORDER BY position"
_TOTALS = """
    SELECT
        (SELECT count(*) FROM artists) AS artists,
        (SELECT sum(listeners) FROM countries WHERE kept) AS listeners
"""


@ROUTER.get("/artists", summary="Find artists by name", responses=problems.declared(422, 503))
def find_artists(
    current: CurrentPredictor,
    query: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="The beginning, a part or a misspelling of a name.",
            examples=["radiohed"],
        ),
    ],
    limit: Annotated[
        int, Query(ge=1, le=_MOST_HITS, description="Artists at most.")
    ] = _DEFAULT_HITS,
) -> FoundAnswer:
    """Find artists; slips are forgiven, the better known come first."""
    with current.predictor() as predictor:
        hits = predictor.search(query, limit)
        found = predictor.build.sql(_FOUND, [hits]).set_index("artist", drop=False).loc[hits]
        build = predictor.build.id
    artists = [ArtistAnswer(**row) for row in rows(found)]
    return FoundAnswer(build=build, query=query, artists=artists)


@ROUTER.get(
    "/artists/{artist}", summary="Tell of an artist", responses=problems.declared(404, 422, 503)
)
def artist_page(
    current: CurrentPredictor,
    artist: Annotated[
        int, Path(ge=0, le=_LARGEST_ARTIST, description="Number of the artist.", examples=[0])
    ],
) -> ArtistPageAnswer:
    """Tell where an artist is played, where it belongs, and which artists are near.

    Numbers hold within one build: look them up with `/artists?query=`.
    """
    with current.predictor() as predictor:
        build = predictor.build
        found = build.sql(artist_queries.ARTIST, [artist])
        if found.empty:
            raise HTTPException(
                404, f"There is no artist number {artist} in this build; find it by its name."
            )
        places = build.sql(artist_queries.COUNTRIES, [artist, artist])
        neighbours = build.sql(artist_queries.NEIGHBOURS, [artist])
    return ArtistPageAnswer(
        build=build.id,
        **_belonging(rows(found)[0]),
        places=_all(PlaceAnswer, places),
        neighbours=_all(ArtistNeighbourAnswer, neighbours),
    )


def _belonging(row: dict[str, Any]) -> dict[str, Any]:
    """Split the row of an artist into what it is and where it belongs."""
    names = set(BelongsAnswer.model_fields)
    belongs = {name: value for name, value in row.items() if name in names}
    known = BelongsAnswer(**belongs) if row["country"] is not None else None
    return {n: v for n, v in row.items() if n not in names} | {"belongs": known}


@ROUTER.get(
    "/countries/{code}", summary="Tell of a country", responses=problems.declared(404, 422, 503)
)
def country_page(
    current: CurrentPredictor,
    code: Annotated[
        str,
        Path(
            pattern="^[A-Za-z]{2}$",
            description="ISO 3166-1 alpha-2 code, any case.",
            examples=["PL"],
        ),
    ],
    recipe: Annotated[
        str | None,
        Query(max_length=100, description="Recipe whose quality is told; else the default."),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=_MOST_ROWS, description="Rows of each list at most.")
    ] = _DEFAULT_ROWS,
) -> CountryPageAnswer:
    """Tell what a country plays, what is typical of it, what is near, how well it is predicted."""
    country = code.upper()
    with current.predictor() as predictor:
        build = predictor.build
        name = recipe_of(predictor, recipe, where="recipe")
        found = build.sql(_COUNTRY, [country])
        if found.empty:
            raise HTTPException(
                404, f"No listener of this build states the country {country}; see /build."
            )
        top = build.sql(country_queries.TOP_ARTISTS, [country, limit, limit])
        typical = build.sql(country_queries.TYPICAL_ARTISTS, [country])
        neighbours = build.sql(country_queries.NEIGHBOURS, [country])
        quality = _quality(build, country, recipe=name)
    return CountryPageAnswer(
        build=build.id,
        **rows(found)[0],
        recipe=name,
        quality=quality,
        top_artists=_all(TopArtistAnswer, top),
        typical_artists=_all(TypicalArtistAnswer, typical.head(limit)),
        neighbours=_all(CountryNeighbourAnswer, neighbours.head(limit)),
    )


def _quality(build: Build, country: str, *, recipe: str) -> list[QualityAnswer]:
    measured = []
    for part in _MEASURED_ON:
        metrics = build.sql(_QUALITY, [recipe, part, country])
        found = country_queries.quality(metrics, [country]).drop(columns="country")
        measured += [QualityAnswer(part=part, **row) for row in rows(found)]
    return measured


@ROUTER.get("/build", summary="Tell of the build", responses=problems.declared(503))
def build_page(current: CurrentPredictor) -> BuildAnswer:
    """Tell where the data came from, which recipes there are, and what they are worth."""
    with current.predictor() as predictor:
        return _build_answer(predictor)


def _build_answer(predictor: Predictor) -> BuildAnswer:
    build, manifest = predictor.build, predictor.build.manifest
    totals = rows(build.sql(_TOTALS))[0]
    return BuildAnswer(
        build=build.id,
        created=manifest.created,
        schema_version=manifest.schema_version,
        source=SourceAnswer(**manifest.source.model_dump()),
        default_recipe=manifest.default_recipe,
        recipes=[
            RecipeAnswer(**row, headline=manifest.headline.get(row["recipe"], {}))
            for row in rows(build.read("recipes", "true ORDER BY recipe"))
        ],
        artists=totals["artists"],
        listeners=totals["listeners"],
        artists_per_list=predictor.top_artists,
        countries=_all(BuildCountryAnswer, build.sql(_PREDICTED)),
        packages=manifest.packages,
    )


def _all(model: type[Any], frame: pd.DataFrame) -> list[Any]:
    """Make one `model` of each row, from the columns that it has."""
    return [model(**row) for row in rows(frame[list(model.model_fields)])]
