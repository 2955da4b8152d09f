from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.builds.build import Build
from pipeline.core.model.explanation import Explanation, explain, strongest
from pipeline.core.model.predictor import Play, PlaysError, Predictor

UNKNOWN = "Xqzzyv Wpklm"


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)


@pytest.fixture(scope="module")
def typical(tiny_build: Build) -> dict[str, list[str]]:
    """The three most typical artists of each of four planted countries."""
    rows = tiny_build.sql(
        "SELECT country, artist_name FROM typical_artists JOIN artists USING (artist) "
        "WHERE rank <= 3 ORDER BY country, rank"
    )
    return {str(code): own["artist_name"].tolist() for code, own in rows.groupby("country")}


def odds_of(
    predictor: Predictor, plays: list[Play], country: str, recipe: str, tau: float | None = None
) -> float:
    answer = predictor.predict(plays, recipe=recipe, tau=tau).country.set_index("country")
    p = answer.loc[country, "probability"]
    return float(np.log(p / (1 - p)))


@pytest.fixture(scope="module")
def mixed(typical: dict[str, list[str]]) -> list[Play]:
    """One typical artist of each country, the first country's three."""
    first, *others = typical.values()
    names = [*first, *(own[0] for own in others)]
    return [Play(name, 10.0) for name in dict.fromkeys(names)]


def test_an_artist_typical_of_a_country_speaks_for_it(
    predictor: Predictor, mixed: list[Play], typical: dict[str, list[str]]
) -> None:
    explanation = explain(predictor, mixed, recipe="two_layer_linear")
    names = [artist.artist_name for artist in explanation.artists]
    assert names == [play.artist_name for play in mixed]
    home, own = next(iter(typical.items()))
    effects = explanation.country[:, explanation.countries.index(home)]
    for name in own:
        assert effects[names.index(name)] > 0
    assert set(np.argsort(-effects)[:2]) <= {names.index(name) for name in own}
    home_region = predictor.build.read("countries", "country = ?", [home])["region"].iat[0]
    on_region = explanation.region[:, explanation.regions.index(home_region)]
    assert on_region[: len(own)].sum() > 0


@pytest.mark.parametrize("tau", [None, 1.0])
def test_an_effect_is_the_difference_of_two_answers(
    predictor: Predictor, mixed: list[Play], tau: float | None
) -> None:
    plays = [*mixed, Play(UNKNOWN, 50.0)]
    for recipe in predictor.recipes:
        explanation = explain(predictor, plays, recipe=recipe, tau=tau)
        country = explanation.countries[0]
        whole = odds_of(predictor, plays, country, recipe, tau)
        for place in range(len(plays)):
            without = odds_of(predictor, plays[:place] + plays[place + 1 :], country, recipe, tau)
            effect = explanation.country[place, 0]
            assert effect == pytest.approx(whole - without, abs=1e-8)


def test_an_effect_on_a_region_is_that_of_layer_1(predictor: Predictor, mixed: list[Play]) -> None:
    explanation = explain(predictor, mixed, recipe="logistic")
    said = [
        predictor.predict(plays, recipe="logistic").region.set_index("region")["probability"]
        for plays in (mixed, mixed[1:])
    ]
    for place, region in enumerate(explanation.regions):
        whole, without = (np.log(p[region] / (1 - p[region])) for p in said)
        assert explanation.region[0, place] == pytest.approx(whole - without, abs=1e-9)


def test_a_lone_artist_is_compared_with_nobody_in_particular(
    predictor: Predictor, mixed: list[Play]
) -> None:
    explanation = explain(predictor, mixed[:1], recipe="logistic")
    nobody = next(
        iter(predictor.predict_many(empty_plays(), np.array([np.nan]), recipe="logistic"))
    )
    said = predictor.predict(mixed[:1], recipe="logistic").country.set_index("country")
    for place, country in enumerate(explanation.countries):
        p, q = said.loc[country, "probability"], nobody.country[0, place]
        expected = np.log(p / (1 - p)) - np.log(q / (1 - q))
        assert explanation.country[0, place] == pytest.approx(expected, abs=1e-9)


def empty_plays() -> object:
    import pyarrow as pa

    columns = [
        ("listener", pa.int32()),
        ("rank", pa.int32()),
        ("artist_name", pa.string()),
        ("playcount", pa.float64()),
    ]
    return pa.schema(columns).empty_table()


