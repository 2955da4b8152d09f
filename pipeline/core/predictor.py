"""From plays to P(region) and P(country), for one listener or a million: the only door to serving.

The app, the API, the command line and bulk scoring all go through `Predictor`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.artists import Match, Matcher
from pipeline.core.builds import Build
from pipeline.core.errors import UserError
from pipeline.core.features import Features, artist_matrix, log_scrobbles, mean_vectors
from pipeline.core.fitted import FittedRecipe
from pipeline.core.hierarchy import Layers
from pipeline.core.sql import statement
from pipeline.core.store import spread_vectors


class PlaysError(UserError):
    """A list of plays cannot be used; the message says why."""


@dataclass(frozen=True)
class Play:
    """One artist of a list. `playcount` is None where unknown."""

    artist_name: str
    playcount: float | None = None


@dataclass(frozen=True)
class Known:
    """An artist of a list that the build knows: the name as given, and what it was taken for."""

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
        Names that the build does not know.
    region : DataFrame
        Columns region, probability, share (of training listeners); most probable first.
    country : DataFrame
        Columns country, country_name, iso3, region, probability, share, within (P(country |
        region)); most probable first.
    """

    recipe: str
    matched: tuple[Known, ...]
    without_vector: tuple[Known, ...]
    unknown: tuple[str, ...]
    region: pd.DataFrame
    country: pd.DataFrame


@dataclass(frozen=True)
class _Tidied:
    """Plays of n listeners by artist number; a name that the build does not know has none.

    `plays` has the columns listener (0 to n - 1), artist, rank and playcount.
    """

    plays: pa.Table
    n_listeners: int


