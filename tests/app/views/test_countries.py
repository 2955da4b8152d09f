from __future__ import annotations

import pandas as pd
import pytest
from pages import page, run, words
from streamlit.testing.v1 import AppTest

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.fixture
def app() -> AppTest:
    return page("countries")


def shown(app: AppTest, *codes: str) -> AppTest:
    if codes:
        app.query_params["country"] = list(codes)
    return run(app)


def tables(app: AppTest, column: str) -> list[pd.DataFrame]:
    return [d.value for d in app.dataframe if column in d.value]


def headers(app: AppTest) -> list[str]:
    return [h.value for h in app.header]


def test_the_largest_country_comes_first(app: AppTest, tiny_build: Build) -> None:
    countries = tiny_build.read("countries")
    largest = countries.loc[countries["listeners"].idxmax(), "country_name"]
    assert headers(shown(app)) == [largest]


@pytest.mark.parametrize("codes", [("PL,BR",), ("PL", "BR"), ("pl", "BR", "PL")])
def test_the_address_names_countries(app: AppTest, codes: tuple[str, ...]) -> None:
    assert headers(shown(app, *codes)) == ["Poland", "Brazil"]


def test_at_most_four_stand_side_by_side(app: AppTest) -> None:
    assert headers(shown(app, "PL,BR,FI,SE,US")) == ["Poland", "Brazil", "Finland", "Sweden"]


def test_unknown_codes_are_told(app: AppTest) -> None:
    shown(app, "PL,qq")
    assert headers(app) == ["Poland"]
    assert "No listener states “qq”" in words(app)


def test_a_choice_goes_into_the_address_and_may_be_empty(app: AppTest) -> None:
    shown(app, "PL")
    app.multiselect(key="countries_chosen").set_value(["PL", "FI"]).run()
    assert not app.exception
    assert headers(app) == ["Poland", "Finland"]
    assert app.query_params["country"] == ["PL", "FI"]
    app.multiselect(key="countries_chosen").set_value([]).run()
    assert not app.exception
    assert headers(app) == []
    assert "Choose one country, or several" in words(app)


def test_artists_are_those_of_the_tables(app: AppTest, tiny_build: Build) -> None:
    shown(app, "FI")
    names = tiny_build.read("artists").set_index("artist")["artist_name"]

    def are(found: pd.DataFrame, artists: pd.Series) -> bool:
        told = found["artist_name"].tolist() == [names[artist] for artist in artists]
        addresses = [f"/artists?artist={artist}" for artist in artists]
        return told and found["artist_name_link"].tolist() == addresses

    top = (
        tiny_build.read("artist_rank_in_country", "country = 'FI'")
        .sort_values(["rank", "artist"])
        .head(100)
    )
    (found,) = tables(app, "plays")
    assert are(found, top["artist"])
    # Half a play comes of filling gaps; it is not shown.
    assert (found["plays"] - top["plays"].to_numpy()).abs().max() <= 0.5
    assert (found["plays"] % 1 == 0).all()
    typical = tiny_build.read("typical_artists", "country = 'FI'").sort_values("rank")
    (found,) = tables(app, "lift")
    assert are(found, typical["artist"])
    assert found["lift"].tolist() == typical["lift"].tolist()
    near = tiny_build.read("country_neighbours", "country = 'FI'").sort_values("rank")
    (found,) = tables(app, "similarity")
    assert found["similarity"].tolist() == near["similarity"].tolist()


def test_quality_follows_recipe_and_part(app: AppTest, tiny_build: Build) -> None:
    shown(app, "FI", "BR")
    recipes = tiny_build.read("recipes").set_index("recipe")["label"]
    assert (
        app.selectbox(key="countries_recipe").value == recipes[tiny_build.manifest.default_recipe]
    )
    for recipe, part, label in (("flat", "test", "Test"), ("majority", "valid", "Validation")):
        app.selectbox(key="countries_recipe").set_value(recipes[recipe])
        app.segmented_control(key="countries_part").set_value(label)
        app.run()
        assert not app.exception
        (found,) = tables(app, "recall")
        metrics = tiny_build.read(
            "metrics", f"recipe = '{recipe}' AND part = '{part}' AND view = 'country'"
        ).set_index(["subject", "metric"])["value"]
        for row, code in zip(found.to_dict("records"), ("FI", "BR"), strict=True):
            for metric in ("recall", "precision", "f1", "top_5_recall"):
                expected = pytest.approx(100 * metrics[code, metric], nan_ok=True)
                assert row[metric] == expected
            assert row["listeners_true"] == metrics[code, "listeners_true"]
    assert "Precision is undefined where nobody is predicted to live: Finland and Brazil." in words(
        app
    )


def test_confusions_are_those_of_the_table(app: AppTest, tiny_build: Build) -> None:
    shown(app, "PL")
    rows = tiny_build.read(
        "confusion",
        "recipe = ? AND part = 'valid' AND view = 'countries'",
        [tiny_build.manifest.default_recipe],
    )
    taken, takes = tables(app, "probability")
    assert taken["n"].tolist() == sorted(rows.loc[rows["truth"] == "PL", "n"], reverse=True)
    assert takes["n"].tolist() == sorted(rows.loc[rows["predicted"] == "PL", "n"], reverse=True)
    assert taken["probability"].sum() == pytest.approx(100)


def test_a_country_with_few_listeners_says_so(app: AppTest, tiny_build: Build) -> None:
    least = tiny_build.manifest.config["clean"]["min_listeners"]
    few = tiny_build.read("countries", "NOT kept").iloc[0]
    said = words(shown(app, few["country"]))
    assert f"Too few listeners state it to be predicted: it takes {least}." in said
    assert f"Never: too few listeners state {few['country_name']} to learn from." in said
    assert len(tables(app, "plays")) == 1
    assert tables(app, "recall") == []


def test_the_nearest_are_told_with_their_similarity(app: AppTest, tiny_build: Build) -> None:
    shown(app, "SE")
    (found,) = tables(app, "similarity")
    nearest = tiny_build.read("country_neighbours", "country = 'SE' AND rank = 1").iloc[0]
    assert found["country_name_link"][0] == f"/countries?country={nearest['neighbour']}"
