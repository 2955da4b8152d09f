"""What a build says of itself, and whether there is one."""

from __future__ import annotations

from pydantic import Field

from app.serving.bodies.base import Answer


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
