"""A recipe once it is fitted: its models, how their layers combine, and its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.adjustment import Adjustment
from pipeline.core.model.features import VECTORS, Features
from pipeline.core.model.hierarchy import Layers, combine, split, temper
from pipeline.core.model.models import KINDS, Model

COUNTRIES = "countries"
REGIONS = "regions"
HEADER = "recipe.json"
REPAIR = "train the recipe again"

BATCH = 20_000
"""Listeners predicted at a time, so that what lies between the layers stays small in memory."""


class Fitted(Protocol):
    """What the pipeline and the predictor need of a fitted recipe of any form.

    Examples
    --------
    >>> from pipeline.core.model.models import Constant
    >>> fitted: Fitted = FittedRecipe(
    ...     recipe="majority",
    ...     countries=("PL", "JP"),
    ...     regions=("Europe", "Asia"),
    ...     region_of=(0, 1),
    ...     features=(VECTORS,),
    ...     dimensions=2,
    ...     models={COUNTRIES: Constant((0.75, 0.25))},
    ...     temperatures={},
    ... )
    >>> fitted.recipe, fitted.countries
    ('majority', ('PL', 'JP'))
    """

    form: ClassVar[str]

    @property
    def recipe(self) -> str:
        """Name of the recipe."""

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes in the order of the probabilities."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Names in the order of the probabilities."""

    @property
    def region_of(self) -> tuple[int, ...]:
        """Position of each country's region."""

    @property
    def adjustment(self) -> Adjustment | None:
        """What can be moved after training."""

    def predict(self, features: Features, *, tau: float | None = None) -> Layers:
        """Give every layer for each listener, adjusted with strength `tau` or the default."""

    def adjusted(self, adjustment: Adjustment) -> Fitted:
        """Give the same recipe with this adjustment."""

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, made if need be."""


def in_batches(predict: Callable[[Features], Layers], features: Features) -> Layers:
    """Ask `predict` for `BATCH` listeners at a time.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> rows = np.ones((3, 2), dtype=np.float32)
    >>> features = Features(rows, None, csr_matrix((3, 5)), np.ones(3, dtype=np.int32), rows, rows)
    >>> in_batches(lambda few: split(np.ones((len(few), 2)), (0, 1)), features).region.shape
    (3, 2)
    """
    starts = range(0, max(1, len(features)), BATCH)
    batches = [predict(features.rows(slice(i, i + BATCH))) for i in starts]
    if len(batches) == 1:
        return batches[0]
    return Layers(
        country=np.concatenate([layers.country for layers in batches]),
        region=np.concatenate([layers.region for layers in batches]),
        within=np.concatenate([layers.within for layers in batches]),
    )


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
        What the models read, as in `Features.read`.
    dimensions : int
        Length of the vectors when the models were fitted.
    models : mapping of str to Model
        Either `countries` alone, over all countries; or `regions`, over the regions, and one a
        region by its name, over that region's countries in their order.
    temperatures : mapping of str to float
        What each model's probabilities are tempered with; 1 where none is given.
    top_regions : int or None
        Regions that count in the combination; None: all.
    adjustment : Adjustment or None
        What can be moved after training; None where nothing can.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from pipeline.core.model.models import Constant
    >>> recipe = FittedRecipe(
    ...     recipe="two_constants",
    ...     countries=("PL", "CZ", "JP"),
    ...     regions=("Europe", "Asia"),
    ...     region_of=(0, 0, 1),
    ...     features=(VECTORS,),
    ...     dimensions=2,
    ...     models={
    ...         REGIONS: Constant((0.6, 0.4)),
    ...         "Europe": Constant((0.5, 0.5)),
    ...         "Asia": Constant((1.0,)),
    ...     },
    ...     temperatures={},
    ... )
    >>> rows = np.ones((1, 2), dtype=np.float32)
    >>> features = Features(rows, None, csr_matrix((1, 5)), np.ones(1, dtype=np.int32), rows, rows)
    >>> recipe.layers, recipe.predict(features).country
    (2, array([[0.3, 0.3, 0.4]]))
    """

    form: ClassVar[str] = "models"
    recipe: str
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    region_of: tuple[int, ...]
    features: tuple[str, ...]
    dimensions: int
    models: Mapping[str, Model]
    temperatures: Mapping[str, float]
    top_regions: int | None = None
    adjustment: Adjustment | None = None

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

    def predict(self, features: Features, *, tau: float | None = None) -> Layers:
        """Give P(country), P(region) and P(country | region) for each listener, in order.

        Parameters
        ----------
        features : Features
        tau : float, optional
            Strength of the prior adjustment; by default the recipe's own.

        Raises
        ------
        ValueError
            When the vectors have another length than those that the models read, or `tau` is
            outside what was measured.
        """
        came = features.vectors.shape[1]
        if VECTORS in self.features and came != self.dimensions:
            raise ValueError(
                f"recipe {self.recipe!r} reads vectors of {self.dimensions} dimensions, "
                f"vectors of {came} came; {REPAIR}"
            )
        layers = in_batches(self._predict, features)
        return layers if self.adjustment is None else self.adjustment.apply(layers, tau)

    def adjusted(self, adjustment: Adjustment) -> FittedRecipe:
        """Give the same models with this adjustment."""
        return replace(self, adjustment=adjustment)

    def _predict(self, features: Features) -> Layers:
        X = features.read(self.features)
        if self.layers == 1:
            return split(self._ask(COUNTRIES, X), self.region_of)
        region = self._ask(REGIONS, X)
        within = np.empty((len(features), len(self.countries)))
        of_country = np.asarray(self.region_of)
        for position, name in enumerate(self.regions):
            within[:, of_country == position] = self._ask(name, X)
        country = combine(region, within, of_country, self.top_regions)
        return Layers(country=country, region=region, within=within)

    def _ask(self, name: str, X: Any) -> NDArray[np.float64]:
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
            "form": self.form,
            "recipe": self.recipe,
            "layers": self.layers,
            "countries": self.countries,
            "regions": self.regions,
            "region_of": self.region_of,
            "features": self.features,
            "dimensions": self.dimensions,
            "top_regions": self.top_regions,
            "models": entries,
            "adjustment": self.adjustment and self.adjustment.to_json(),
        }
        write_header(folder, header)

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
        header = read_header(folder, _FIELDS, of_models=_ENTRY_FIELDS)
        entries = _entries(folder, header)
        adjustment = header["adjustment"]
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
            adjustment=adjustment and Adjustment.from_json(adjustment, header["region_of"]),
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
    "adjustment",
)
_ENTRY_FIELDS = ("model", "kind", "files", "temperature")


