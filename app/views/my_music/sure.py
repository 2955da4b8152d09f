"""How sure an answer is: its set of countries, and when it should be read as "not sure"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.look.words import counted, listed, percent, plain
from pipeline.core.model.predictor import Prediction

FEWEST_KNOWN = 5
"""Artists with a vector below which a list is too short to say much."""

_LIKE_ANYBODY = 0.9
"""Part of the entropy of everybody's countries from which an answer says little more than they."""

_LARGE = 2.0
"""Times the usual size from which a set is large."""

_SMALL_ENOUGH = 5
_NAMED = 12


def doubts(prediction: Prediction, *, usual_set: float | None) -> list[str]:
    """Give the reasons not to be sure of an answer; none where it may be trusted as others.

    Parameters
    ----------
    prediction : Prediction
        The answer.
    usual_set : float, optional
        Countries in the set of a median listener, as measured on those held back.
    """
    reasons = []
    telling = len(prediction.matched) - len(prediction.without_vector)
    if telling < FEWEST_KNOWN:
        reasons.append(
            f"{counted(telling, 'artist', 'artists') if telling else 'no artist'} of the list "
            f"{'is' if telling < 2 else 'are'} known well, where {FEWEST_KNOWN} should be"
        )
    size = len(prediction.prediction_set)
    if usual_set is not None and size > max(_LARGE * usual_set, _SMALL_ENOUGH):
        reasons.append(
            f"the answer may be any of {size} countries, where half of all lists have "
            f"{usual_set:g} or fewer"
        )
    if _is_like_anybody(prediction.country):
        reasons.append("it says little more than what one would guess of anybody")
    return reasons


def _is_like_anybody(country: pd.DataFrame) -> bool:
    prior = entropy_bits(country["share"].to_numpy(dtype=float))
    return entropy_bits(country["probability"].to_numpy(dtype=float)) >= _LIKE_ANYBODY * prior


def entropy_bits(probabilities: NDArray[np.float64]) -> float:
    """Entropy in bits: 0 where one has it all, log2(n) where n share it alike."""
    held = probabilities[probabilities > 0]
    return float(-(held * np.log2(held)).sum())


def not_sure(reasons: Sequence[str]) -> str:
    """Say in a sentence of Markdown that an answer is not sure, and why."""
    return f"**Not sure:** {'; '.join(reasons)}. Read what follows as a hint."


def set_in_words(prediction: Prediction) -> str:
    """Say which countries are in the set, in a sentence of Markdown."""
    members = prediction.country[prediction.country["in_set"]]
    names = [plain(name) for name in members["country_name"].head(_NAMED)]
    if len(members) > _NAMED:
        names.append(f"{len(members) - _NAMED} more")
    if len(members) == 1:
        return f"It is **{names[0]}**, 9 times in 10."
    return f"It is one of these **{len(members)} countries**, 9 times in 10: {listed(names)}."


def held_in_words(coverage: pd.DataFrame) -> str:
    """Say how well such sets held on listeners that were held back; empty where unmeasured.

    Parameters
    ----------
    coverage : DataFrame
        Rows of the table coverage of one recipe, all regions together.
    """
    measured = _measured(coverage)
    if measured is None:
        return ""
    return (
        f"Of {counted(int(measured['n']), 'listener', 'listeners')} held back, the sets of this "
        f"recipe held the country of {percent(float(measured['covered']))}."
    )


def usual_set(coverage: pd.DataFrame) -> float | None:
    """Median size of a set on listeners that were held back; None where unmeasured."""
    measured = _measured(coverage)
    return None if measured is None else float(measured["median_size"])


def _measured(coverage: pd.DataFrame) -> pd.Series | None:
    for part in ("test", "valid"):
        rows = coverage[(coverage["part"] == part) & (coverage["region"] == "")]
        if len(rows):
            return rows.iloc[0]
    return None
