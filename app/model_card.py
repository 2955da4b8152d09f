"""The model card: what a build's default recipe predicts, from what, how well, and what not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.words import count, percent
from pipeline.core.manifest import Manifest

_MEASURES = {
    "accuracy": "right at the first guess",
    "top_5_accuracy": "right within five guesses",
    "accuracy_largest_10": "right at the first guess in the ten largest countries",
    "accuracy_smallest_10": "right at the first guess in the ten smallest countries",
    "calibration_error": "between the probability said and how often it is right, on average",
}


@dataclass(frozen=True)
class Facts:
    """Figures of a build that its card tells.

    `measured` gives value (a share; None where undefined) and n of metrics on test listeners;
    `blind` is the accuracy of naming the largest country each time.
    """

    label: str
    meaning: str
    countries: int
    regions: int
    learned_from: int
    artists: int
    least_listeners: int
    measured: Mapping[str, tuple[float | None, int]]
    blind: float | None


def model_card(manifest: Manifest, facts: Facts) -> str:
    """Write the card as Markdown."""
    return "\n\n".join(
        [
            f"# Model card of the build {manifest.id}",
            *_what(facts),
            *_data(manifest, facts),
            *_quality(facts),
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
    lines = [
        f"- {percent(value)} {words} (n = {count(n)})"
        for metric, words in _MEASURES.items()
        for value, n in [facts.measured.get(metric, (None, 0))]
        if value is not None
    ]
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
