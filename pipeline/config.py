"""Every choice of a run: one frozen model a stage, with units; presets are TOML files beside it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.core.errors import UserError

PRESETS = Path(__file__).parent / "presets"


class StageConfig(BaseModel):
    """Base: frozen, and an option that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceConfig(StageConfig):
    """Where the data come from."""

    name: str = Field("world", description="Name of the source, a module of pipeline/sources.")
    path: Path | None = Field(None, description="File or folder to read; the world needs none.")
    user_column: str = Field("user_id", description="Column of the listener (source table).")
    artist_column: str = Field("artist_name", description="Column of the artist (source table).")
    country_column: str = Field("country", description="Column of the country (source table).")
    playcount_column: str | None = Field(
        None, description="Column of the play count (source table); none: taken if it is there."
    )
    rank_column: str | None = Field(
        None, description="Column of the rank (source table); none: taken if it is there."
    )
    mbid_column: str | None = Field(
        None, description="Column of the MusicBrainz id (source table); none: taken if there."
    )
    users_path: Path | None = Field(
        None, description="File of listeners and countries, where they stand apart (source table)."
    )
    listeners: int = Field(20_000, ge=200, description="Listeners to simulate (source world).")
    difficulty: float = Field(
        1.0, ge=0, description="How hard the simulated listeners are to place; 1 as the original's."
    )
    countries: tuple[str, ...] | None = Field(
        None, description="Codes of the countries to simulate; none: all (source world)."
    )


class CleanConfig(StageConfig):
    """What is kept of the listeners and plays."""

    min_listeners: int = Field(
        51, ge=3, description="A country with fewer listeners is not trained on; 3 fill every part."
    )
    top_artists: int = Field(50, ge=1, description="Artists kept of each listener, by rank.")


class SplitConfig(StageConfig):
    """Shares of the listeners; the rest is test."""

    train: float = Field(0.8, gt=0, lt=1, description="Share of listeners to fit on.")
    valid: float = Field(0.1, gt=0, lt=1, description="Share of listeners to choose on.")
    draw: int = Field(
        0, ge=0, description="Number of the draw; another one gives every listener another part."
    )


class EmbedArtistsConfig(StageConfig):
    """How artist vectors are learnt, and the hyperparameters of each way."""

    method: Literal["svd", "word2vec"] = Field(
        "svd",
        description="svd decomposes listeners by artists; word2vec, as the original, is slower.",
    )
    vector_size: int = Field(128, ge=2, description="Dimensions of a vector.")
    min_count: int = Field(2, ge=1, description="Training listeners an artist needs.")
    damping: float = Field(
        0.3, ge=0, description="An artist counts as 1 / listeners^damping (method svd)."
    )
    iterations: int = Field(10, ge=0, description="Power iterations (method svd).")
    window: int = Field(
        50, ge=1, description="Artists on either side that count as context (method word2vec)."
    )
    epochs: int = Field(
        10, ge=1, description="Passes over the training listeners (method word2vec)."
    )
    negative: int = Field(
        5, ge=0, description="Noise artists a context; 0: hierarchical softmax (method word2vec)."
    )
    ns_exponent: float = Field(
        0.75, description="Noise is drawn by listeners^ns_exponent (method word2vec)."
    )
    sample: float = Field(
        0.0, ge=0, description="Share of plays above which artists are skipped (method word2vec)."
    )
    learning_rate: float = Field(
        0.025, gt=0, description="Step size at the start (method word2vec)."
    )
    repeat_by_plays: bool = Field(
        False,
        description="Repeat an artist round(1 + log10(plays)) times, as the original did "
        "(method word2vec).",
    )


class NamesConfig(StageConfig):
    """What is learnt of artists' names, and how."""

    min_listeners: int = Field(
        1, ge=1, description="Training listeners an artist needs to be learnt from."
    )
    most_artists: int = Field(
        100_000, ge=1, description="Artists to learn from, those with the most training listeners."
    )
    min_artists: int = Field(5, ge=1, description="Artists that a part of a name needs to count.")
    most_grams: int = Field(30_000, ge=1, description="Parts of names that count, the commonest.")
    half_weight: float = Field(
        5.0, gt=0, description="Listeners at which an artist counts half as much as one can."
    )
    strengths: tuple[float, ...] = Field(
        (30.0, 10.0, 3.0),
        min_length=1,
        description="Weights of the squared coefficients; artists held out choose among them.",
    )
    max_iterations: int = Field(200, ge=1, description="Steps of L-BFGS at most.")


