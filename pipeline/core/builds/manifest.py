"""What a build says of itself."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

BASELINE = "majority"
"""The recipe that looks at nothing of a listener; every build has it, and the others are read
against it."""


class Record(BaseModel):
    """Base: frozen, and a field that is not declared is an error.

    Examples
    --------
    >>> class Note(Record):
    ...     text: str
    >>> Note(text="sealed").text
    'sealed'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceRecord(Record):
    """Where the data of a build came from.

    Examples
    --------
    >>> SourceRecord(
    ...     name="world", label="Simulated listeners", licence="none needed", simulated=True
    ... ).simulated
    True
    """

    name: str = Field(description="Name of the source.")
    label: str = Field(description="Name to show.")
    licence: str = Field(description="What may be done with the data.")
    simulated: bool = Field(description="Whether the listeners are invented.")


class StageCost(Record):
    """What a stage cost when it last ran, and what it ran on.

    Examples
    --------
    >>> StageCost(name="train_recipe:flat", seconds=41.5, peak_mb=812.0).seconds
    41.5
    """

    name: str = Field(description="Stage, with its recipe after a colon where it has one.")
    seconds: float = Field(description="Wall-clock seconds.")
    peak_mb: float = Field(description="Highest resident memory of the process, in MiB.")
    packages: dict[str, str] = Field(
        default_factory=dict,
        description="Versions of the packages that it stood on; empty in builds that know of none.",
    )


class FileRecord(Record):
    """A file of the build.

    Examples
    --------
    >>> FileRecord(path="models/flat/recipe.json", bytes=812, sha256="e3b0c442").path
    'models/flat/recipe.json'
    """

    path: str = Field(description="Path within the build, with forward slashes.")
    bytes: int = Field(description="Size.")
    sha256: str = Field(description="Digest of the content.")


class Manifest(Record):
    """Everything a reader needs before it opens a build.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     manifest = build.manifest
    >>> manifest.default_recipe in manifest.recipes and BASELINE in manifest.headline
    True
    """

    schema_version: int = Field(description="Version of the contract that the build follows.")
    id: str = Field(description="Name of the build, from its content.")
    created: str = Field(description="When it was sealed, ISO 8601 in UTC.")
    source: SourceRecord
    config: dict[str, Any] = Field(description="The whole configuration of the run.")
    packages: dict[str, str] = Field(
        description="Versions of the packages that the stages stood on when they ran."
    )
    stages: list[StageCost]
    recipes: list[str]
    default_recipe: str = Field(description="Recipe used where none is named.")
    headline: dict[str, dict[str, float | None]] = Field(
        description="Validation metrics of each recipe over all countries."
    )
    files: list[FileRecord]