def test_a_repeated_artist_is_one_and_leaves_with_all_its_rows(
    predictor: Predictor, mixed: list[Play]
) -> None:
    name = mixed[0].artist_name
    twice = [*mixed, Play(name.upper(), 4.0), Play(name, 1.0)]
    explanation = explain(predictor, twice, recipe="logistic")
    assert len(explanation.artists) == len(mixed)
    assert explanation.artists[0].given == (name, name.upper())
    country = explanation.countries[0]
    expected = odds_of(predictor, twice, country, "logistic") - odds_of(
        predictor, mixed[1:], country, "logistic"
    )
    assert explanation.country[0, 0] == pytest.approx(expected, abs=1e-9)


def test_the_majority_is_moved_by_nothing(predictor: Predictor, mixed: list[Play]) -> None:
    explanation = explain(predictor, mixed, recipe="majority")
    assert not explanation.country.any()
    assert not explanation.region.any()


def test_a_known_artist_that_no_one_learned_from_has_no_effect(
    predictor: Predictor, mixed: list[Play]
) -> None:
    with_vector = set(predictor.build.vectors("artist_vectors")[0].tolist())
    rare = next(a for a in predictor.build.read("artists")["artist"] if int(a) not in with_vector)
    plays = [*mixed, Play(predictor.artist_name(int(rare)), 50.0)]
    explanation = explain(predictor, plays, recipe="logistic")
    assert explanation.artists[-1].artist == rare
    assert not explanation.country[-1].any()


def test_an_unknown_name_says_nothing_to_a_recipe_that_reads_vectors_alone(
    predictor: Predictor, mixed: list[Play]
) -> None:
    explanation = explain(predictor, [*mixed, Play(UNKNOWN, 50.0)], recipe="logistic")
    last = explanation.artists[-1]
    assert (last.artist, last.artist_name, last.given) == (None, UNKNOWN, (UNKNOWN,))
    assert not explanation.country[-1].any()


def test_artists_beyond_what_the_build_takes_of_a_list_have_no_effect(
    predictor: Predictor,
) -> None:
    most = predictor.top_artists
    names = predictor.build.read("artists", "artist < ? ORDER BY artist", [most + 2])
    plays = [Play(name, 3.0) for name in names["artist_name"]]
    explanation = explain(predictor, plays, recipe="logistic")
    assert [artist.counts for artist in explanation.artists] == [True] * most + [False] * 2
    assert not explanation.country[most:].any()
    # The next artist takes the place of one that leaves.
    country = explanation.countries[0]
    expected = odds_of(predictor, plays, country, "logistic") - odds_of(
        predictor, plays[1:], country, "logistic"
    )
    assert explanation.country[0, 0] == pytest.approx(expected, abs=1e-9)


def test_the_prediction_is_that_of_the_whole_list(predictor: Predictor, mixed: list[Play]) -> None:
    explanation = explain(predictor, mixed, total_scrobbles=1234)
    expected = predictor.predict(mixed, total_scrobbles=1234)
    assert explanation.prediction.recipe == predictor.build.manifest.default_recipe
    assert explanation.prediction.country.equals(expected.country)


def test_an_empty_list_is_refused(predictor: Predictor) -> None:
    with pytest.raises(PlaysError, match="the list is empty"):
        explain(predictor, [])


def planted(explanation: Explanation, effects: list[float]) -> Explanation:
    country = np.zeros_like(explanation.country)
    country[:, 0] = effects
    return Explanation(
        prediction=explanation.prediction,
        artists=explanation.artists,
        countries=explanation.countries,
        regions=explanation.regions,
        country=country,
        region=explanation.region,
    )


def test_the_strongest_are_picked_by_sign(predictor: Predictor, mixed: list[Play]) -> None:
    whole = explain(predictor, mixed[:4], recipe="majority")
    explanation = planted(whole, [0.5, -1.0, 2.0, 0.0])
    first, second = explanation.countries[:2]
    names = [artist.artist_name for artist in explanation.artists]
    found = strongest(explanation, [first, second], most=2)
    assert found[["country", "artist_name", "effect", "direction"]].values.tolist() == [
        [first, names[2], 2.0, "toward"],
        [first, names[0], 0.5, "toward"],
        [first, names[1], -1.0, "away"],
    ]
    assert strongest(explanation, [first], most=1)["effect"].tolist() == [2.0, -1.0]


def test_strange_countries_are_all_named(predictor: Predictor, mixed: list[Play]) -> None:
    explanation = explain(predictor, mixed[:1], recipe="majority")
    with pytest.raises(ValueError, match="got QQ, ZZ; it has"):
        strongest(explanation, ["QQ", explanation.countries[0], "ZZ"], most=1)
