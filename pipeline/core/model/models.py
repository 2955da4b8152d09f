"""Saved models that only predict. Text, JSON and Parquet, never pickle."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.core.model.features import bag
from pipeline.core.model.hierarchy import Probabilities, log, normalise, softmax
from pipeline.core.tables.store import spread_vectors, vector_column, vectors_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ROWS_A_THREAD = 64
"""Below this many listeners a thread, starting threads costs more than they save."""


class Model(Protocol):
    """What a recipe needs of a model once it is fitted.

    Examples
    --------
    >>> model: Model = Constant((0.25, 0.75))
    >>> model.predict_proba(np.zeros((1, 3)))
    array([[0.25, 0.75]])
    >>> type(model).load(model.save()) == model
    True
    """

    kind: ClassVar[str]
    suffix: ClassVar[str]

    def predict_proba(self, X: Any) -> Probabilities:
        """Give the probability of each class, shape (n, n_classes), float64.

        `X` has one row a listener: dense, or sparse for the models of artists.
        """

    def save(self) -> dict[str, bytes]:
        """Give the content of each file that `load` needs, by the file's suffix."""

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Model:
        """Read what `save` wrote."""


KINDS: dict[str, type[Model]] = {}
"""Every kind of model by the name that a saved recipe gives it."""

M = TypeVar("M", bound=Model)


def _saved(model: type[M]) -> type[M]:
    """Declare a class as a kind of model that recipes save."""
    KINDS[model.kind] = model
    return model


def _text(files: dict[str, bytes], suffix: str) -> str:
    if suffix not in files:
        raise ValueError(f"a file {suffix} is expected, there are: {sorted(files) or 'none'}")
    return files[suffix].decode("utf-8")


@_saved
@dataclass(frozen=True)
class Constant:
    """The same probabilities for every listener: a prior, or a region's only country.

    Examples
    --------
    >>> Constant((1.0, 3.0)).predict_proba(np.zeros((2, 4)))
    array([[0.25, 0.75],
           [0.25, 0.75]])
    """

    kind: ClassVar[str] = "constant"
    suffix: ClassVar[str] = ".json"
    probabilities: tuple[float, ...]

    def predict_proba(self, X: Any) -> Probabilities:
        """Repeat the probabilities for each row of `X`."""
        return np.tile(normalise(np.array([self.probabilities])), (X.shape[0], 1))

    def save(self) -> dict[str, bytes]:
        """Write JSON."""
        return {self.suffix: json.dumps({"probabilities": self.probabilities}).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Constant:
        """Read what `save` wrote; `threads` changes nothing."""
        return cls(tuple(json.loads(_text(files, cls.suffix))["probabilities"]))


@_saved
@dataclass(frozen=True, eq=False)
class Linear:
    """Softmax of a linear function of standardised features.

    Attributes
    ----------
    means, scales : float64 ndarrays of shape (n_features,)
        A feature counts as (x - mean) / scale; one that is NaN counts as the mean.
    coefficients : float64 ndarray of shape (n_classes, n_features)
    intercepts : float64 ndarray of shape (n_classes,)

    Examples
    --------
    >>> model = Linear(
    ...     means=np.array([10.0]),
    ...     scales=np.array([2.0]),
    ...     coefficients=np.array([[np.log(3)], [0.0]]),
    ...     intercepts=np.zeros(2),
    ... )
    >>> model.predict_proba(np.array([[12.0], [np.nan]])).round(2)
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
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


@_saved
@dataclass(frozen=True, eq=False)
class Trees:
    """Boosted trees in LightGBM's own text, read when they are first asked.

    Attributes
    ----------
    text : str
        The model; its classes are 0 .. n_classes - 1, and the text holds no names for them.
    threads : int or None
        Threads to predict with at most; None leaves it to LightGBM.

    Examples
    --------
    >>> import lightgbm
    >>> data = lightgbm.Dataset(np.array([[0.0], [1.0]] * 50), label=[0, 1] * 50)
    >>> options = {"objective": "multiclass", "num_class": 2, "verbose": -1}
    >>> trees = Trees(lightgbm.train(options, data, num_boost_round=5).model_to_string())
    >>> trees.predict_proba(np.array([[0.0], [1.0]])).argmax(axis=1)
    array([0, 1])
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


@_saved
@dataclass(frozen=True, eq=False)
class SparseLinear:
    """Softmax of a linear function of the artists of a list, as `features.bag` weighs them.

    Attributes
    ----------
    artist_weights : float32 ndarray of shape (n_artists,)
        As in `bag`; 0 for an artist outside the vocabulary.
    norm_power : float
        As in `bag`.
    coefficients : float32 ndarray of shape (n_artists, n_classes)
    intercepts : float64 ndarray of shape (n_classes,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> model = SparseLinear(
    ...     artist_weights=np.array([1, 0], dtype=np.float32),
    ...     norm_power=1.0,
    ...     coefficients=np.array([[np.log(3), 0], [9, 9]], dtype=np.float32),
    ...     intercepts=np.zeros(2),
    ... )
    >>> model.predict_proba(csr_matrix(np.array([[7, 7]], dtype=np.float32))).round(2)
    array([[0.75, 0.25]])
    """

    kind: ClassVar[str] = "sparse_linear"
    suffix: ClassVar[str] = ".json"
    artist_weights: NDArray[np.float32]
    norm_power: float
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float64]

    def predict_proba(self, X: csr_matrix) -> Probabilities:
        """Give softmax(bag · coefficients + intercepts)."""
        lists = bag(X, self.artist_weights, norm_power=self.norm_power)
        return softmax(lists @ self.coefficients + self.intercepts)

    def save(self) -> dict[str, bytes]:
        """Write the intercepts as JSON and the vocabulary's coefficients as Parquet."""
        small = {"norm_power": self.norm_power, "intercepts": self.intercepts.tolist()}
        return {
            ".json": json.dumps(small).encode(),
            ".parquet": _artist_rows(self.artist_weights, self.coefficients),
        }

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> SparseLinear:
        """Read what `save` wrote; `threads` changes nothing."""
        small = json.loads(_text(files, ".json"))
        weights, coefficients = _read_artist_rows(files)
        intercepts = np.asarray(small["intercepts"], dtype=np.float64)
        return cls(weights, small["norm_power"], coefficients, intercepts)


