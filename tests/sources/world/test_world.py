"""The simulated world: its tables of knowledge, its files, and the structure planted in them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pandas as pd
import pytest

from pipeline.sources.world import drawing, knowledge, tongues
from pipeline.sources.world.writing import write_world

KNOWLEDGE = Path(knowledge.__file__).parent
REAL = pd.read_csv(KNOWLEDGE / "world.csv", keep_default_na=False)
COUNTRIES = pd.read_csv(
    KNOWLEDGE / "world_countries.csv", keep_default_na=False, dtype={"joke": str}
)
JOKES = ["AQ", "CX", "GS", "UM", "CC", "HM", "VA", "KP"]


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Users and plays, with only the empty field of CSV as missing."""
    users = pd.read_csv(
        folder / "users.csv", keep_default_na=False, na_values={"total_scrobbles": [""]}
    )
    plays = pd.read_csv(
        folder / "user_top_artists.csv", keep_default_na=False, na_values={"playcount": [""]}
    )
    return users, plays


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, listeners=6000)
    return folder


@pytest.fixture(scope="module")
def users(folder: Path) -> pd.DataFrame:
    return read(folder)[0]


@pytest.fixture(scope="module")
def plays(folder: Path) -> pd.DataFrame:
    return read(folder)[1]


def test_real_artists_are_many_and_spread() -> None:
    assert list(REAL.columns) == ["artist_name", "country", "scene", "fame"]
    assert len(REAL) >= 1500
    assert (REAL["country"].value_counts() >= 8).sum() >= 60
    assert REAL["fame"].between(1, 5).all()
    assert 25 <= REAL["scene"].nunique() <= 40


def test_real_artists_are_named_once_and_spelt_right() -> None:
    assert not REAL["artist_name"].str.casefold().duplicated().any()
    assert (REAL["artist_name"] == REAL["artist_name"].str.strip()).all()
    assert not REAL["artist_name"].str.contains("√|Ã|�").any()


@pytest.mark.parametrize(
    ("artist", "country"),
    [("Sigur Rós", "IS"), ("Björk", "IS"), ("Radiohead", "GB"), ("Chico Buarque", "BR")],
)
def test_homes_of_artists(artist: str, country: str) -> None:
    assert REAL.set_index("artist_name").loc[artist, "country"] == country


def test_countries_are_those_of_the_original() -> None:
    assert len(COUNTRIES) == COUNTRIES["country"].nunique() == COUNTRIES["label"].nunique() == 119
    assert COUNTRIES["listeners"].is_monotonic_decreasing
    assert set(COUNTRIES.loc[COUNTRIES["joke"] == "true", "country"]) == set(JOKES)
    labels = COUNTRIES.set_index("country")["label"]
    assert labels["KR"] == "Korea, Republic of"
    assert labels["CZ"] == "Czech Republic"
    regions = COUNTRIES.set_index("country")["region"]
    assert regions["RU"] == regions["PL"] == "Central & Eastern Europe"
    assert regions.nunique() == 13


def test_every_tongue_is_spoken_and_known() -> None:
    assert set(COUNTRIES["tongue"]) == set(tongues.TONGUES)


@pytest.mark.parametrize("tongue", sorted(tongues.TONGUES))
def test_names_in_a_tongue_rarely_repeat(tongue: str) -> None:
    names = tongues.TONGUES[tongue].names(600)
    assert len(names) == 600
    assert len(set(names)) > 580


def test_names_beyond_the_capacity_are_refused() -> None:
    small = tongues.Tongue("{}", "A B", "x y", "m n")
    assert sorted(small.names(8)) == ["Axm", "Axn", "Aym", "Ayn", "Bxm", "Bxn", "Bym", "Byn"]
    assert len(set(small.names(24))) == 24
    with pytest.raises(ValueError, match="25 names asked of a tongue that has 24"):
        small.names(25)


def test_artists_have_distinct_names() -> None:
    names = pd.Series(drawing.build_world(seed=0, countries=None, difficulty=1.0).artists.names)
    assert not names.str.casefold().duplicated().any()


