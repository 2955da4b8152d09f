"""The model card: what a build's default recipe predicts, from what, how well, and what not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.look.words import count, counted, percent
from pipeline.core.builds.manifest import Manifest
from pipeline.core.model.adjustment import COVERAGE
from pipeline.core.model.makeup import Makeup

_MEASURES = {
    "accuracy": "right at the first guess",
    "top_5_accuracy": "right within five guesses",
    "accuracy_largest_10": "right at the first guess in the ten largest countries",
    "calibration_error": "between the probability said of a country and how often it is right, on "
    "average",
}
_OF_REGIONS = {
    "accuracy": "right about the region at the first guess",
    "calibration_error": "between the probability said of a region and how often it is right, on "
    "average",
}


class Measure(NamedTuple):
    """A metric on test listeners: its value, None where undefined, and n."""

    value: float | None
    n: int


class Sets(NamedTuple):
    """How prediction sets fare on `n` test listeners."""

    covered: float
    mean_size: float
    n: int


@dataclass(frozen=True)
class Facts:
    """Figures of a build and its default recipe that its card tells.

    `measured` are metrics over countries, `of_regions` those over regions, all of them shares.
    `never_found` counts countries none of whose test listeners are found, of `countries_measured`
    that have some. `blind` is the accuracy of naming the largest country each time.
    """

    label: str
    meaning: str
    layers: int
    makeup: Makeup
    countries: int
    regions: int
    learned_from: int
    artists: int
    least_listeners: int
    measured: Mapping[str, Measure]
    of_regions: Mapping[str, Measure]
    never_found: int
    countries_measured: int
    sets: Sets | None
    blind: float | None


def model_card(manifest: Manifest, facts: Facts) -> str:
    """Write the card as Markdown."""
    return "\n\n".join(
        [
            f"# Model card of the build {manifest.id}",
            *_what(facts),
            *_made_of(facts),
            *_data(manifest, facts),
            *_quality(facts),
            *_badly(facts),
            *_limits(manifest),
        ]
    )


def _what(facts: Facts) -> list[str]:
    return [
        "## What it predicts",
        f"From the artists that somebody plays, a probability for each of {count(facts.countries)} "
        f"countries in {count(facts.regions)} regions: where people with such lists say they live.",
        f"Recipe used where none is named: **{facts.label}**. {facts.meaning}",
    ]


def _made_of(facts: Facts) -> list[str]:
    layers = (
        "Layer 1 says how probable each region is, layer 2 each country within its region; the "
        "product of both is the answer."
        if facts.layers == 2
        else "It says how probable each country is at once; regions are sums of their countries."
    )
    return ["## What it is made of", layers, *_pool(facts.makeup), _strength(facts.makeup)]


def _pool(makeup: Makeup) -> list[str]:
    if not makeup.members:
        return []
    lines = [
        f"- {member.label}: weight {member.region_weight:.2f} in layer 1, "
        f"{member.within_weight:.2f} in layer 2"
        for member in makeup.members
        if member.heard
    ]
    silent = len(makeup.members) - len(lines)
    told = "It pools what its members say, with weights fitted on validation listeners:"
    rest = f"{counted(silent, 'member', 'members')} more got no weight." if silent else ""
    shrunk = (
        f"Countries are drawn to their shares of the region by {makeup.shrinkage:g} listeners' "
        "worth."
        if makeup.shrinkage
        else ""
    )
    after = " ".join(words for words in (rest, shrunk) if words)
    return [f"{told}\n\n" + "\n".join(lines), *([after] if after else [])]


def _strength(makeup: Makeup) -> str:
    if makeup.strength == 0:
        return "Small countries are not raised afterwards (τ = 0)."
    return (
        f"Small countries are raised afterwards: each probability is divided by the country's "
        f"share of the training listeners to the power of τ = {makeup.strength:.2f}, chosen on "
        "validation listeners."
    )


def _data(manifest: Manifest, facts: Facts) -> list[str]:
    source = manifest.source
    kind = (
        "These listeners are **simulated**: a program invented them, their homes and their plays. "
        "The figures say how well the method finds what was planted, not how real people listen."
        if source.simulated
        else "Countries are as the listeners state them themselves."
    )
    return [
        "## Data",
        f"{source.label}. Licence: {source.licence}. {kind}",
        f"Learned from {count(facts.learned_from)} listeners and {count(facts.artists)} artists; "
        f"countries with fewer than {count(facts.least_listeners)} listeners are left out.",
    ]


def _quality(facts: Facts) -> list[str]:
    lines = [*_lines(facts.measured, _MEASURES), *_lines(facts.of_regions, _OF_REGIONS)]
    if facts.sets:
        lines.append(
            f"- {percent(facts.sets.covered)} have their country in the set of countries that "
            f"comes with an answer, where {COVERAGE:.0%} should; a set has "
            f"{facts.sets.mean_size:.1f} countries on average (n = {count(facts.sets.n)})"
        )
    blind = (
        f"Naming the largest country each time is right for {percent(facts.blind)}."
        if facts.blind is not None
        else ""
    )
    heading = "## Measured quality"
    if not lines:
        return [heading, "There are no test listeners, so nothing was measured."]
    told = "On test listeners, whom nothing was fitted or chosen on:\n\n" + "\n".join(lines)
    return [heading, told, *([blind] if blind else [])]


def _lines(measured: Mapping[str, Measure], words: Mapping[str, str]) -> Iterator[str]:
    for metric, said in words.items():
        value, n = measured.get(metric, Measure(None, 0))
        if value is not None:
            yield f"- {percent(value)} {said} (n = {count(n)})"


def _badly(facts: Facts) -> list[str]:
    lines = []
    smallest = facts.measured.get("accuracy_smallest_10", Measure(None, 0))
    if smallest.value is not None:
        lines.append(
            f"In the ten smallest countries it is right at the first guess for "
            f"{percent(smallest.value)} (n = {count(smallest.n)})."
        )
    if facts.countries_measured:
        lines.append(
            f"In {count(facts.never_found)} of "
            f"{counted(facts.countries_measured, 'country', 'countries')} with test listeners, not "
            "one of them is found at the first guess."
        )
    if not lines:
        return []
    return ["## What it does badly", "\n".join(f"- {line}" for line in lines)]


def _limits(manifest: Manifest) -> list[str]:
    lines = [
        "It is an estimate of where people with such lists say they live. It says nothing of "
        "anybody's nationality, ethnicity or language, and must not be used to decide about a "
        "person.",
        "It knows only who is in the data: people who log what they play, most of them in few "
        "countries. Places with few listeners are rarely named, whoever asks.",
        "Taste moves with the years; the data stand still. Artists that are not in the build "
        "count for nothing.",
        "Country labels are what people wrote, unchecked, and some are written in jest.",
    ]
    if manifest.source.simulated:
        lines.insert(0, "Trained on simulated listeners: do not trust it about real ones.")
    return ["## Limits and care", "\n".join(f"- {line}" for line in lines)]