class MapArtistsConfig(StageConfig):
    """How artists are laid out on a plane."""

    method: Literal["umap", "pca"] = Field(
        "umap", description="umap keeps neighbours together; pca is quick and coarse."
    )
    neighbours: int = Field(15, ge=2, description="Artists around each that umap looks at.")
    min_distance: float = Field(0.1, ge=0, le=1, description="How closely umap packs points.")
    epochs: int | None = Field(None, ge=10, description="Passes of umap; none: by size.")


class LogisticConfig(StageConfig):
    """Hyperparameters of the logistic regression."""

    l2: float = Field(0.01, ge=0, description="Weight of the squared coefficients per listener.")
    max_iterations: int = Field(10, ge=1, description="Steps of L-BFGS at most.")


class TreesConfig(StageConfig):
    """Hyperparameters of LightGBM."""

    learning_rate: float = Field(0.05, gt=0, description="Share of each tree that is added.")
    leaves: int = Field(63, ge=2, description="Leaves of a tree at most.")
    min_in_leaf: int = Field(50, ge=1, description="Listeners in a leaf at least.")
    feature_fraction: float = Field(0.8, gt=0, le=1, description="Share of features a tree sees.")
    bagging_fraction: float = Field(0.8, gt=0, le=1, description="Share of listeners a tree sees.")
    bagging_every: int = Field(5, ge=0, description="Rounds between draws of listeners.")
    l2: float = Field(2.0, ge=0, description="Weight of the squared leaf values.")
    rounds: int = Field(100, ge=1, description="Boosting rounds at most.")
    patience: int = Field(50, ge=1, description="Rounds without a gain on validation to stop at.")
    max_bin: int = Field(
        63, ge=3, description="Bins of a feature; 255 as the original takes twice as long."
    )
    weight_cap: float = Field(5.0, ge=1, description="Largest class weight, weighted variant.")


class TreeSize(StageConfig):
    """Size of a second layer's trees up to a number of listeners per country."""

    below: float = Field(description="Training listeners per country of the region, exclusive.")
    leaves: int = Field(ge=2, description="Leaves of a tree at most.")
    min_in_leaf: int = Field(ge=1, description="Listeners in a leaf at least.")


class ArtistLogisticConfig(StageConfig):
    """Hyperparameters of the logistic regressions over artists."""

    strengths: tuple[float, ...] = Field(
        (1.0, 2.0, 4.0),
        min_length=1,
        description="Inverse weights of the squared coefficients; validation chooses among them.",
    )
    max_iterations: int = Field(100, ge=1, description="Steps of L-BFGS at most.")


class NetworkConfig(StageConfig):
    """Hyperparameters of the network over artists."""

    networks: int = Field(2, ge=1, description="Networks that differ by their seed alone.")
    units: int = Field(512, ge=1, description="Units of the hidden layer.")
    epochs: int = Field(25, ge=1, description="Passes over the training listeners at most.")
    most_updates: int = Field(4000, ge=1, description="Steps at most, whatever the passes.")
    batch: int = Field(256, ge=1, description="Listeners a step.")
    learning_rate: float = Field(0.002, gt=0, description="Step size at the start; it falls to 0.")
    least_kept: float = Field(
        0.2, gt=0, le=1, description="Least share of a list that a step sees; drawn up to 1."
    )
    unit_dropout: float = Field(0.7, ge=0, lt=1, description="Share of units that a step leaves.")


class TrainConfig(StageConfig):
    """Hyperparameters of all recipes."""

    recipes: tuple[str, ...] | None = Field(None, description="Recipes to train; none: all.")
    logistic: LogisticConfig = LogisticConfig()
    artist_logistic: ArtistLogisticConfig = ArtistLogisticConfig()
    network: NetworkConfig = NetworkConfig()
    flat: TreesConfig = TreesConfig()
    region: TreesConfig = TreesConfig(min_in_leaf=100)
    within: TreesConfig = TreesConfig(learning_rate=0.03, weight_cap=3.0)
    within_sizes: tuple[TreeSize, ...] = Field(
        (
            TreeSize(below=200, leaves=15, min_in_leaf=300),
            TreeSize(below=600, leaves=31, min_in_leaf=200),
            TreeSize(below=1200, leaves=31, min_in_leaf=150),
            TreeSize(below=2000, leaves=47, min_in_leaf=100),
            TreeSize(below=float("inf"), leaves=63, min_in_leaf=50),
        ),
        description="Tree size of a second layer by training listeners per country, ascending.",
    )
    within_leaf_share: float = Field(
        0.05,
        gt=0,
        le=1,
        description="A leaf of a second layer needs no more than this share of its region's "
        "training listeners, so that small regions can be split; 1 keeps the sizes as they are.",
    )
    evidence_region: TreesConfig = TreesConfig(
        learning_rate=0.06,
        leaves=8,
        min_in_leaf=30,
        feature_fraction=0.3,
        l2=5.0,
        rounds=80,
        patience=20,
    )
    evidence_within: TreesConfig = TreesConfig(
        learning_rate=0.06,
        leaves=8,
        min_in_leaf=30,
        feature_fraction=0.3,
        l2=5.0,
        rounds=40,
        patience=10,
    )
    top_regions: int | None = Field(
        None, ge=1, description="Regions that count in the combination; none: all."
    )