class Predictor:
    """Predicts with the models of one build. Safe to share between threads.

    Parameters
    ----------
    build : Build
        The build.
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        self._artists = build.sql("SELECT artist_name, listeners FROM artists ORDER BY artist")
        ids, vectors = build.vectors("artist_vectors")
        self._vectors, self._known = spread_vectors(ids, vectors, len(self._artists))
        self._countries = build.read("countries", "kept ORDER BY position")
        self._regions = build.read("regions", "true ORDER BY position")
        self._top_artists = int(build.manifest.config["clean"]["top_artists"])
        self._recipes: dict[str, FittedRecipe] = {}
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

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._artists["artist_name"].tolist(), self._artists["listeners"].to_numpy())

    # --- names -----------------------------------------------------------------------------------

    def resolve(self, names: Sequence[str]) -> list[Match]:
        """Say what each name means, typing slips forgiven; `predict` itself forgives none."""
        return self._matcher.match(names)

    def search(self, query: str, limit: int = 10) -> list[int]:
        """Find artists by the beginning, a part or a misspelling of a name, the best first."""
        return self._matcher.search(query, limit)

    def artist_name(self, artist: int) -> str:
        """Give the name to show of an artist."""
        return str(self._artists["artist_name"].iat[artist])

    # --- one list --------------------------------------------------------------------------------

    def predict(
        self,
        plays: Sequence[Play],
        *,
        recipe: str | None = None,
        total_scrobbles: int | None = None,
    ) -> Prediction:
        """Predict for one list, its artists in order of rank.

        Names are matched by spelling alone (case, accents and the like set aside), as for any
        other listener. A list without a known artist gets what the recipe says of nobody in
        particular.

        Raises
        ------
        PlaysError
            When the list is empty, or a play count is negative or not a number.
        BuildError
            When the build has no such recipe.
        """
        _check(plays)
        names = [play.artist_name for play in plays]
        matches = self._matcher.match(names, misspelt=False)
        rows = pa.table(
            {
                "listener": pa.array(np.zeros(len(plays), dtype=np.int32)),
                "rank": pa.array(np.arange(1, len(plays) + 1, dtype=np.int32)),
                "artist_name": pa.array(names),
                "playcount": pa.array([play.playcount for play in plays], pa.float64()),
            }
        )
        scrobbles = np.array([np.nan if total_scrobbles is None else total_scrobbles], np.float64)
        features = self._features(self._tidy(rows, 1), scrobbles)
        name = recipe or self.build.manifest.default_recipe
        layers = self._recipe(name).predict(features)
        known = tuple(
            Known(match.query, match.index, self.artist_name(match.index))
            for match in matches
            if match.index is not None
        )
        return Prediction(
            recipe=name,
            matched=known,
            without_vector=tuple(k for k in known if not self._known[k.artist]),
            unknown=tuple(match.query for match in matches if match.index is None),
            region=self._region_frame(layers),
            country=self._country_frame(layers),
        )

    def _region_frame(self, layers: Layers) -> pd.DataFrame:
        trained = self._countries.groupby("region")["train_listeners"].sum()
        trained = trained.reindex(self._regions["region"])
        frame = pd.DataFrame(
            {
                "region": self._regions["region"],
                "probability": layers.region[0],
                "share": (trained / trained.sum()).to_numpy(),
            }
        )
        return frame.sort_values("probability", ascending=False, kind="stable", ignore_index=True)

    def _country_frame(self, layers: Layers) -> pd.DataFrame:
        trained = self._countries["train_listeners"]
        frame = self._countries[["country", "country_name", "iso3", "region"]].assign(
            probability=layers.country[0],
            share=trained / trained.sum(),
            within=layers.within[0],
        )
        return frame.sort_values("probability", ascending=False, kind="stable", ignore_index=True)

    # --- many lists ------------------------------------------------------------------------------

    def predict_many(
        self,
        plays: pa.Table,
        total_scrobbles: NDArray[np.float64],
        *,
        recipe: str | None = None,
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
        batch : int
            Listeners at a time.

        Yields
        ------
        Layers
            Of the next listeners, in order.
        """
        fitted = self._recipe(recipe or self.build.manifest.default_recipe)
        features = self._features(self._tidy(plays, len(total_scrobbles)), total_scrobbles)
        for start in range(0, len(features), batch):
            yield fitted.predict(features.rows(slice(start, start + batch)))

    def _recipe(self, name: str) -> FittedRecipe:
        with self._lock:
            if name not in self._recipes:
                self._recipes[name] = FittedRecipe.load(self.build.model_path(name))
            return self._recipes[name]

    def _tidy(self, plays: pa.Table, n_listeners: int) -> _Tidied:
        """Number the artists and repair play counts as the pipeline does for its own listeners."""
        with self._lock:
            cursor = self._connection.cursor()
        try:
            cursor.register("plays", plays)
            names = cursor.sql("SELECT DISTINCT artist_name FROM plays ORDER BY artist_name").df()
            cursor.register("numbers", self._numbers(names["artist_name"]))
            numbered = cursor.sql(
                "SELECT p.listener, p.rank, n.artist, p.playcount "
                "FROM plays AS p JOIN numbers AS n ON n.artist_name = p.artist_name"
            )
            cursor.register("named_plays", numbered.to_arrow_table())
            tidy = cursor.sql(statement("tidy_plays", top_artists=self._top_artists))
            known = tidy.filter("artist >= 0").to_arrow_table()
        finally:
            cursor.close()
        return _Tidied(known, n_listeners)

    def _numbers(self, names: pd.Series) -> pd.DataFrame:
        """Number each name: its artist, or a negative number of its own when it is unknown."""
        matches = self._matcher.match(names.tolist(), misspelt=False)
        artist = [
            -1 - place if match.index is None else match.index
            for place, match in enumerate(matches)
        ]
        return pd.DataFrame({"artist_name": names, "artist": np.array(artist, dtype=np.int64)})

    def _features(self, tidied: _Tidied, total_scrobbles: NDArray[np.float64]) -> Features:
        plays = tidied.plays
        matrix = artist_matrix(
            plays["listener"].to_numpy(),
            plays["artist"].to_numpy(),
            plays["playcount"].to_numpy(zero_copy_only=False),
            plays["rank"].to_numpy(),
            n_listeners=tidied.n_listeners,
            n_artists=len(self._artists),
        )
        means, known = mean_vectors(matrix, self._vectors, self._known)
        return Features(
            vectors=means,
            log_scrobbles=log_scrobbles(total_scrobbles),
            artists=matrix,
            known_artists=known,
        )


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
