"""What a build knows of artists."""

from __future__ import annotations

from pydantic import Field

from app.serving.bodies.base import Answer


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

    rank: int = Field(description="Rank among the countries, by popularity.")
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
