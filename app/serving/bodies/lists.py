"""What is sent to place listeners: lists of artists, and how they are to be asked about."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from app.serving.bodies.base import Body

MOST_ARTISTS = 1_000
MOST_LISTENERS = 1_000
MOST_COUNTRIES = 250
DEFAULT_TOP_K = 5
_LARGEST = 10**15

_LIST: dict[str, Any] = {
    "top_artists": [
        {"artist_name": "Radiohead", "playcount": 312},
        {"artist_name": "Sigur Rós", "playcount": 97},
        {"artist_name": "múm", "playcount": None},
    ],
    "total_scrobbles": 24_310,
}


def _whole(came: Any) -> Any:
    """Take 23.0 for 23: to JSON they are the same number."""
    return int(came) if isinstance(came, float) and came.is_integer() else came


# The bounds stand within, or the description would not tell them.
Plays = Annotated[int, Field(ge=0, le=_LARGEST), BeforeValidator(_whole)]
TopK = Annotated[int, Field(ge=1, le=MOST_COUNTRIES), BeforeValidator(_whole)]


class PlayBody(Body):
    """One artist of a list."""

    artist_name: str = Field(
        min_length=1, max_length=1_000, description="Name; case, accents and the like do not count."
    )
    playcount: float | None = Field(
        None,
        ge=0,
        le=_LARGEST,
        allow_inf_nan=False,
        description="Times played; null where unknown.",
    )


TopArtists = Annotated[
    list[PlayBody],
    Field(
        min_length=1,
        max_length=MOST_ARTISTS,
        description="Artists, the most played first. The build takes its first so many, see "
        "`artists_per_list` of `/build`; what comes after them does not count.",
    ),
]
TotalScrobbles = Annotated[
    Plays | None,
    Field(description="Plays over the whole history; null where unknown."),
]
RecipeName = Annotated[
    str | None,
    Field(
        max_length=100,
        description="Recipe to ask, see `/build`; null for the build's default.",
        examples=[None],
    ),
]

Tau = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="How far small countries are raised: 0 leaves everything as it is, at 1 a "
        "country's size does not count; null for the recipe's own.",
    ),
]


class ListBody(Body):
    """A list of artists, in the form that the original's endpoint took."""

    model_config = ConfigDict(json_schema_extra={"example": _LIST})

    top_artists: TopArtists
    total_scrobbles: TotalScrobbles = None


class PredictBody(ListBody):
    """A list of artists, and what to say of it."""

    model_config = ConfigDict(
        json_schema_extra={"example": _LIST | {"top_k": 3, "contributions": True}}
    )

    recipe: RecipeName = None
    tau: Tau = None
    top_k: TopK = Field(
        DEFAULT_TOP_K,
        description="Countries to answer with, the most probable first.",
    )
    contributions: bool = Field(
        False, description="Whether to say how each artist moves the answer."
    )


class ListenerBody(ListBody):
    """One listener of many."""

    id: str | None = Field(
        None, max_length=200, description="The sender's own name; comes back with the answer."
    )


class ScoreBody(Body):
    """Many listeners."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "listeners": [
                    {"id": "a", **_LIST},
                    {"id": "b", "top_artists": [{"artist_name": "Kult"}]},
                ],
                "top_k": 2,
            }
        }
    )

    listeners: list[ListenerBody] = Field(min_length=1, max_length=MOST_LISTENERS)
    recipe: RecipeName = None
    tau: Tau = None
    top_k: TopK | None = Field(None, description="Countries for each listener; null for all.")
