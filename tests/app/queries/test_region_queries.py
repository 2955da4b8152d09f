from __future__ import annotations

import pandas as pd
import pytest

from app.queries import regions as region_queries
from app.queries.regions import Compared


def rows(**values: list[float | None]) -> pd.DataFrame:
    """Rows of metrics: by METRIC_SIDE, the values of Nordics and Africa."""
    return pd.DataFrame(
        [
            {"subject": subject, "metric": key.split("_")[0], "part": key.split("_")[1], "value": v}
            for key, pair in values.items()
            for subject, v in zip(("Nordics", "Africa"), pair, strict=True)
        ]
    )


METRICS = rows(
    recall_train=[0.9, 0.5],
    recall_valid=[0.6, None],
    entropy_train=[1.5, 0.2],
    entropy_valid=[1.5, 0.2],
    zeta_train=[1, 2],
    zeta_valid=[3, 4],
)


def compared(**settings: object) -> tuple[pd.DataFrame, list[Compared]]:
    chosen = {
        "by": "part",
        "sides": ["train", "valid"],
        "first": ["entropy", "recall"],
        "regions": ["Africa", "Nordics", "Balkans"],
    }
    return region_queries.compare(METRICS, **(chosen | settings))  # type: ignore[arg-type]


def test_parts_stand_side_by_side() -> None:
    table, columns = compared()
    assert table["region"].tolist() == ["Africa", "Nordics"]
    assert [c.name for c in columns] == [
        "entropy",
        "recall_train",
        "recall_valid",
        "zeta_train",
        "zeta_valid",
    ]
    assert table["recall_train"].tolist() == [0.5, 0.9]
    assert pd.isna(table["recall_valid"].iloc[0])
    assert table["entropy"].tolist() == [0.2, 1.5]
    assert list(table.columns[1:]) == [c.name for c in columns]


def test_one_part_keeps_its_name() -> None:
    _, columns = compared(sides=["valid"])
    assert columns[0] == Compared("entropy_valid", "entropy", "valid")


def test_the_difference_is_the_second_less_the_first() -> None:
    table, columns = compared(difference=True)
    assert table["recall_difference"].iloc[1] == pytest.approx(-0.3)
    assert pd.isna(table["recall_difference"].iloc[0])
    assert "entropy_difference" not in table
    assert Compared("zeta_difference", "zeta", "difference") in columns


def test_tints_run_over_the_right_scale() -> None:
    table, columns = compared(difference=True)
    scales = region_queries.scales(table, columns, {"recall"})
    assert scales["recall_train"] == (0, 1)
    assert scales["zeta_train"] == (0, 2)
    assert scales["recall_difference"] == pytest.approx((-0.3, 0.3))


def test_undefined_figures_are_named() -> None:
    table, columns = compared(difference=True)
    assert region_queries.undefined(table, columns) == {"recall": ["Africa"]}


def test_no_rows_give_no_table() -> None:
    table, columns = compared(regions=["Balkans"])
    assert table.empty
    assert columns == []


def test_a_region_consists_of_its_kept_countries() -> None:
    countries = pd.DataFrame(
        {
            "country": ["SE", "FI", "KE", "IS"],
            "country_name": ["Sweden", "Finland", "Kenya", "Iceland"],
            "region": ["Nordics", "Nordics", "Africa", "Nordics"],
            "listeners": pd.array([10, 30, 7, 99], dtype="Int32"),
            "kept": [True, True, True, False],
        }
    )
    table = region_queries.composition(countries, ["Nordics", "Africa"])
    assert table["country"].tolist() == ["FI", "SE", "KE"]
    assert table["share"].tolist() == pytest.approx([0.75, 0.25, 1.0])
    assert region_queries.composition(countries, ["Balkans"]).empty