@_saved
@dataclass(frozen=True, eq=False)
class Network:
    """One hidden layer of rectified units over the artists of a list, then a softmax.

    Attributes
    ----------
    artist_weights : float32 ndarray of shape (n_artists,)
        As in `features.bag`; 0 for an artist outside the vocabulary.
    norm_power : float
        As in `features.bag`.
    hidden : float32 ndarray of shape (n_artists, n_units)
        From artists to units: a vector an artist, learnt for telling countries apart.
    hidden_biases : float32 ndarray of shape (n_units,)
    output : float32 ndarray of shape (n_units, n_classes)
    output_biases : float32 ndarray of shape (n_classes,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> model = Network(
    ...     artist_weights=np.array([1, 1], dtype=np.float32),
    ...     norm_power=1.0,
    ...     hidden=np.array([[1], [-1]], dtype=np.float32),
    ...     hidden_biases=np.zeros(1, dtype=np.float32),
    ...     output=np.array([[np.log(3), 0]], dtype=np.float32),
    ...     output_biases=np.zeros(2, dtype=np.float32),
    ... )
    >>> model.predict_proba(csr_matrix(np.array([[5, 0], [0, 5]], dtype=np.float32))).round(2)
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """

    kind: ClassVar[str] = "network"
    suffix: ClassVar[str] = ".json"
    artist_weights: NDArray[np.float32]
    norm_power: float
    hidden: NDArray[np.float32]
    hidden_biases: NDArray[np.float32]
    output: NDArray[np.float32]
    output_biases: NDArray[np.float32]

    def predict_proba(self, X: csr_matrix) -> Probabilities:
        """Give softmax(max(0, bag · hidden + hidden_biases) · output + output_biases)."""
        lists = bag(X, self.artist_weights, norm_power=self.norm_power)
        units = np.maximum(lists @ self.hidden + self.hidden_biases, 0)
        return softmax(units @ self.output + self.output_biases)

    def save(self) -> dict[str, bytes]:
        """Write what has no artist as JSON, and a vector an artist as Parquet."""
        small = {name: getattr(self, name).tolist() for name in _NETWORK_ARRAYS}
        return {
            ".json": json.dumps({"norm_power": self.norm_power, **small}).encode(),
            ".parquet": _artist_rows(self.artist_weights, self.hidden),
        }

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> Network:
        """Read what `save` wrote; `threads` changes nothing."""
        small = json.loads(_text(files, ".json"))
        weights, hidden = _read_artist_rows(files)
        arrays = {n: np.asarray(small[n], dtype=np.float32) for n in _NETWORK_ARRAYS}
        return cls(artist_weights=weights, norm_power=small["norm_power"], hidden=hidden, **arrays)


