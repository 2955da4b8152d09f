from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from pipeline.config import NamesConfig
from pipeline.core.model.names import END, INTERCEPT, NameModel
from pipeline.core.tables.store import vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.recipes._shared.samples import classes
from pipeline.stages.learn_names import Audience, Block, fit, learn_names, minimise, read_audience

CONFIG = NamesConfig()
COUNTRIES = pd.DataFrame(
    {
        "country": ["BR", "DE", "PL", "RU", "VA"],
        "region": ["South", "Middle", "Middle", "Middle", "Middle"],
        "kept": [True, True, True, True, False],
        "position": pd.array([0, 1, 2, 3, None], "Int32"),
        "train_listeners": [100, 100, 50, 50, 0],
    }
)
REGIONS = pd.DataFrame({"region": ["Middle", "South"], "position": [0, 1]})
REGION_OF = (1, 0, 0, 0)
SYLLABLES = ["ka", "lo", "mi", "re", "tu", "so", "ne", "vi", "da", "po"]
ENDINGS = {"BR": "inho", "DE": "burg", "PL": "ski", "RU": ""}
CYRILLIC = str.maketrans("abdeiklmnoprstuv", "абдеиклмнопрстув")


def silent(share: float, words: str) -> None: ...


def random_name(rng: np.random.Generator, country: str) -> str:
    """Three syllables and the country's ending; in Cyrillic letters for RU."""
    name = "".join(rng.choice(SYLLABLES, 3)) + ENDINGS[country]
    return name.translate(CYRILLIC) if country == "RU" else name


def planted_world(
    seed: int = 0, *, artists: int = 400, planted: bool = True
) -> dict[str, pd.DataFrame]:
    """Listeners who play artists of their own country, 8 of 10 times; 1 in 6 is not for training.

    Names end as the artist's country has it, or, unless `planted`, as a random one has it.
    """
    rng = np.random.default_rng(seed)
    codes = list(COUNTRIES["country"][:4])
    of_artist = rng.choice(codes, artists)
    of_name = of_artist if planted else rng.choice(codes, artists)
    names = [random_name(rng, code) for code in of_name]
    country = np.repeat(codes, [120, 120, 60, 60])
    part = np.where(np.arange(len(country)) % 6 == 0, "valid", "train")
    plays = [
        (i, a)
        for i, code in enumerate(country)
        for a in rng.choice(artists, 10, replace=False, p=_taste(of_artist, code))
    ]
    return {
        "artists": pd.DataFrame({"artist": range(artists), "artist_name": names}),
        "cleaned_plays": pd.DataFrame(plays, columns=["listener", "artist"]),
        "split": pd.DataFrame({"listener": range(len(country)), "country": country, "part": part}),
        "countries": COUNTRIES,
        "regions": REGIONS,
    }


def _taste(of_artist: np.ndarray, country: str) -> np.ndarray:
    weight = np.where(of_artist == country, 12.0, 1.0)
    return np.asarray(weight / weight.sum())


def relations(engine: DuckDBEngine, frames: dict[str, pd.DataFrame]) -> dict[str, Any]:
    return {name: engine.connection.from_df(frame) for name, frame in frames.items()}


def learn(
    engine: DuckDBEngine, frames: dict[str, pd.DataFrame], config: NamesConfig = CONFIG
) -> NameModel:
    tables = relations(engine, frames)
    found = learn_names(tables, engine=engine, progress=silent, learn_names=config)["name_grams"]
    return NameModel(
        tuple(found["gram"].to_pylist()), vectors_of(found["vector"]), classes(tables).region_of
    )


def test_endings_and_scripts_of_countries_are_recovered(engine: DuckDBEngine) -> None:
    model = learn(engine, planted_world())
    said = model.predict(["Mikalodaski", "Тукалоре", "Nevitusoburg", "Minetuinho"])
    assert said.country.argmax(axis=1).tolist() == [2, 3, 1, 0]
    assert said.region.argmax(axis=1).tolist() == [0, 0, 0, 1]
    assert (said.country.max(axis=1) > 0.5).all()


