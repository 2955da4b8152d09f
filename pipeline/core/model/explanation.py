"""How each artist of a list moves the answer: the list is asked again without each of them.

An effect is a change of log-odds, in nats: ln(p / (1 - p)) with the artist minus the same without
it. Above 0 the artist speaks for the country, below 0 against it; an effect of x multiplies the
odds by e^x. Effects are not shares of anything: they need not add up to what the whole list says,
for artists of one kind stand in for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.model.hierarchy import Layers, log
from pipeline.core.model.predictor import Play, Prediction, Predictor

NEGLIGIBLE = 1e-9
"""An effect nearer to 0 than this is 0: sums in another order differ by as much."""

LEAST_PROBABILITY = 1e-9
"""Probabilities nearer to 0 or 1 than this are taken for it, so that no effect is infinite where
a recipe rules a country out."""


@dataclass(frozen=True)
class Explained:
    """An artist of the list, once however often it is named.

    Attributes
    ----------
    artist : int or None
        Its number; None where the build does not know the name.
    artist_name : str
        Name to show: the build's, else as given.
    given : tuple of str
        The names that stand for it in the list, in order.
    counts : bool
        Whether it is among the first artists, as many as the build takes of a list.

    Examples
    --------
    >>> twice = Explained(artist=3, artist_name="Björk", given=("Björk", "bjork"), counts=True)
    >>> twice.given
    ('Björk', 'bjork')
    """

    artist: int | None
    artist_name: str
    given: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, eq=False)
class Explanation:
    """Effects of the artists of one list; see the module for unit and sign.

    Attributes
    ----------
    prediction : Prediction
        What the whole list gets.
    artists : tuple of Explained
        By first mention.
    countries, regions : tuple of str
        Codes and names, in the order of the columns below.
    country : float64 ndarray of shape (n_artists, n_countries)
        Effect of each artist on each country.
    region : float64 ndarray of shape (n_artists, n_regions)
        Effect of each artist on each region.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     predictor = Predictor.open(build)
    ...     told = explain(predictor, [Play(predictor.artist_name(number)) for number in range(3)])
    >>> told.country.shape == (3, len(told.countries))
    True
    >>> told.region.shape == (3, len(told.regions))
    True
    """

    prediction: Prediction
    artists: tuple[Explained, ...]
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    country: NDArray[np.float64]
    region: NDArray[np.float64]


def explain(
    predictor: Predictor,
    plays: Sequence[Play],
    *,
    recipe: str | None = None,
    total_scrobbles: int | None = None,
    tau: float | None = None,
) -> Explanation:
    """Say how each artist of a list moves the answer.

    Without an artist means without all its rows: the list closes up, so that the next artist
    counts where the list is longer than the build takes, and missing play counts are filled anew.
    An artist beyond that length has the effect 0. A list of one artist is compared with an empty
    one, which gets what the recipe says of nobody in particular.

    Parameters
    ----------
    predictor : Predictor
        The models.
    plays : sequence of Play
        The list, by rank.
    recipe : str, optional
        By default the build's.
    total_scrobbles : int, optional
        None where unknown; the same with and without an artist.
    tau : float, optional
        As in `Predictor.predict`.

    Raises
    ------
    PlaysError, BuildError
        As `Predictor.predict`.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     predictor = Predictor.open(build)
    ...     plays = [Play(predictor.artist_name(0)), Play("Xqzzyv"), Play(predictor.artist_name(0))]
    ...     told = explain(predictor, plays, recipe="logistic")
    >>> [(artist.artist, len(artist.given)) for artist in told.artists]
    [(0, 1), (None, 1)]
    >>> told.country[1].any()  # a recipe of artist vectors takes nothing from a name
    np.False_
    """
    prediction = predictor.predict(plays, recipe=recipe, total_scrobbles=total_scrobbles, tau=tau)
    keys = _keys(plays, prediction)
    artists = _artists(plays, keys, prediction, most=predictor.top_artists)
    left_out = [key for key, artist in artists.items() if artist.counts]
    scrobbles = np.nan if total_scrobbles is None else float(total_scrobbles)
    answers = list(
        predictor.predict_many(
            _leave_one_out(plays, keys, left_out),
            np.full(1 + len(left_out), scrobbles),
            recipe=prediction.recipe,
            tau=tau,
        )
    )
    return Explanation(
        prediction=prediction,
        artists=tuple(artists.values()),
        countries=predictor.countries,
        regions=tuple(predictor.build.read("regions", "true ORDER BY position")["region"]),
        country=_effects(answers, "country", len(artists)),
        region=_effects(answers, "region", len(artists)),
    )


def strongest(explanation: Explanation, countries: Sequence[str], *, most: int) -> pd.DataFrame:
    """Pick the artists that speak loudest for and against each of the chosen countries.

    Parameters
    ----------
    explanation : Explanation
        From `explain`.
    countries : sequence of str
        Codes, in the order of the result.
    most : int
        Artists for, and as many against, each country; those without an effect are left out.

    Returns
    -------
    DataFrame
        Columns ``country``, ``artist`` (null where unknown), ``artist_name``, ``effect`` and
        ``direction`` ("toward" or "away"); by country, toward before away, the strongest first.

    Raises
    ------
    ValueError
        When the build has no such country; all of them are named.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     predictor = Predictor.open(build)
    ...     told = explain(predictor, [Play(predictor.artist_name(number)) for number in range(9)])
    >>> likeliest = told.prediction.country["country"][0]
    >>> loudest = strongest(told, [likeliest], most=1)
    >>> loudest.columns.tolist()
    ['country', 'artist', 'artist_name', 'effect', 'direction']
    >>> bool((loudest.query("direction == 'toward'")["effect"] > 0).all())
    True
    """
    strangers = [code for code in countries if code not in explanation.countries]
    if strangers:
        raise ValueError(
            f"expected countries of the build, got {', '.join(strangers)}; "
            f"it has {', '.join(explanation.countries)}"
        )
    rows = [
        (code, artist.artist, artist.artist_name, effect, direction)
        for code in countries
        for artist, effect, direction in _loudest(explanation, code, most)
    ]
    columns = ["country", "artist", "artist_name", "effect", "direction"]
    return pd.DataFrame(rows, columns=columns).astype({"artist": "Int32", "effect": float})


def _loudest(
    explanation: Explanation, country: str, most: int
) -> list[tuple[Explained, float, str]]:
    effects = explanation.country[:, explanation.countries.index(country)]
    picked = []
    for sign, direction in ((1.0, "toward"), (-1.0, "away")):
        order = np.argsort(-sign * effects, kind="stable")[:most]
        picked += [
            (explanation.artists[i], float(effects[i]), direction)
            for i in order
            if sign * effects[i] > 0
        ]
    return picked


def _keys(plays: Sequence[Play], prediction: Prediction) -> list[int | str]:
    """Give what tells the artist of each row from others: its number, else its name."""
    numbers = {known.given: known.artist for known in prediction.matched}
    return [numbers.get(play.artist_name, play.artist_name) for play in plays]


def _artists(
    plays: Sequence[Play], keys: Sequence[int | str], prediction: Prediction, *, most: int
) -> dict[int | str, Explained]:
    given: dict[int | str, dict[str, None]] = {}
    for key, play in zip(keys, plays, strict=True):
        given.setdefault(key, {})[play.artist_name] = None
    names = {known.artist: known.artist_name for known in prediction.matched}
    return {
        key: Explained(
            artist=key if isinstance(key, int) else None,
            artist_name=names[key] if isinstance(key, int) else key,
            given=tuple(spellings),
            counts=position < most,
        )
        for position, (key, spellings) in enumerate(given.items())
    }


def _leave_one_out(
    plays: Sequence[Play], keys: Sequence[int | str], left_out: Sequence[int | str]
) -> pa.Table:
    """Lay out the whole list, then the list without each of `left_out`, one listener each."""
    codes, _ = pd.factorize(np.array([*left_out, *keys], dtype=object))
    of_row = codes[len(left_out) :]
    stays = np.vstack([np.ones(len(plays), bool), codes[: len(left_out), None] != of_row])
    listener, row = np.nonzero(stays)
    names = pa.array([play.artist_name for play in plays], pa.string())
    counts = pa.array([play.playcount for play in plays], pa.float64())
    return pa.table(
        {
            "listener": pa.array(listener.astype(np.int32)),
            "rank": pa.array((row + 1).astype(np.int32)),
            "artist_name": names.take(pa.array(row)),
            "playcount": counts.take(pa.array(row)),
        }
    )


def _effects(answers: Sequence[Layers], layer: str, n_artists: int) -> NDArray[np.float64]:
    """Log-odds of the whole list, the first row, minus those without each artist."""
    odds = _log_odds(np.concatenate([getattr(layers, layer) for layers in answers]))
    effects = np.zeros((n_artists, odds.shape[1]))
    effects[: len(odds) - 1] = odds[0] - odds[1:]
    return np.where(np.abs(effects) < NEGLIGIBLE, 0.0, effects)


def _log_odds(probabilities: NDArray[Any]) -> NDArray[np.float64]:
    p = np.clip(probabilities, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return np.asarray(log(p) - log(1 - p))