class PublishConfig(StageConfig):
    """What is sealed."""

    default_recipe: str | None = Field(
        None, description="Recipe used where none is named; none: lowest validation log loss."
    )


class Config(StageConfig):
    """A whole run."""

    regions: Literal["atlas", "m49", "taste"] = Field(
        "atlas", description="Grouping of countries; taste: learnt from the training listeners."
    )
    seed: int = Field(0, ge=0, description="Seed of every random choice.")
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Threads to use at most."
    )
    source: SourceConfig = SourceConfig()
    clean: CleanConfig = CleanConfig()
    split: SplitConfig = SplitConfig()
    embed_artists: EmbedArtistsConfig = EmbedArtistsConfig()
    learn_names: NamesConfig = NamesConfig()
    map_artists: MapArtistsConfig = MapArtistsConfig()
    train: TrainConfig = TrainConfig()
    publish: PublishConfig = PublishConfig()


class OptionError(UserError):
    """An option does not exist or has a value that it cannot take."""


def presets() -> tuple[str, ...]:
    """Names of the presets, sorted."""
    return tuple(sorted(p.stem for p in PRESETS.glob("*.toml")))


def load(preset: str | None, assignments: Sequence[str] = (), **source: Any) -> Config:
    """Put a configuration together: defaults, then the preset, then single options.

    Parameters
    ----------
    preset : str or None
        Name of a preset; None for the defaults alone.
    assignments : sequence of str
        ``stage.option=value`` each, the value as TOML or as plain text.
    source
        Fields of SourceConfig; None leaves a field as it is.

    Raises
    ------
    OptionError
        Listing every option that does not exist or has a wrong value.
    """
    options = _read_preset(preset) if preset else {}
    given = {name: value for name, value in source.items() if value is not None}
    options["source"] = {**options.get("source", {}), **given}
    for assignment in assignments:
        _assign(options, assignment)
    try:
        return Config.model_validate(_completed(Config(), options))
    except ValidationError as error:
        listed = "".join(
            f"\n  - {'.'.join(str(part) for part in e['loc'])}: {e['msg']}, got {e['input']!r}"
            for e in error.errors()
        )
        raise OptionError(f"these options cannot be used:{listed}\n{_known(Config)}") from error


def _read_preset(name: str) -> dict[str, Any]:
    path = PRESETS / f"{name}.toml"
    if not path.is_file():
        raise OptionError(f"there is no preset {name!r}; there are: {', '.join(presets())}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _assign(options: dict[str, Any], assignment: str) -> None:
    """Set one ``a.b=value`` in nested dictionaries."""
    path, equals, text = assignment.partition("=")
    if not equals or not path.strip():
        raise OptionError(f"expected stage.option=value, got {assignment!r}")
    *parents, last = path.strip().split(".")
    place = options
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise OptionError(f"{path}: {parent} has no options of its own")
    place[last] = _value(text.strip())


def _completed(default: BaseModel, given: dict[str, Any]) -> dict[str, Any]:
    """Fill groups of options that are given in part with the group's own defaults."""
    completed = dict(given)
    for name, value in given.items():
        group = getattr(default, name, None)
        if isinstance(group, BaseModel) and isinstance(value, dict):
            own = {option: getattr(group, option) for option in type(group).model_fields}
            completed[name] = own | _completed(group, value)
    return completed


def _value(text: str) -> Any:
    """Read a TOML value; what is none, such as an unquoted word, is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return None if text == "none" else text


def _known(model: type[BaseModel], prefix: str = "") -> str:
    """List every option of `model`, for a message."""
    return "There are: " + ", ".join(option_names(model, prefix))


def plain(value: Any) -> Any:
    """Turn options into what JSON can hold."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def option_names(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Give every option as ``stage.option``, in the order of declaration."""
    names = []
    for name, declared in model.model_fields.items():
        kind = declared.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names += option_names(kind, f"{prefix}{name}.")
        else:
            names.append(f"{prefix}{name}")
    return names