def test_a_name_without_visible_letters_gets_the_shares_of_the_training_listeners(
    engine: DuckDBEngine,
) -> None:
    model = learn(engine, planted_world())
    said = model.predict([""])
    np.testing.assert_allclose(said.country[0], [1 / 3, 1 / 3, 1 / 6, 1 / 6], rtol=1e-6)
    np.testing.assert_allclose(said.region[0], [2 / 3, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(said.within[0], [1, 1 / 2, 1 / 4, 1 / 4], rtol=1e-6)


def test_names_that_go_with_no_country_say_nothing(engine: DuckDBEngine) -> None:
    frames = planted_world(planted=False)
    # Listeners of every country have the same artists.
    plays = [(i, (7 * i + j) % 400) for i in range(360) for j in range(10)]
    frames["cleaned_plays"] = pd.DataFrame(plays, columns=["listener", "artist"])
    model = learn(engine, frames, CONFIG.model_copy(update={"strengths": (1000.0,)}))
    said = model.predict(["Mikalodaski", "Тукалоре", "x"])
    expected = np.tile([1 / 3, 1 / 3, 1 / 6, 1 / 6], (3, 1))
    np.testing.assert_allclose(said.country, expected, atol=0.01)


def test_expected_audiences_of_all_plays_add_up_to_the_world(engine: DuckDBEngine) -> None:
    frames = planted_world()
    model = learn(engine, frames)
    audience = read_audience(relations(engine, frames), engine, CONFIG)
    n = np.asarray(audience.counts.sum(axis=1)).ravel()
    region = n @ model.predict(audience.names).region / n.sum()
    np.testing.assert_allclose(region, [2 / 3, 1 / 3], atol=1e-5)


def test_only_training_listeners_are_looked_at(engine: DuckDBEngine) -> None:
    frames = planted_world()
    before = learn(engine, frames)
    others = frames["split"].query("part != 'train'")["listener"]
    plays = frames["cleaned_plays"]
    held_out = plays["listener"].isin(others)
    artists = np.random.default_rng(1).permutation(plays.loc[held_out, "artist"])
    changed = plays.copy()
    changed.loc[held_out, "artist"] = artists
    changed = changed.drop_duplicates()
    assert not changed.equals(plays)
    after = learn(engine, {**frames, "cleaned_plays": changed})
    assert after.grams == before.grams
    np.testing.assert_array_equal(after.coefficients, before.coefficients)


def test_the_audience_is_counted_by_position_with_the_best_known_first(
    engine: DuckDBEngine,
) -> None:
    frames = planted_world()
    frames["split"] = pd.DataFrame(
        {
            "listener": range(4),
            "country": ["PL", "PL", "BR", "DE"],
            "part": ["train"] * 3 + ["test"],
        }
    )
    plays = [(0, 5), (1, 5), (2, 5), (0, 7), (2, 2), (1, 2), (3, 9)]
    frames["cleaned_plays"] = pd.DataFrame(plays, columns=["listener", "artist"])
    tables = relations(engine, frames)
    found = read_audience(tables, engine, CONFIG)
    assert found.artists.tolist() == [5, 2, 7]
    assert found.names == [frames["artists"]["artist_name"][i] for i in (5, 2, 7)]
    assert found.counts.toarray().tolist() == [[1, 0, 2, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    few = CONFIG.model_copy(update={"most_artists": 1})
    assert read_audience(tables, engine, few).artists.tolist() == [5]
    some = CONFIG.model_copy(update={"min_listeners": 2})
    assert read_audience(tables, engine, some).artists.tolist() == [5, 2]


def audience(names: list[str], counts: list[list[int]]) -> Audience:
    return Audience(
        artists=np.arange(len(names)),
        names=names,
        counts=sparse.csr_matrix(np.array(counts, dtype=np.float64)),
        listeners=np.array([100, 100, 50, 50]),
        region_of=REGION_OF,
    )


def test_grams_of_few_artists_are_left_out_and_of_many_the_commonest_kept() -> None:
    known = audience(["aa", "ab", "ac", "zz"], [[1, 1, 1, 1]] * 4)
    config = CONFIG.model_copy(update={"min_artists": 3})
    assert fit(known, config, progress=silent).grams == ("", END, " a", "LATIN", "a")
    fewer = config.model_copy(update={"most_grams": 2})
    assert fit(known, fewer, progress=silent).grams == ("", END, "LATIN")


def test_the_coefficients_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    block = Block(
        columns=np.arange(3),
        world=np.full(3, 1 / 3),
        constant=np.zeros(3),
        matrix=sparse.csr_matrix((rng.random((60, 5)) < 0.4).astype(np.float32)),
        targets=rng.dirichlet(np.ones(3), 60).astype(np.float32),
        listeners=np.ones(60),
        weights=rng.random(60),
        judges=np.zeros(60, dtype=np.bool_),
    )
    found = minimise(block, np.zeros((5, 3)), strength=2.0, max_iterations=1000, tolerance=1e-12)
    # Soft targets as three rows each, one a class, weighing its share.
    reference = LogisticRegression(C=1 / 2.0, fit_intercept=False, tol=1e-9, max_iter=1000).fit(
        sparse.vstack([block.matrix] * 3),
        np.repeat([0, 1, 2], 60),
        sample_weight=(block.weights[:, None] * block.targets).T.ravel(),
    )
    np.testing.assert_allclose(found, reference.coef_.T, atol=1e-4)


def test_names_that_mislead_the_judges_say_nothing() -> None:
    # Each fifth artist is a judge. Among the judges alone, names mean the opposite.
    names = ["abc", "xyz"] * 50
    at_home, abroad = [9, 0, 0, 0], [0, 9, 0, 0]
    counts = [at_home if (i % 2 == 0) != (i % 5 == 4) else abroad for i in range(100)]
    model = fit(audience(names, counts), CONFIG, progress=silent)
    of_regions = model.coefficients[1:, :2]
    np.testing.assert_allclose(of_regions, 0, atol=1e-6)


@pytest.mark.parametrize("n", [0, 1])
def test_too_little_to_learn_from_leaves_the_prior(n: int) -> None:
    known = audience(["abc"] * n, np.ones((n, 4), dtype=int).tolist() or np.zeros((0, 4)))
    model = fit(known, CONFIG, progress=silent)
    assert model.grams == (INTERCEPT,)
    np.testing.assert_allclose(model.predict(["abc"]).country[0], [1 / 3, 1 / 3, 1 / 6, 1 / 6])
