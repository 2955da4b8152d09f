from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Predictor
from pipeline.scoring import score_file
from pipeline.sources import SourceError

HEADER = "user_id,rank,artist_name,playcount,mbid\n"


@pytest.fixture(scope="module")
def predictor(tiny_build: Build) -> Predictor:
    return Predictor.open(tiny_build)


def score(predictor: Predictor, plays: Path, out: Path, recipe: str | None = None) -> pd.DataFrame:
    score_file(predictor, plays, out, recipe=recipe, progress=lambda *_: None)
    return pd.read_parquet(out)


def write_plays(path: Path, lists: dict[str, list[tuple[str, str]]]) -> Path:
    rows = [
        f'{user},{rank},"{name}",{count},'
        for user, plays in lists.items()
        for rank, (name, count) in enumerate(plays, start=1)
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def lists(tiny_build: Build) -> dict[str, list[tuple[str, str]]]:
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 60")[
        "artist_name"
    ]
    return {f"u{i}": [(names[i + k], str(9 - k)) for k in range(5)] for i in range(30)}


def test_scores_are_those_of_a_single_prediction(
    predictor: Predictor, lists: dict[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    scores = score(predictor, write_plays(tmp_path / "plays.csv", lists), tmp_path / "out.parquet")
    assert list(scores.columns) == ["user_id", "country", "probability"]
    assert len(scores) == len(lists) * len(predictor.countries)
    for user, plays in lists.items():
        answer = predictor.predict([Play(name, float(count)) for name, count in plays])
        expected = answer.country.set_index("country")["probability"]
        own = scores[scores["user_id"] == user].astype({"country": "str"})
        own = own.set_index("country")["probability"]
        pd.testing.assert_series_equal(
            own.sort_index(),
            expected.sort_index(),
            check_dtype=False,
            atol=1e-6,
        )


def test_csv_and_parquet_give_the_same(
    predictor: Predictor, lists: dict[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    csv = write_plays(tmp_path / "plays.csv", lists)
    frame = pd.read_csv(csv, dtype={"user_id": str, "mbid": str})
    frame.to_parquet(tmp_path / "plays.parquet")
    one = score(predictor, csv, tmp_path / "one.parquet")
    two = score(predictor, tmp_path / "plays.parquet", tmp_path / "two.parquet")
    pd.testing.assert_frame_equal(one, two)


def test_the_recipe_can_be_chosen(
    predictor: Predictor, lists: dict[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    plays = write_plays(tmp_path / "plays.csv", lists)
    majority = score(predictor, plays, tmp_path / "out.parquet", recipe="majority")
    assert majority.groupby("country", observed=True)["probability"].nunique().max() == 1


def test_a_file_that_cannot_be_read_writes_nothing(predictor: Predictor, tmp_path: Path) -> None:
    broken = tmp_path / "plays.csv"
    broken.write_text("a;b\n1;2\n")
    with pytest.raises(SourceError):
        score(predictor, broken, tmp_path / "out.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["plays.csv"]


def test_399_real_lists_are_scored(
    predictor: Predictor, tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    plays = shared_data("lastfm500k_sample") / "user_top_artists.csv"
    out = tmp_path / "out.parquet"
    scores = score(predictor, plays, out)
    assert scores["user_id"].nunique() == 399
    totals = scores.groupby("user_id")["probability"].sum()
    assert totals.to_numpy() == pytest.approx(1, abs=1e-5)
    assert pq.read_schema(out).names == ["user_id", "country", "probability"]
