from __future__ import annotations

from dataclasses import replace

from app.views.data.card_facts import facts
from app.views.data.model_card import Facts, Measure, Sets, model_card
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import Makeup, Member, makeup

FACTS = Facts(
    label="Flat trees",
    meaning="Grows trees.",
    layers=2,
    makeup=Makeup(
        strength=0.25,
        members=(Member("network_1", 0.5, 0.25), Member("trees", 0.0, 0.0)),
        shrinkage=10.0,
    ),
    countries=41,
    regions=11,
    learned_from=14_613,
    artists=61_455,
    least_listeners=51,
    measured={
        "accuracy": Measure(0.449, 1813),
        "accuracy_smallest_10": Measure(None, 0),
        "log_loss": Measure(2.1, 9),
    },
    of_regions={"accuracy": Measure(0.61, 1813), "calibration_error": Measure(0.016, 1813)},
    never_found=12,
    countries_measured=41,
    sets=Sets(0.895, 13.6, 1813),
    blind=0.239,
)


def test_the_card_tells_quality_with_n(tiny_build: Build) -> None:
    card = model_card(tiny_build.manifest, FACTS)
    assert "- 45% right at the first guess (n = 1,813)" in card
    assert "ten smallest" not in card
    assert "- 61% right about the region at the first guess (n = 1,813)" in card
    assert "have their country in the set of countries" in card
    assert "where 90% should; a set has 13.6 countries on average (n = 1,813)" in card
    assert "2.1" not in card
    assert "Naming the largest country each time is right for 24%." in card
    assert "14,613 listeners and 61,455 artists; countries with fewer than 51" in card


def test_the_card_names_the_build_its_data_and_its_limits(tiny_build: Build) -> None:
    card = model_card(tiny_build.manifest, FACTS)
    assert card.startswith(f"# Model card of the build {tiny_build.id}\n")
    assert tiny_build.manifest.source.licence in card
    assert "It is an estimate of where people with such lists say they live." in card
    assert "nationality" in card
    assert "These listeners are **simulated**" in card
    assert "do not trust it about real ones" in card


def test_a_card_of_real_listeners_does_not_speak_of_simulation(tiny_build: Build) -> None:
    source = tiny_build.manifest.source.model_copy(
        update={"simulated": False, "label": "A survey", "licence": "CC0"}
    )
    card = model_card(tiny_build.manifest.model_copy(update={"source": source}), FACTS)
    assert "imulated" not in card
    assert "A survey. Licence: CC0. Countries are as the listeners state them" in card


def test_a_card_without_measurements_says_so(tiny_build: Build) -> None:
    bare = replace(
        FACTS,
        measured={},
        of_regions={},
        sets=None,
        blind=None,
        countries_measured=0,
        never_found=0,
    )
    card = model_card(tiny_build.manifest, bare)
    assert "There are no test listeners, so nothing was measured." in card
    assert "does badly" not in card


def test_the_card_tells_what_the_recipe_is_made_of(tiny_build: Build) -> None:
    card = model_card(tiny_build.manifest, FACTS)
    assert "- Network over artists, 1: weight 0.50 in layer 1, 0.25 in layer 2" in card
    assert "1 member more got no weight." in card
    assert "by 10 listeners' worth" in card
    assert "to the power of τ = 0.25" in card
    plain = model_card(tiny_build.manifest, replace(FACTS, layers=1, makeup=Makeup(0.0)))
    assert "pools" not in plain and "not raised afterwards (τ = 0)" in plain


def test_the_card_tells_what_it_does_badly(tiny_build: Build) -> None:
    small = {**FACTS.measured, "accuracy_smallest_10": Measure(0.02, 50)}
    card = model_card(tiny_build.manifest, replace(FACTS, measured=small))
    assert "In the ten smallest countries it is right at the first guess for 2.0%" in card
    assert "In 12 of 41 countries with test listeners, not one of them is found" in card


def test_the_facts_are_those_of_the_build(tiny_build: Build) -> None:
    found = facts(tiny_build)
    recipe = tiny_build.manifest.default_recipe
    value = tiny_build.read(
        "metrics",
        "recipe = ? AND part = 'test' AND view = 'regions' AND metric = 'accuracy'",
        [recipe],
    )
    assert found.of_regions["accuracy"] == (value["value"].item(), value["n"].item())
    covered = tiny_build.read("coverage", "recipe = ? AND part = 'test' AND region = ''", [recipe])
    assert found.sets is not None and found.sets.covered == covered["covered"].item()
    assert found.makeup == makeup(tiny_build, recipe)
    assert {member.name for member in makeup(tiny_build, "atlas").members} >= {"linear", "trees"}