_NETWORK_ARRAYS = ("hidden_biases", "output", "output_biases")


def _artist_rows(weights: NDArray[np.float32], vectors: NDArray[np.float32]) -> bytes:
    """Write a row an artist of the vocabulary; how many artists there are stands beside them."""
    known = np.flatnonzero(weights)
    table = pa.table(
        {
            "artist": pa.array(known.astype(np.int32)),
            "weight": pa.array(weights[known]),
            "vector": vector_column(vectors[known]),
        }
    ).replace_schema_metadata({"artists": str(len(weights)), "width": str(vectors.shape[1])})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _read_artist_rows(
    files: dict[str, bytes],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if ".parquet" not in files:
        raise ValueError(f"a file .parquet is expected, there are: {sorted(files) or 'none'}")
    table = pq.read_table(io.BytesIO(files[".parquet"]))
    size = int(table.schema.metadata[b"artists"])
    width = int(table.schema.metadata[b"width"])
    artist = table["artist"].to_numpy()
    weights = np.zeros(size, dtype=np.float32)
    weights[artist] = table["weight"].to_numpy()
    vectors, _ = spread_vectors(artist, vectors_of(table["vector"]).reshape(-1, width), size)
    return weights, vectors


@_saved
@dataclass(frozen=True)
class ScaledEvidence:
    """The prior, moved by evidence: softmax(ln prior + scale · evidence of each class).

    Attributes
    ----------
    prior : tuple of float
        Share of each class among training listeners.
    columns : tuple of int
        Column of `Features.evidence` of each class.
    scale : float
        How far evidence is to be believed; artists of one list repeat each other.

    Examples
    --------
    >>> model = ScaledEvidence(prior=(0.5, 0.5), columns=(0, 1), scale=2.0)
    >>> model.predict_proba(np.array([[np.log(3) / 2, 0.0]])).round(2)
    array([[0.75, 0.25]])
    """

    kind: ClassVar[str] = "scaled_evidence"
    suffix: ClassVar[str] = ".json"
    prior: tuple[float, ...]
    columns: tuple[int, ...]
    scale: float

    def predict_proba(self, X: NDArray[Any]) -> Probabilities:
        """Move the prior by the evidence of each row of `X`."""
        evidence = np.asarray(X, dtype=np.float64)[:, list(self.columns)]
        return softmax(log(normalise(np.array([self.prior]))) + self.scale * evidence)

    def save(self) -> dict[str, bytes]:
        """Write JSON."""
        small = {"prior": self.prior, "columns": self.columns, "scale": self.scale}
        return {self.suffix: json.dumps(small).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes], *, threads: int | None = None) -> ScaledEvidence:
        """Read what `save` wrote; `threads` changes nothing."""
        small = json.loads(_text(files, cls.suffix))
        return cls(tuple(small["prior"]), tuple(small["columns"]), small["scale"])


def prior(classes: NDArray[Any], n_classes: int) -> Constant:
    """Share of each class among listeners, as a model.

    Parameters
    ----------
    classes : integer ndarray of shape (n,)
        Class of each listener.
    n_classes : int
        A class that nobody has gets 0; when nobody is there at all, all are equally likely.

    Examples
    --------
    >>> prior(np.array([0, 0, 0, 1]), n_classes=2)
    Constant(probabilities=(0.75, 0.25))
    """
    counts = np.bincount(classes, minlength=n_classes).astype(np.float64)
    if counts.sum() == 0:
        counts = np.ones(n_classes)
    return Constant(tuple((counts / counts.sum()).tolist()))
