from __future__ import annotations

import pandas as pd
import pytest

from app.look.columns import Column, declared, measured
from pipeline.core.tables import contract

CATALOGUE = pd.DataFrame(
    {
        "metric": ["accuracy", "log_loss"],
        "label": ["How often right", "Surprise"],
        "unit": ["share", "nats"],
        "meaning": ["A meaning.", "Another."],
    }
)


def test_a_label_is_made_of_the_name_where_none_is_given() -> None:
    assert Column("train_listeners").label == "Train listeners"
    assert Column("train_listeners", "Learned from").label == "Learned from"


def test_an_unknown_unit_is_named_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="no unit 'ells' is known; there are: share, nats"):
        Column("gap", unit="ells")


def test_columns_take_the_meanings_of_the_contract() -> None:
    meanings = {c.name: c.meaning for c in contract.table("regions").columns}
    region, listeners, strange = declared(
        "regions", "region", Column("listeners", "People", unit="count"), Column("strange")
    )
    assert region == Column("region", meaning=meanings["region"])
    assert listeners == Column("listeners", "People", meanings["listeners"], "count")
    assert strange.meaning is None


def test_a_meaning_that_is_given_stays_and_a_link_keeps_its_own() -> None:
    given, linked = declared(
        "regions", Column("region", meaning="Mine."), Column("listeners", link="/x?y={region}")
    )
    assert given.meaning == "Mine."
    assert linked.meaning is None


def test_metrics_are_told_as_the_catalogue_has_them() -> None:
    assert measured(CATALOGUE, "log_loss", "accuracy") == [
        Column("log_loss", "Surprise", "Another.", "nats"),
        Column("accuracy", "How often right", "A meaning.", "share"),
    ]
    with pytest.raises(KeyError, match="f1"):
        measured(CATALOGUE, "f1")