def write_header(folder: Path, header: Mapping[str, Any]) -> None:
    """Write `recipe.json`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_header(Path(folder), {"form": "models"})
    ...     read_header(Path(folder), ("form",))
    {'form': 'models'}
    """
    text = json.dumps(header, indent=2, ensure_ascii=False)
    (folder / HEADER).write_text(text + "\n", encoding="utf-8")


def read_header(
    folder: Path, fields: tuple[str, ...], *, of_models: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Read `recipe.json`; an error says which of `fields`, or `of_models` in a model, it lacks.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     read_header(build.model_path("majority"), ("recipe", "form"))["form"]
    'models'
    """
    path = folder / HEADER
    if not path.is_file():
        raise FileNotFoundError(f"no recipe lies in {folder}: {HEADER} is missing; {REPAIR}")
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); {REPAIR}") from error
    if not isinstance(header, dict):
        raise ValueError(f"{path} should hold a JSON object, not a {type(header).__name__}")
    missing = [name for name in fields if name not in header]
    for model in header.get("models", []):
        missing += [f"models: {name}" for name in of_models if name not in model]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}; {REPAIR}")
    return header


def _entries(folder: Path, header: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the header's models, once their kinds are known and their files are there."""
    entries: list[dict[str, Any]] = header["models"]
    path = folder / HEADER
    unknown = sorted({entry["kind"] for entry in entries} - set(KINDS))
    if unknown:
        raise ValueError(
            f"{path} names unknown kinds of model: {', '.join(unknown)}; "
            f"known are: {', '.join(sorted(KINDS))}; {REPAIR}"
        )
    wanted = [file for entry in entries for file in entry["files"]]
    if absent := [file for file in wanted if not (folder / file).is_file()]:
        raise FileNotFoundError(f"{folder} lacks {', '.join(absent)}; {REPAIR}")
    return entries


def _model(folder: Path, entry: dict[str, Any], *, threads: int | None) -> Model:
    files = {Path(file).suffix: (folder / file).read_bytes() for file in entry["files"]}
    return KINDS[entry["kind"]].load(files, threads=threads)
