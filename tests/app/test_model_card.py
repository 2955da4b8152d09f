from __future__ import annotations

from dataclasses import replace

from app.model_card import Facts, model_card
from pipeline.core.builds import Build

FACTS = Facts(
    label="Flat trees",
    meaning="Grows trees.",
    countries=41,
    regions=11,
    learned_from=14_613,
    artists=61_455,
    least_listeners=51,
    measured={"accuracy": (0.449, 1813), "accuracy_smallest_10": (None, 0), "log_loss": (2.1, 9)},
    blind=0.239,
)


def test_the_card_tells_quality_with_n(tiny_build: Build) -> None:
    card = model_card(tiny_build.manifest, FACTS)
    assert "- 45% right at the first guess (n = 1,813)" in card
    assert "smallest" not in card
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
    card = model_card(tiny_build.manifest, replace(FACTS, measured={}, blind=None))
    assert "There are no test listeners, so nothing was measured." in card
