"""Numbers and findings in words, the same way on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

_MOST_OF_IT = 0.8
_NAMED = 3
_WORTH_NAMING = 0.02
_CLEARLY_MORE = 1.25


def percent(share: float) -> str:
    """Write a share of 1 as a percentage, with more digits the smaller it is."""
    if share >= 0.0995:
        return f"{share:.0%}"
    if share >= 0.001:
        return f"{share:.1%}"
    return "<0.1%" if share > 0 else "0%"


def count(number: float) -> str:
    """Write a whole number with thousands apart."""
    return f"{number:,.0f}"


def counted(number: int, one: str, many: str) -> str:
    """Write a number with the noun in its right form: 1 country, 2 countries."""
    return f"{count(number)} {one if number == 1 else many}"


def listed(names: Sequence[str]) -> str:
    """Join names with commas and a last "and"; empty for none."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def moment(iso: str) -> str:
    """Write an ISO 8601 time as 3 May 2025, 14:05 UTC."""
    time = datetime.fromisoformat(iso)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def seconds(duration: float) -> str:
    """Write a duration roughly: 40 seconds, 3 minutes."""
    if duration < 90:
        return f"{max(round(duration), 1)} s"
    return f"{round(duration / 60)} min"


def plain(text: str) -> str:
    """Make foreign text, such as an artist's name, safe to stand within Markdown."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>()#+-.!|~$:&" else char for char in text)


def verdict(country: pd.DataFrame, region: pd.DataFrame) -> str:
    """Say where a list points, in one Markdown sentence.

    Parameters
    ----------
    country, region : DataFrame
        As in a Prediction: sorted by falling probability.
    """
    worth_naming = country["probability"].ge(_WORTH_NAMING) | (country.index == country.index[0])
    first, *others = [
        f"**{row.country_name}** ({percent(row.probability)})"
        for row in country[worth_naming].head(_NAMED).itertuples()
    ]
    then = f", then {listed(others)}" if others else ""
    top = region.iloc[0]
    return (
        f"Most like listeners in {first}{then}. "
        f"The likeliest region is **{top['region']}** ({percent(top['probability'])})."
    )


def sureness(country: pd.DataFrame) -> str:
    """Say how far the probability is spread, and what the list adds to a blind guess."""
    needed = int((country["probability"].cumsum() < _MOST_OF_IT).sum()) + 1
    spread = (
        "That one country holds at least 80% of the probability."
        if needed == 1
        else f"It takes {needed} countries to hold 80% of the probability."
    )
    top = country.iloc[0]
    base = f"{top['country_name']} has {percent(top['share'])} of the listeners learned from"
    ratio = top["probability"] / top["share"] if top["share"] > 0 else float("inf")
    if ratio < _CLEARLY_MORE:
        return f"{spread} {base}, so the list itself says little in its favour."
    return f"{spread} {base}; the list makes it {_times(ratio)} as likely."


def _times(ratio: float) -> str:
    if ratio == float("inf"):
        return "far more than"
    return f"{ratio:.1f} times" if ratio < 10 else f"{ratio:,.0f} times"
