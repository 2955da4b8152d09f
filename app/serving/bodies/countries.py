"""What a build knows of countries."""

from __future__ import annotations

from pydantic import Field

from app.serving.bodies.base import Answer


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
