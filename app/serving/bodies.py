"""What clients send and what they get: every body, field by field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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


class Body(BaseModel):
    """Base of what is sent: no conversion from text to number, no undeclared field."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Answer(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- sent ----------------------------------------------------------------------------------------


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


# --- predictions ---------------------------------------------------------------------------------

Probability = Annotated[float, Field(ge=0, le=1)]


class RegionAnswer(Answer):
    """A region of layer 1."""

    region: str
    probability: Probability = Field(description="P(region).")
    share: Probability = Field(description="Share of the listeners learned from who live there.")


class CountryAnswer(Answer):
    """A country, with both layers."""

    country: str = Field(description="ISO 3166-1 alpha-2 code.")
    country_name: str
    iso3: str = Field(description="ISO 3166-1 alpha-3 code.")
    region: str
    probability: Probability = Field(description="P(country).")
    within: Probability = Field(description="P(country | its region).")
    in_set: bool = Field(description="Whether it is in the set.")
    share: Probability = Field(description="Share of the listeners learned from who live there.")


class KnownAnswer(Answer):
    """An artist of the list that the build knows."""

    given: str = Field(description="The name as it was sent.")
    artist: int = Field(description="Number of the artist, as in `/artists/{artist}`.")
    artist_name: str = Field(description="What it was taken for.")


class ContributionAnswer(Answer):
    """How one artist moves the answer."""

    artist: int | None = Field(description="Number of the artist; null where unknown.")
    artist_name: str
    given: list[str] = Field(description="The names that stand for it in the list.")
    counts: bool = Field(
        description="Whether it is among the first artists, as many as the build takes of a list."
    )
    regions: dict[str, float] = Field(description="Effect on each region.")
    countries: dict[str, float] = Field(description="Effect on each country of the answer.")


class ContributionsAnswer(Answer):
    """How each artist moves the answer: the list is asked again without each of them."""

    unit: str = Field(
        "log-odds",
        description="ln(p / (1 - p)) with the artist minus the same without it: above 0 it speaks "
        "for the place. Effects need not add up to anything.",
    )
    artists: list[ContributionAnswer] = Field(description="By first mention in the list.")


Set = Annotated[
    list[str],
    Field(
        description="Codes of the countries of which one is the truth 90 % of the time, the most "
        "probable first."
    ),
]
StrengthTold = Annotated[float, Field(description="How far small countries were raised.")]


class PredictAnswer(Answer):
    """Where people with such a list live."""

    build: str = Field(description="Id of the build that answered.")
    recipe: str = Field(description="The recipe that answered.")
    tau: StrengthTold
    regions: list[RegionAnswer] = Field(description="Layer 1: all regions, most probable first.")
    countries: list[CountryAnswer] = Field(
        description="Both layers together: the `top_k` countries, most probable first."
    )
    set: Set
    matched: list[KnownAnswer] = Field(description="Artists that the build knows, as sent.")
    without_evidence: list[KnownAnswer] = Field(
        description="Those of `matched` that too few listeners play to say anything."
    )
    unknown: list[str] = Field(
        description="Names that the build does not know; they count by what names like them say."
    )
    contributions: ContributionsAnswer | None = Field(
        None, description="On request: how each artist moves the answer."
    )


class InvocationAnswer(Answer):
    """The answer of the original's endpoint."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "countries": ["Iceland", "United Kingdom", "Poland", "Sweden", "Germany"],
                "probabilities": [0.31, 0.12, 0.08, 0.07, 0.05],
            }
        }
    )

    countries: list[str] = Field(description="Names of five countries, most probable first.")
    probabilities: list[Probability] = Field(description="P(country), in the same order.")


class ScoredAnswer(Answer):
    """One listener's answer."""

    id: str | None = Field(description="As it was sent.")
    countries: dict[str, Probability] = Field(
        description="P(country) by ISO 3166-1 alpha-2 code, most probable first."
    )
    set: Set


class ScoreAnswer(Answer):
    """Answers for many listeners, in the order that they were sent."""

    build: str = Field(description="Id of the build that answered.")
    recipe: str = Field(description="The recipe that answered.")
    tau: StrengthTold
    listeners: list[ScoredAnswer]


# --- artists and countries -----------------------------------------------------------------------


class ArtistAnswer(Answer):
    """An artist."""

    artist: int = Field(description="Number of the artist in this build.")
    artist_name: str
    listeners: int = Field(description="Listeners who have the artist.")


class FoundAnswer(Answer):
    """Artists that a query may mean."""

    build: str
    query: str
    artists: list[ArtistAnswer] = Field(description="The likeliest first.")


