"""Options that several commands have, and what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pipeline.core.builds.artifacts import artifacts_folder, current_build
from pipeline.core.builds.build import BUILD_AGAIN, Build, BuildError

Artifacts: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Folder of work and builds; else $ATLAS_ARTIFACTS, else ./artifacts."),
]
RecipeName: TypeAlias = Annotated[
    str | None, typer.Option(help="Recipe to predict with; else the build's default.")
]


def opened_build(artifacts: Path | None) -> Build:
    """Open the current build; BuildError when there is none."""
    build = current_build(artifacts)
    if build is None:
        raise BuildError(f"there is no build in {artifacts_folder(artifacts)}. {BUILD_AGAIN}")
    return build
