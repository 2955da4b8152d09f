"""What holds for every body, those not written yet too."""

from __future__ import annotations

import importlib
import json
import pkgutil
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.serving import bodies
from app.serving.bodies.base import Answer, Body
from app.serving.bodies.lists import ListBody, PlayBody, PredictBody, ScoreBody

for module in pkgutil.iter_modules(bodies.__path__):
    importlib.import_module(f"{bodies.__name__}.{module.name}")


def kinds(base: type[BaseModel]) -> list[type[BaseModel]]:
    """All classes below a base."""
    return [found for one in base.__subclasses__() for found in (one, *kinds(one))]


SENT, ANSWERED = kinds(Body), kinds(Answer)


@pytest.mark.parametrize("kind", [*SENT, *ANSWERED])
def test_each_body_says_what_it_is_and_takes_no_other_field(kind: type[BaseModel]) -> None:
    assert kind.__doc__
    assert kind.model_config["extra"] == "forbid"
    assert kind.model_config["frozen"] is True


@pytest.mark.parametrize(
    "kind", [kind for kind in SENT if "json_schema_extra" in kind.model_config]
)
def test_each_example_is_taken(kind: type[BaseModel]) -> None:
    extra: Any = kind.model_config["json_schema_extra"]
    kind.model_validate_json(json.dumps(extra["example"]))


def test_numbers_are_no_text_and_whole_ones_may_have_a_point() -> None:
    play = [{"artist_name": "Kult"}]
    taken = ListBody.model_validate({"top_artists": play, "total_scrobbles": 23.0})
    assert taken.total_scrobbles == 23
    assert isinstance(taken.total_scrobbles, int)
    for wrong in (23.5, "23", -1, 10**15 + 1, True):
        with pytest.raises(ValidationError):
            ListBody.model_validate({"top_artists": play, "total_scrobbles": wrong})


@pytest.mark.parametrize(
    ("kind", "field", "wrong"),
    [
        (PlayBody, {"artist_name": ""}, "artist_name"),
        (PlayBody, {"artist_name": "x" * 1001}, "artist_name"),
        (PlayBody, {"artist_name": "Kult", "playcount": float("inf")}, "playcount"),
        (PredictBody, {"top_artists": [{"artist_name": "Kult"}], "tau": 1.01}, "tau"),
        (PredictBody, {"top_artists": [{"artist_name": "Kult"}], "top_k": 0}, "top_k"),
        (ScoreBody, {"listeners": []}, "listeners"),
    ],
)
def test_bounds_are_kept(kind: type[BaseModel], field: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(field)
    assert [error["loc"] for error in caught.value.errors()] == [(wrong,)]