class BelongsAnswer(Answer):
    """Where an artist belongs."""

    country: str = Field(description="Country of which the artist is most typical.")
    country_name: str
    region: str
    lift: float = Field(
        description="How many times as common it is there as among all listeners, shrunk towards "
        "1 where few have it."
    )
    locality: float = Field(description="0 is everywhere alike, 1 is in one place alone.")


class PlaceAnswer(Answer):
    """A country where an artist is played."""

    rank: int = Field(description="Place among the countries, by popularity.")
    country: str
    country_name: str
    region: str
    popularity: float = Field(description="The artist's share of all plays in the country.")
    plays: float
    listeners: int


class ArtistNeighbourAnswer(Answer):
    """An artist that the same listeners play."""

    rank: int
    artist: int
    artist_name: str
    similarity: float = Field(description="Cosine of the angle between the vectors.")
    listeners: int


class ArtistPageAnswer(ArtistAnswer):
    """An artist: where it is played, and what is near."""

    build: str
    plays: int
    belongs: BelongsAnswer | None = Field(
        description="Null where no listener learned from plays it."
    )
    places: list[PlaceAnswer] = Field(description="All countries where it is played, by rank.")
    neighbours: list[ArtistNeighbourAnswer] = Field(
        description="The nearest first; none where too few listeners play it."
    )


class TopArtistAnswer(Answer):
    """An artist that is much played in a country."""

    rank: int = Field(description="By plays; equal plays share a rank.")
    artist: int
    artist_name: str
    plays: float
    listeners: int


class TypicalArtistAnswer(Answer):
    """An artist that is typical of a country."""

    rank: int
    artist: int
    artist_name: str
    lift: float = Field(
        description="How many times as common it is there as among all listeners, shrunk towards "
        "1 where few have it."
    )
    listeners: int


class CountryNeighbourAnswer(Answer):
    """A country of similar taste."""

    rank: int
    country: str
    country_name: str
    region: str
    similarity: float = Field(description="1 is alike, 0 as far as chance, below 0 apart.")


class QualityAnswer(Answer):
    """How well listeners of a country are placed; null where undefined."""

    part: str = Field(description="`valid` chooses, `test` only reports.")
    recall: float | None = Field(description="Share of its listeners who are placed there.")
    top_5_recall: float | None = Field(description="Share with it among the five likeliest.")
    precision: float | None = Field(description="Share of those placed there who live there.")
    f1: float | None
    listeners_true: int | None = Field(description="Listeners who live there.")
    listeners_predicted: int | None = Field(description="Listeners who are placed there.")


class CountryPageAnswer(Answer):
    """A country: what is played there, what is near, and how well it is predicted."""

    build: str
    country: str
    country_name: str
    iso3: str
    region: str
    listeners: int = Field(description="Listeners who state it.")
    train_listeners: int = Field(description="Listeners learned from.")
    kept: bool = Field(
        description="Whether enough listeners state it to learn from; nothing is predicted for "
        "the others."
    )
    recipe: str = Field(description="The recipe that `quality` is of.")
    quality: list[QualityAnswer] = Field(description="Empty where it is not kept.")
    top_artists: list[TopArtistAnswer]
    typical_artists: list[TypicalArtistAnswer]
    neighbours: list[CountryNeighbourAnswer]


# --- the build -----------------------------------------------------------------------------------


class SourceAnswer(Answer):
    """Where the data came from."""

    name: str
    label: str
    licence: str
    simulated: bool = Field(description="Whether the listeners are invented.")


class RecipeAnswer(Answer):
    """A recipe of the build."""

    recipe: str
    label: str
    meaning: str
    layers: int
    headline: dict[str, float | None] = Field(description="Validation metrics over all countries.")


class BuildCountryAnswer(Answer):
    """A country that is predicted."""

    country: str
    country_name: str
    region: str


class BuildAnswer(Answer):
    """What the build says of itself."""

    build: str
    created: str = Field(description="ISO 8601, UTC.")
    schema_version: int
    source: SourceAnswer
    default_recipe: str
    recipes: list[RecipeAnswer]
    artists: int
    listeners: int = Field(description="Listeners who are kept.")
    artists_per_list: int = Field(description="How many artists of a list count at most.")
    countries: list[BuildCountryAnswer]
    packages: dict[str, str] = Field(description="Versions of the packages that shaped it.")


class HealthAnswer(Answer):
    """Whether there is something to answer with."""

    status: str = Field(description="`ok`, or `old` while a newer build cannot be loaded.")
    build: str
    problem: str | None = Field(None, description="Why the newer build cannot be loaded.")
