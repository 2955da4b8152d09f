"""Where listeners are placed: both layers, the set, and what each artist does to the answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from app.serving.bodies.base import Answer

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
