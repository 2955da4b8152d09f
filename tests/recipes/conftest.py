"""A small planted world: Gaussian countries within Gaussian regions, each with its own artists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipeline.config import (
    ArtistLogisticConfig,
    LogisticConfig,
    NetworkConfig,
    TrainConfig,
    TreesConfig,
)
from pipeline.core.model.classes import Classes
from pipeline.core.model.features import Features
from pipeline.recipes import Fitting, Sample

DIMENSIONS = 6
HOME_ARTISTS = 6
WORLD_ARTISTS = 12
LIST = 8
SHARES = np.array([0.34, 0.06, 0.25, 0.1, 0.1, 0.15])
CLASSES = Classes(
    countries=("BR", "AR", "PL", "CZ", "HU", "JP"),
    regions=("Latin America", "Central & Eastern Europe", "East Asia"),
    region_of=(0, 0, 1, 1, 1, 2),
)


@dataclass(frozen=True)
class World:
    """Parts of one world, and what is to be found in it."""

    train: Sample
    valid: Sample
    test: Sample
    classes: Classes

    def given(self, config, **changes):
        """What a recipe is given to fit; `changes` are fields of Fitting."""
        return Fitting(self.train, self.valid, self.classes, config, **changes)


def listeners(draw, n, *, shares=SHARES, scrobbles=True):
    """Regions lie 4 apart in the first dimensions, their countries 3 apart in the later ones.

    Half of a list is the country's own artists. Evidence is noise around what was planted.
    """
    country = draw.choice(len(shares), size=n, p=shares).astype(np.int32)
    region = np.array(CLASSES.region_of)[country]
    vectors = draw.normal(size=(n, DIMENSIONS))
    vectors[:, :3] += 4.0 * np.eye(3)[region]
    vectors[:, 3:] += 3.0 * np.eye(3)[[0, 1, 0, 1, 2, 0]][country]
    logs = draw.normal(9, 1, n).astype(np.float32)
    logs[draw.random(n) < 0.1] = np.nan
    evidence = draw.normal(size=(n, 3 + 6))
    evidence[:, :3] += 2.0 * np.eye(3)[region]
    evidence[:, 3:] += 2.0 * np.eye(6)[country]
    features = Features(
        vectors=vectors.astype(np.float32),
        log_scrobbles=logs if scrobbles else None,
        artists=lists(draw, country),
        known_artists=np.full(n, 3, dtype=np.int32),
        evidence=evidence.astype(np.float32),
        outside=np.zeros_like(evidence, dtype=np.float32),
    )
    return Sample(features, country)


def lists(draw, country):
    """Lists of artists: about half the country's own, the rest anybody's."""
    n = len(country)
    home = WORLD_ARTISTS + country[:, None] * HOME_ARTISTS
    own = home + draw.integers(0, HOME_ARTISTS, (n, LIST))
    shared = draw.integers(0, WORLD_ARTISTS, (n, LIST))
    chosen = np.where(draw.random((n, LIST)) < 0.5, own, shared)
    rows = np.repeat(np.arange(n), LIST)
    shape = (n, WORLD_ARTISTS + 6 * HOME_ARTISTS)
    return csr_matrix((np.ones(n * LIST, dtype=np.float32), (rows, chosen.ravel())), shape=shape)


@pytest.fixture(scope="session")
def world():
    draw = np.random.default_rng(7)
    sizes = {"train": 700, "valid": 200, "test": 500}
    return World(**{part: listeners(draw, n) for part, n in sizes.items()}, classes=CLASSES)


@pytest.fixture(scope="session")
def quick():
    """Hyperparameters for a few hundred listeners and little time."""
    trees = TreesConfig(rounds=25, learning_rate=0.2, min_in_leaf=10, leaves=7)
    return TrainConfig(
        flat=trees,
        region=trees,
        within=trees,
        evidence_region=trees,
        evidence_within=trees,
        logistic=LogisticConfig(max_iterations=50),
        artist_logistic=ArtistLogisticConfig(strengths=(0.1, 2.0)),
        network=NetworkConfig(networks=1, units=16, epochs=20, batch=64, learning_rate=0.01),
    )
