"""Saved models that only predict: constant, linear, trees. Text and JSON, never pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.core.hierarchy import Probabilities, normalise, softmax

ROWS_A_THREAD = 64
"""Below this many listeners a thread, starting threads costs more than they save."""


class Model(Protocol):
    """What a recipe needs of a model once it is fitted."""

    kind: ClassVar[str]
    suffix: ClassVar[str]

    def predict_proba(self, X: NDArray[Any]) -> Probabilities:
        """Give the probability of each class, shape (n, n_classes), float64."""

    def save(self) -> dict[str, bytes]:
        """Give the content of each file that `load` needs, by the file's suffix."""


def _text(files: dict[str, bytes], suffix: str) -> str:
    if suffix not in files:
        raise ValueError(f"a file {suffix} is expected, there are: {sorted(files) or 'none'}")
    return files[suffix].decode("utf-8")


@dataclass(frozen=True)
class Constant:
    """The same probabilities for every listener: a prior, or a region's only country."""

    kind: ClassVar[str] = "constant"
    suffix: ClassVar[str] = ".json"
    probabilities: tuple[float, ...]

    def predict_proba(self, X: NDArray[Any]) -> Probabilities:
        """Repeat the probabilities for each row of `X`."""
        return np.tile(normalise(np.array([self.probabilities])), (len(X), 1))

    def save(self) -> dict[str, bytes]:
        """Write JSON."""
        return {self.suffix: json.dumps({"probabilities": self.probabilities}).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Constant:
        """Read what `save` wrote; `threads` changes nothing."""
        return cls(tuple(json.loads(_text(files, cls.suffix))["probabilities"]))


@dataclass(frozen=True, eq=False)
class Linear:
    """Softmax of a linear function of standardised features.

    Attributes
    ----------
    means, scales : float64 ndarrays of shape (n_features,)
        A feature counts as (x - mean) / scale; one that is NaN counts as the mean.
    coefficients : float64 ndarray of shape (n_classes, n_features)
    intercepts : float64 ndarray of shape (n_classes,)
    """

    kind: ClassVar[str] = "linear"
    suffix: ClassVar[str] = ".json"
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def standardise(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Centre, scale, and put the mean where a feature is unknown."""
        centred = (np.asarray(X, dtype=np.float64) - self.means) / self.scales
        return np.where(np.isnan(centred), 0.0, centred)

    def predict_proba(self, X: NDArray[Any]) -> Probabilities:
        """Give softmax(coefficients · x + intercepts)."""
        return softmax(self.standardise(X) @ self.coefficients.T + self.intercepts)

    def save(self) -> dict[str, bytes]:
        """Write JSON; a float64 comes back exactly."""
        names = ("means", "scales", "coefficients", "intercepts")
        return {self.suffix: json.dumps({n: getattr(self, n).tolist() for n in names}).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Linear:
        """Read what `save` wrote; `threads` changes nothing."""
        arrays = json.loads(_text(files, cls.suffix))
        return cls(**{name: np.asarray(values) for name, values in arrays.items()})


@dataclass(frozen=True, eq=False)
class Trees:
    """Boosted trees in LightGBM's own text, read when they are first asked.

    Attributes
    ----------
    text : str
        The model; its classes are 0 .. n_classes - 1, and the text holds no names for them.
    threads : int or None
        Threads to predict with at most; None leaves it to LightGBM.
    """

    kind: ClassVar[str] = "trees"
    suffix: ClassVar[str] = ".txt"
    text: str = field(repr=False)
    threads: int | None = None

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    def predict_proba(self, X: NDArray[Any]) -> Probabilities:
        """Ask the trees; rows are scaled to sum to 1."""
        booster = self._booster
        if len(X) == 0:
            return np.empty((0, booster.num_model_per_iteration()))
        most = self.threads or 0
        threads = 1 if len(X) < ROWS_A_THREAD else most
        return normalise(booster.predict(np.asarray(X, dtype=np.float32), num_threads=threads))

    def save(self) -> dict[str, bytes]:
        """Write LightGBM's text."""
        return {self.suffix: self.text.encode()}

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Trees:
        """Read what `save` wrote."""
        return cls(_text(files, cls.suffix), threads=threads)


KINDS: dict[str, type[Constant] | type[Linear] | type[Trees]] = {
    model.kind: model for model in (Constant, Linear, Trees)
}
"""Every kind of model by the name that a saved recipe gives it."""


def prior(classes: NDArray[Any], n_classes: int) -> Constant:
    """Share of each class among listeners, as a model.

    Parameters
    ----------
    classes : integer ndarray of shape (n,)
        Class of each listener.
    n_classes : int
        A class that nobody has gets 0; when nobody is there at all, all are equally likely.
    """
    counts = np.bincount(classes, minlength=n_classes).astype(np.float64)
    if counts.sum() == 0:
        counts = np.ones(n_classes)
    return Constant(tuple((counts / counts.sum()).tolist()))
