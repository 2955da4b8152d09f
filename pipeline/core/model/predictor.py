"""From plays to P(region) and P(country), for one listener or a million: the only door to serving.

The app, the API, the command line and bulk scoring all go through `Predictor`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.artists.matching import Match, Matcher
from pipeline.core.builds.build import Build
from pipeline.core.errors import UserError
from pipeline.core.model.blend import open_recipe
from pipeline.core.model.evidence import (
    VOCABULARY_LISTENERS,
    ArtistKnowledge,
    Expected,
    name_evidence,
)
from pipeline.core.model.features import Features, artist_matrix, log_scrobbles
from pipeline.core.model.fitted import Fitted
from pipeline.core.model.hierarchy import Layers
from pipeline.core.model.names import NameModel
from pipeline.core.tables.sql import statement
from pipeline.core.tables.store import spread_vectors, vectors_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class PlaysError(UserError):
    """A list of plays cannot be used; the message says why."""


@dataclass(frozen=True)
class Play:
    """One artist of a list. `playcount` is None where unknown.

    Examples
    --------
    >>> Play("Sigur Rós").playcount is None
    True
    """

    artist_name: str
    playcount: float | None = None


@dataclass(frozen=True)
class Known:
    """An artist of a list that the build knows: the name as given, and what it was taken for.

    Examples
    --------
    >>> Known(given="sigur ros", artist=12, artist_name="Sigur Rós").artist_name
    'Sigur Rós'
    """

    given: str
    artist: int
    artist_name: str


@dataclass(frozen=True)
class Prediction:
    """What a recipe says of one list.

    Attributes
    ----------
    recipe : str
        The recipe.
    matched : tuple of Known
        Artists that count, in the order given.
    without_vector : tuple of Known
        Those of `matched` that too few training listeners play to say anything.
    unknown : tuple of str
        Names that the build does not know; they count by what names like them say.
    tau : float
        Strength of the prior adjustment.
    region : DataFrame
        Columns region, probability, share (of training listeners); most probable first.
    country : DataFrame
        Columns country, country_name, iso3, region, probability, share, within (P(country |
        region)) and in_set (whether the country is in the prediction set, which holds the truth
        90 % of the time); most probable first.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     predictor = Predictor.open(build)
    ...     prediction = predictor.predict([Play(predictor.artist_name(0)), Play("Xqzzyv")])
    >>> [known.artist for known in prediction.matched], prediction.unknown
    ([0], ('Xqzzyv',))
    >>> list(prediction.country.columns)[:5]
    ['country', 'country_name', 'iso3', 'region', 'probability']
    >>> prediction.prediction_set[0] == prediction.country["country"][0]
    True
    """

    recipe: str
    matched: tuple[Known, ...]
    without_vector: tuple[Known, ...]
    unknown: tuple[str, ...]
    tau: float
    region: pd.DataFrame
    country: pd.DataFrame

    @property
    def prediction_set(self) -> tuple[str, ...]:
        """Codes of the countries of which one is the truth 90 % of the time, likeliest first."""
        return tuple(self.country.loc[self.country["in_set"], "country"])


@dataclass(frozen=True)
class _Tidied:
    """Plays of n listeners by number.

    Attributes
    ----------
    plays : Table
        Columns listener (0 to n - 1), artist, rank and playcount. An artist that the build does
        not know has the number -1 - its position among `names`.
    names : list of str
        The distinct names.
    n_listeners : int
        n.
    """

    plays: pa.Table
    names: list[str]
    n_listeners: int


class Predictor:
    """Predicts with the models of one build. Safe to share between threads.

    Parameters
    ----------
    build : Build
        The build.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     predictor = Predictor.open(build)
    ...     plays = [Play(predictor.artist_name(0)), Play(predictor.artist_name(1))]
    ...     prediction = predictor.predict(plays)
    >>> round(float(prediction.country["probability"].sum()), 6)
    1.0
    >>> bool((prediction.country["probability"].diff().dropna() <= 0).all())
    True
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        self._artists = build.sql("SELECT artist_name, listeners FROM artists ORDER BY artist")
        self._knowledge = _knowledge(build, len(self._artists))
        self._countries = build.read("countries", "kept ORDER BY position")
        self._regions = build.read("regions", "true ORDER BY position")
        self._top_artists = int(build.manifest.config["clean"]["top_artists"])
        self._recipes: dict[str, Fitted] = {}
        self._lock = threading.Lock()
        self._connection = duckdb.connect(config={"threads": 1})

    @classmethod
    def open(cls, build: Build) -> Predictor:
        """Load what every prediction needs; recipes are loaded when they are first asked for."""
        return cls(build)

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries, in the order of the probabilities."""
        return tuple(self._countries["country"])

    @property
    def recipes(self) -> tuple[str, ...]:
        """Recipes of the build."""
        return tuple(self.build.manifest.recipes)

    @property
    def top_artists(self) -> int:
        """Artists of a list that count."""
        return self._top_artists

    @cached_property
    def _region_of(self) -> tuple[int, ...]:
        position = {region: i for i, region in enumerate(self._regions["region"])}
        return tuple(position[region] for region in self._countries["region"])

    @cached_property
    def _expected(self) -> Expected:
        return Expected.of(self._countries["train_listeners"].to_numpy(), self._region_of)

    @cached_property
    def _names(self) -> NameModel:
        rows = self.build.rows("name_grams")
        grams = tuple(rows["gram"].to_pylist())
        return NameModel(grams, vectors_of(rows["vector"]), self._region_of)

    @cached_property
    def _artist_names(self) -> list[str]:
        return [str(name) for name in self._artists["artist_name"]]

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._artist_names, self._artists["listeners"].to_numpy())

    # --- names -----------------------------------------------------------------------------------

    def resolve(self, names: Sequence[str]) -> list[Match]:
        """Say what each name means, typing slips forgiven; `predict` itself forgives none."""
        return self._matcher.match(names)

    def search(self, query: str, limit: int = 10) -> list[int]:
        """Find artists by the beginning, a part or a misspelling of a name, the best first."""
        return self._matcher.search(query, limit)

    def artist_name(self, artist: int) -> str:
        """Give the name to show of an artist."""
        return self._artist_names[artist]

    # --- one list --------------------------------------------------------------------------------

    def predict(
        self,
        plays: Sequence[Play],
        *,
        recipe: str | None = None,
        total_scrobbles: int | None = None,
        tau: float | None = None,
    ) -> Prediction:
        """Predict for one list, its artists in order of rank.

        Names are matched by spelling alone (case, accents and the like set aside), as for any
        other listener. `tau` says how far small countries are raised, from 0 to 1; None leaves it
        to the recipe.

        Raises
        ------
        PlaysError
            When the list is empty, a play count is negative or not a number, or `tau` is outside
            0 to 1.
        BuildError
            When the build has no such recipe.
        """
        _check(plays)
        _check_tau(tau)
        matches = self._matcher.match([play.artist_name for play in plays], misspelt=False)
        features = self._features_of(plays, total_scrobbles)
        name = recipe or self.build.manifest.default_recipe
        fitted = self._recipe(name)
        layers = fitted.predict(features, tau=tau)
        known = tuple(
            Known(match.query, match.index, self.artist_name(match.index))
            for match in matches
            if match.index is not None
        )
        return Prediction(
            recipe=name,
            matched=known,
            without_vector=tuple(k for k in known if not self._knowledge.embedded[k.artist]),
            unknown=tuple(match.query for match in matches if match.index is None),
            tau=_strength(fitted, tau),
            region=self._region_frame(layers),
            country=self._country_frame(layers, _sets(fitted, layers, tau)[0]),
        )

    def mean_vector(self, plays: Sequence[Play]) -> NDArray[np.float32]:
        """Place one list in taste space, shape (n_dimensions,); all 0 where no artist is known."""
        _check(plays)
        return np.asarray(self._features_of(plays, None).vectors[0])

    def _features_of(self, plays: Sequence[Play], total_scrobbles: int | None) -> Features:
        rows = pa.table(
            {
                "listener": pa.array(np.zeros(len(plays), dtype=np.int32)),
                "rank": pa.array(np.arange(1, len(plays) + 1, dtype=np.int32)),
                "artist_name": pa.array([play.artist_name for play in plays]),
                "playcount": pa.array([play.playcount for play in plays], pa.float64()),
            }
        )
        scrobbles = np.array([np.nan if total_scrobbles is None else total_scrobbles], np.float64)
        return self._features(self._tidy(rows, 1), scrobbles)

    @cached_property
    def _blank_regions(self) -> pd.DataFrame:
        """Regions with their share of the training listeners, by position."""
        trained = self._countries.groupby("region")["train_listeners"].sum()
        share = trained.reindex(self._regions["region"]) / trained.sum()
        return pd.DataFrame({"region": self._regions["region"], "share": share.to_numpy()})

    @cached_property
    def _blank_countries(self) -> pd.DataFrame:
        """Countries with their share of the training listeners, by position."""
        trained = self._countries["train_listeners"]
        named = self._countries[["country", "country_name", "iso3", "region"]]
        return named.assign(share=trained / trained.sum())

    def _region_frame(self, layers: Layers) -> pd.DataFrame:
        probability = layers.region[0]
        order = np.argsort(-probability, kind="stable")
        frame = self._blank_regions.take(order).reset_index(drop=True)
        frame.insert(1, "probability", probability[order])
        return frame

    def _country_frame(self, layers: Layers, in_set: NDArray[np.bool_]) -> pd.DataFrame:
        probability = layers.country[0]
        order = np.argsort(-probability, kind="stable")
        frame = self._blank_countries.take(order).reset_index(drop=True)
        frame.insert(4, "probability", probability[order])
        frame["within"] = layers.within[0][order]
        frame["in_set"] = in_set[order]
        return frame

    # --- many lists ------------------------------------------------------------------------------

    def predict_many(
        self,
        plays: pa.Table,
        total_scrobbles: NDArray[np.float64],
        *,
        recipe: str | None = None,
        tau: float | None = None,
        batch: int = 20_000,
    ) -> Iterator[Layers]:
        """Predict for n listeners, `batch` at a time.

        Parameters
        ----------
        plays : Table
            Columns listener (0 to n - 1), rank, artist_name and playcount (null: unknown).
        total_scrobbles : ndarray of shape (n,)
            NaN where unknown.
        recipe : str, optional
            By default the build's.
        tau : float, optional
            As in `predict`.
        batch : int
            Listeners at a time.

        Yields
        ------
        Layers
            Of the next listeners, in order.
        """
        _check_tau(tau)
        fitted = self._recipe(recipe or self.build.manifest.default_recipe)
        features = self._features(self._tidy(plays, len(total_scrobbles)), total_scrobbles)
        for start in range(0, len(features), batch):
            yield fitted.predict(features.rows(slice(start, start + batch)), tau=tau)

    def prediction_sets(
        self, layers: Layers, *, recipe: str | None = None, tau: float | None = None
    ) -> NDArray[np.bool_]:
        """Say which countries are in the set of each listener of `predict_many`."""
        name = recipe or self.build.manifest.default_recipe
        return _sets(self._recipe(name), layers, tau)

    def default_tau(self, recipe: str | None = None) -> float:
        """Strength of the prior adjustment that a recipe uses where none is asked for."""
        return _strength(self._recipe(recipe or self.build.manifest.default_recipe), None)

    def _recipe(self, name: str) -> Fitted:
        with self._lock:
            if name not in self._recipes:
                with self.build.reading():
                    self._recipes[name] = open_recipe(self.build.model_path(name))
            return self._recipes[name]

    def _tidy(self, plays: pa.Table, n_listeners: int) -> _Tidied:
        """Number the artists and repair play counts as the pipeline does for its own listeners."""
        encoded = plays["artist_name"].combine_chunks().dictionary_encode()
        names = encoded.dictionary.to_pylist()
        numbers = self._numbers(names)[encoded.indices.to_numpy()]
        numbered = plays.drop_columns("artist_name").append_column("artist", pa.array(numbers))
        with self._lock:
            cursor = self._connection.cursor()
        try:
            cursor.register("named_plays", numbered)
            tidy = cursor.sql(statement("tidy_plays", top_artists=self._top_artists))
            rows = tidy.to_arrow_table()
        finally:
            cursor.close()
        return _Tidied(rows, names, n_listeners)

    def _numbers(self, names: list[str]) -> NDArray[np.int64]:
        """Number each name: its artist, or a negative number of its own when it is unknown."""
        matches = self._matcher.match(names, misspelt=False)
        numbers = [
            -1 - position if match.index is None else match.index
            for position, match in enumerate(matches)
        ]
        return np.array(numbers, dtype=np.int64)

    def _features(self, tidied: _Tidied, total_scrobbles: NDArray[np.float64]) -> Features:
        plays = tidied.plays
        artist = plays["artist"].to_numpy()
        known = artist >= 0
        n = tidied.n_listeners
        matrix = _weights(plays, artist, known, n, len(self._artists))
        scrobbles = log_scrobbles(total_scrobbles)
        if known.all():
            return self._knowledge.features(matrix, scrobbles)
        positions, column = np.unique(-1 - artist[~known], return_inverse=True)
        numbers = np.full(len(artist), -1)
        numbers[~known] = column
        names = [tidied.names[position] for position in positions]
        return self._knowledge.features(
            matrix,
            scrobbles,
            strangers=_weights(plays, numbers, ~known, n, len(positions)),
            stranger_evidence=name_evidence(self._names.predict(names), self._expected),
        )


def _knowledge(build: Build, n_artists: int) -> ArtistKnowledge:
    ids, vectors = build.vectors("artist_vectors")
    spread, embedded = spread_vectors(ids, vectors, n_artists)
    rows = build.rows("artist_evidence")
    support = rows["training_listeners"].to_numpy()
    return ArtistKnowledge(
        vectors=spread,
        embedded=embedded,
        evidence=vectors_of(rows["vector"]),
        vocabulary=support >= VOCABULARY_LISTENERS,
    )


def _weights(
    plays: pa.Table,
    column: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    n_listeners: int,
    n_columns: int,
) -> csr_matrix:
    """Weigh the chosen plays: listeners by the numbers in `column`."""
    playcount = plays["playcount"].to_numpy(zero_copy_only=False)
    return artist_matrix(
        plays["listener"].to_numpy()[chosen],
        column[chosen],
        playcount[chosen],
        plays["rank"].to_numpy()[chosen],
        n_listeners=n_listeners,
        n_artists=n_columns,
    )


def _sets(fitted: Fitted, layers: Layers, tau: float | None) -> NDArray[np.bool_]:
    """Say which countries are in each set; all, where nothing was fitted to tell."""
    if fitted.adjustment is None:
        return np.ones(layers.country.shape, dtype=np.bool_)
    return fitted.adjustment.sets(layers.country, tau)


def _strength(fitted: Fitted, tau: float | None) -> float:
    return 0.0 if fitted.adjustment is None else fitted.adjustment.at(tau).tau


def _check_tau(tau: float | None) -> None:
    if tau is not None and not 0 <= tau <= 1:
        raise PlaysError(f"expected tau from 0 (as it is) to 1 (size does not count); got {tau}")


def _check(plays: Sequence[Play]) -> None:
    if not plays:
        raise PlaysError("expected at least one artist; the list is empty")
    wrong = [
        f"{play.artist_name!r}: {play.playcount}"
        for play in plays
        if play.playcount is not None and not (0 <= play.playcount < np.inf)
    ]
    if wrong:
        raise PlaysError(
            f"expected play counts of 0 or more; got {', '.join(wrong)}. Correct or leave them out."
        )