def test_layout(folder: Path, users: pd.DataFrame, plays: pd.DataFrame) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["user_top_artists.csv", "users.csv"]
    assert list(users.columns) == ["user_id", "country", "total_scrobbles"]
    assert list(plays.columns) == ["user_id", "rank", "artist_name", "playcount", "mbid"]
    for name in ("users.csv", "user_top_artists.csv"):
        with (folder / name).open(encoding="utf-8") as file:
            assert '"' not in file.readline()
    assert len(users) == users["user_id"].nunique() == 6000
    assert set(plays["user_id"]) == set(users["user_id"])
    length = plays.groupby("user_id").size()
    assert length.max() == 50
    assert length.min() >= 5
    assert 0.02 < (length < 50).mean() < 0.12


def test_ranks_follow_plays(plays: pd.DataFrame) -> None:
    by_listener = plays.groupby("user_id")
    assert (plays["rank"] == by_listener.cumcount() + 1).all()
    counted = plays.dropna(subset="playcount")
    assert (counted["playcount"] >= 1).all()
    assert (counted.groupby("user_id")["playcount"].diff().dropna() <= 0).all()
    assert not plays.duplicated(["user_id", "artist_name"]).any()


def test_lists_hold_no_more_than_all_scrobbles(users: pd.DataFrame, plays: pd.DataFrame) -> None:
    held = plays.groupby("user_id")["playcount"].sum()
    total = users.set_index("user_id")["total_scrobbles"].dropna()
    assert (held[total.index] <= total + 50).all()
    assert total.median() == pytest.approx(drawing.SCROBBLES_MEDIAN, rel=0.1)


def test_countries_are_as_uneven_as_the_original(users: pd.DataFrame) -> None:
    labelled = users[~users["country"].isin(["", "none", "null"])]
    shares = labelled["country"].value_counts(normalize=True)
    assert list(shares.index[:2]) == ["United States", "Brazil"]
    # 56,736 and 52,202 of 255,577 in the original
    assert shares.iloc[:2].sum() == pytest.approx(0.426, abs=0.02)
    assert set(shares.index) <= set(COUNTRIES["label"])


