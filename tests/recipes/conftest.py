"""A small planted world of Gaussian countries within Gaussian regions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipeline.config import LogisticConfig, TrainConfig, TreesConfig
from pipeline.core.features import Features
from pipeline.recipes import Classes, Sample

DIMENSIONS = 6
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


def listeners(draw, n, *, shares=SHARES, scrobbles=True):
    """Regions lie 4 apart in the first dimensions, their countries 3 apart in the later ones."""
    country = draw.choice(len(shares), size=n, p=shares).astype(np.int32)
    region = np.array(CLASSES.region_of)[country]
    vectors = draw.normal(size=(n, DIMENSIONS))
    vectors[:, :3] += 4.0 * np.eye(3)[region]
    vectors[:, 3:] += 3.0 * np.eye(3)[[0, 1, 0, 1, 2, 0]][country]
    logs = draw.normal(9, 1, n).astype(np.float32)
    logs[draw.random(n) < 0.1] = np.nan
    features = Features(
        vectors=vectors.astype(np.float32),
        log_scrobbles=logs if scrobbles else None,
        artists=csr_matrix((n, 4), dtype=np.float32),
        known_artists=np.full(n, 3, dtype=np.int32),
    )
    return Sample(features, country)


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
        flat=trees, region=trees, within=trees, logistic=LogisticConfig(max_iterations=50)
    )
