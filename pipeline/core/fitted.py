"""A recipe once it is fitted: its models, how their layers combine, and its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.features import Features
from pipeline.core.hierarchy import Layers, combine, split, temper
from pipeline.core.models import KINDS, Model

COUNTRIES = "countries"
REGIONS = "regions"
HEADER = "recipe.json"
REPAIR = "train the recipe again"

BATCH = 20_000
"""Listeners predicted at a time, so that what lies between the layers stays small in memory."""


@dataclass(frozen=True, eq=False)
class FittedRecipe:
    """Models that together give every layer.

    Attributes
    ----------
    recipe : str
        Name of the recipe.
    countries, regions : tuple of str
        Codes and names in the order of the probabilities.
    region_of : tuple of int
        Position of each country's region.
    features : tuple of str
        What the models read, as in `Features.dense`.
    dimensions : int
        Length of the vectors that the models read.
    models : mapping of str to Model
        Either `countries` alone, over all countries; or `regions`, over the regions, and one a
        region by its name, over that region's countries in their order.
    temperatures : mapping of str to float
        What each model's probabilities are tempered with; 1 where none is given.
    top_regions : int or None
        Regions that count in the combination; None: all.
    """

    recipe: str
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    region_of: tuple[int, ...]
    features: tuple[str, ...]
    dimensions: int
    models: Mapping[str, Model]
    temperatures: Mapping[str, float]
    top_regions: int | None = None

    def __post_init__(self) -> None:
        """Refuse models that do not cover one layer or both."""
        expected = {COUNTRIES} if self.layers == 1 else {REGIONS, *self.regions}
        if set(self.models) != expected:
            raise ValueError(
                f"recipe {self.recipe!r} needs the models {sorted(expected)}, "
                f"it came with {sorted(self.models)}; {REPAIR}"
            )

    @property
    def layers(self) -> int:
        """1 where countries are predicted at once, 2 where regions come first."""
        return 1 if COUNTRIES in self.models else 2

    def predict(self, features: Features) -> Layers:
        """Give P(country), P(region) and P(country | region) for each listener, in order.

        Raises
        ------
        ValueError
            When the vectors have another length than those that the models read.
        """
        came = features.vectors.shape[1]
        if came != self.dimensions:
            raise ValueError(
                f"recipe {self.recipe!r} reads vectors of {self.dimensions} dimensions, "
                f"vectors of {came} came; {REPAIR}"
            )
        starts = range(0, max(1, len(features)), BATCH)
        batches = [self._predict(features.rows(slice(i, i + BATCH))) for i in starts]
        if len(batches) == 1:
            return batches[0]
        return Layers(
            country=np.concatenate([layers.country for layers in batches]),
            region=np.concatenate([layers.region for layers in batches]),
            within=np.concatenate([layers.within for layers in batches]),
        )

    def _predict(self, features: Features) -> Layers:
        X = features.dense(self.features)
        if self.layers == 1:
            return split(self._ask(COUNTRIES, X), self.region_of)
        region = self._ask(REGIONS, X)
        within = np.empty((len(X), len(self.countries)))
        of_country = np.asarray(self.region_of)
        for position, name in enumerate(self.regions):
            within[:, of_country == position] = self._ask(name, X)
        country = combine(region, within, of_country, self.top_regions)
        return Layers(country=country, region=region, within=within)

    def _ask(self, name: str, X: Any) -> Any:
        return temper(self.models[name].predict_proba(X), self.temperatures.get(name, 1.0))

    def save(self, folder: Path) -> None:
        """Write `recipe.json` and the files of each model into `folder`, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for name, model in self.models.items():
            # A region's name need not be a file's name.
            single = name in (COUNTRIES, REGIONS)
            stem = name if single else f"within_{self.regions.index(name):02d}"
            files = {f"{stem}{suffix}": content for suffix, content in model.save().items()}
            for file, content in files.items():
                (folder / file).write_bytes(content)
            entries.append(
                {
                    "model": name,
                    "kind": model.kind,
                    "files": sorted(files),
                    "temperature": self.temperatures.get(name, 1.0),
                }
            )
        header = {
            "recipe": self.recipe,
            "layers": self.layers,
            "countries": self.countries,
            "regions": self.regions,
            "region_of": self.region_of,
            "features": self.features,
            "dimensions": self.dimensions,
            "top_regions": self.top_regions,
            "models": entries,
        }
        text = json.dumps(header, indent=2, ensure_ascii=False)
        (folder / HEADER).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, threads: int | None = None) -> FittedRecipe:
        """Read what `save` wrote.

        Parameters
        ----------
        folder : Path
            Where the recipe lies.
        threads : int, optional
            Threads to predict with at most; None leaves it to the models.

        Raises
        ------
        FileNotFoundError
            When the header or a model's file is missing; all of them are named.
        ValueError
            When the header cannot be read, lacks a field or names an unknown kind of model.
        """
        header = _header(folder)
        entries = header["models"]
        _check_files(folder, entries)
        return cls(
            recipe=header["recipe"],
            countries=tuple(header["countries"]),
            regions=tuple(header["regions"]),
            region_of=tuple(header["region_of"]),
            features=tuple(header["features"]),
            dimensions=header["dimensions"],
            models={entry["model"]: _model(folder, entry, threads=threads) for entry in entries},
            temperatures={entry["model"]: entry["temperature"] for entry in entries},
            top_regions=header["top_regions"],
        )


_FIELDS = (
    "recipe",
    "countries",
    "regions",
    "region_of",
    "features",
    "dimensions",
    "top_regions",
    "models",
)
_ENTRY_FIELDS = ("model", "kind", "files", "temperature")


def _header(folder: Path) -> dict[str, Any]:
    path = folder / HEADER
    if not path.is_file():
        raise FileNotFoundError(f"no recipe lies in {folder}: {HEADER} is missing; {REPAIR}")
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); {REPAIR}") from error
    if not isinstance(header, dict):
        raise ValueError(f"{path} should hold a JSON object, not a {type(header).__name__}")
    missing = [name for name in _FIELDS if name not in header]
    for entry in header.get("models", []):
        missing += [f"models: {name}" for name in _ENTRY_FIELDS if name not in entry]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}; {REPAIR}")
    unknown = sorted({entry["kind"] for entry in header["models"]} - set(KINDS))
    if unknown:
        raise ValueError(
            f"{path} names unknown kinds of model: {', '.join(unknown)}; "
            f"known are: {', '.join(sorted(KINDS))}; {REPAIR}"
        )
    return header


def _check_files(folder: Path, entries: list[dict[str, Any]]) -> None:
    wanted = [file for entry in entries for file in entry["files"]]
    missing = [file for file in wanted if not (folder / file).is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}; {REPAIR}")


def _model(folder: Path, entry: dict[str, Any], *, threads: int | None) -> Model:
    files = {Path(file).suffix: (folder / file).read_bytes() for file in entry["files"]}
    return KINDS[entry["kind"]].load(files, threads=threads)