def test_flaws_of_the_original(users: pd.DataFrame, plays: pd.DataFrame, folder: Path) -> None:
    assert 0.02 < users["country"].isin(["", "none", "null"]).mean() < 0.04
    assert 0.001 < users["total_scrobbles"].isna().mean() < 0.006
    assert 0.003 < plays["playcount"].isna().mean() < 0.005
    assert 0.2 < (plays["mbid"] == "").mean() < 0.6
    assert users["country"].isin(["Antarctica", "Christmas Island"]).any()
    lines = (folder / "users.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.split(",")[1] == "" for line in lines)  # a missing country
    assert any(line.split(",")[1] == '""' for line in lines)  # an empty one


def test_some_names_are_misread(plays: pd.DataFrame) -> None:
    names = plays["artist_name"]
    right, wrong = (names == "Björk").sum(), (names == "Bj√∂rk").sum()
    assert right > 0
    assert 0.005 < wrong / (right + wrong) < 0.15


def test_ids_belong_to_artists(plays: pd.DataFrame) -> None:
    known = plays[plays["mbid"] != ""]
    assert known.groupby("mbid")["artist_name"].nunique().max() <= 2  # with the misread name
    some = {uuid.UUID(mbid) for mbid in known["mbid"].drop_duplicates()[:100]}
    assert all(mbid.version == 4 for mbid in some)


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_world(tmp_path / name, listeners=2500, seed=3)
    write_world(tmp_path / "other", listeners=2500, seed=4)
    for file in ("users.csv", "user_top_artists.csv"):
        one = (tmp_path / "one" / file).read_bytes()
        assert one == (tmp_path / "two" / file).read_bytes()
        assert one != (tmp_path / "other" / file).read_bytes()


def test_a_larger_world_begins_with_the_smaller(folder: Path, tmp_path: Path) -> None:
    write_world(tmp_path, listeners=2500)
    for file in ("users.csv", "user_top_artists.csv"):
        small, large = (tmp_path / file).read_bytes(), (folder / file).read_bytes()
        assert len(small) < len(large)
        assert large.startswith(small)


def test_parquet_holds_the_same(folder: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    write_world(tmp_path, listeners=2500, as_parquet=True)
    _, plays = read(folder)
    table = pq.read_table(tmp_path / "user_top_artists.parquet")
    assert table.column_names == list(plays.columns)
    assert str(table.schema.field("playcount").type) == "string"
    frame = table.to_pandas()
    expected = plays.iloc[: len(frame)]
    assert list(frame["artist_name"]) == list(expected["artist_name"])
    pd.testing.assert_series_equal(
        frame["playcount"].astype(float), expected["playcount"], check_dtype=False
    )


def test_taste_reveals_the_home_when_easy(tmp_path: Path) -> None:
    codes = ("US", "BR", "GB", "PL", "DE", "MX", "JP", "FI", "SE", "AQ")
    write_world(tmp_path, listeners=1500, countries=codes, difficulty=0)
    users, plays = read(tmp_path)
    code_of = COUNTRIES.set_index("label")["country"]
    stated = users.set_index("user_id")["country"].map(code_of).dropna()
    assert set(stated) == set(codes)
    stated = stated[stated != "AQ"]
    home_of = REAL.set_index("artist_name")["country"]
    homes = plays.assign(home=plays["artist_name"].map(home_of)).dropna(subset="home")
    most = homes.groupby("user_id")["home"].agg(lambda home: home.mode().iloc[0])
    assert (most.reindex(stated.index) == stated).mean() > 0.97


def test_taste_hides_the_home_when_hard(tmp_path: Path) -> None:
    write_world(tmp_path, listeners=1500, countries=("US", "BR", "GB"), difficulty=1)
    users, plays = read(tmp_path)
    brazilians = users.loc[users["country"] == "Brazil", "user_id"]
    home_of = REAL.set_index("artist_name")["country"]
    theirs = plays[plays["user_id"].isin(brazilians)]
    share = (theirs["artist_name"].map(home_of) == "BR").groupby(theirs["user_id"]).mean()
    assert (share > 0.5).mean() < 0.3
    others = plays[~plays["user_id"].isin(brazilians)]["artist_name"].map(home_of) == "BR"
    assert share.mean() > 2 * others.mean()


def test_small_names_spread_with_listeners(plays: pd.DataFrame) -> None:
    distinct = plays.groupby("user_id")["artist_name"].agg(list)
    few, all_of_them = distinct.iloc[:1500].explode().nunique(), plays["artist_name"].nunique()
    assert all_of_them > 1.5 * few
    assert all_of_them > 10_000


def test_progress_rises_to_one(tmp_path: Path) -> None:
    heard: list[tuple[float, str]] = []
    write_world(tmp_path, listeners=5000, progress=lambda *told: heard.append(told))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert heard[-1][1] == "simulated 5,000 of 5,000 listeners"


def test_bad_arguments_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"at least 1, not 0; difficulty must be .* not 2"):
        write_world(tmp_path, listeners=0, difficulty=2)
    with pytest.raises(ValueError, match="has no country UK, XX; expected ISO 3166-1"):
        write_world(tmp_path, listeners=10, countries=("XX", "US", "UK"))
    with pytest.raises(ValueError, match="nobody lives in AQ"):
        write_world(tmp_path, listeners=10, countries=("AQ",))
    assert not list(tmp_path.iterdir())


def test_two_formats_in_one_folder_are_refused(tmp_path: Path) -> None:
    write_world(tmp_path, listeners=10)
    with pytest.raises(FileExistsError, match=r"users\.csv.*user_top_artists\.csv"):
        write_world(tmp_path, listeners=10, as_parquet=True)
