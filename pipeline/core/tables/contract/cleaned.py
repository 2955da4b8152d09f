"""Listeners, artists, plays, countries and regions once they are cleaned, and the split."""

from __future__ import annotations

from pipeline.core.tables.columns import boolean, float64, int32, int64, text
from pipeline.core.tables.contract.constants import PARTS
from pipeline.core.tables.declaration import Storage, Table


class LabelledListeners(Table, key=("listener",), storage=Storage.WORK):
    """Listeners whose country is known, one row a listener."""

    listener = int32("The listener.", at_least=0)
    user_id = text("The source's own name for the listener.")
    country = text("ISO 3166-1 alpha-2 code of the stated country.")
    total_scrobbles = int64(
        "Plays over the listener's whole history; null where unknown.", null=True, at_least=0
    )
    kept = boolean("Whether the listener takes part in training.")


class Artists(Table, key=("artist",), storage=Storage.DATABASE):
    """Artists of the cleaned plays, one row an artist; number 0 has the most listeners."""

    artist = int32("Dense number of the artist, from 0.", at_least=0)
    artist_name = text("The most used spelling, repaired.")
    identity_key = text("What spellings of one artist have in common.")
    mbid = text("MusicBrainz id; null where unknown.", null=True)
    listeners = int32("Listeners who have the artist.", at_least=1)
    plays = int64(
        "Total plays; the number of listeners where the source has no play counts.", at_least=0
    )


class CleanedPlays(Table, key=("listener", "artist"), storage=Storage.WORK):
    """Plays of labelled listeners, repaired, one row a listener and artist."""

    listener = int32("The listener.", at_least=0)
    artist = int32("The artist.", at_least=0)
    rank = int32("Rank among the listener's artists, from 1.", at_least=1)
    playcount = float64(
        "Times played, a missing one filled from its neighbours by rank; null where the listener "
        "has none at all.",
        null=True,
        at_least=0,
    )


class Regions(Table, key=("region",), storage=Storage.DATABASE):
    """Regions of the chosen grouping that have a kept country, in the grouping's order."""

    region = text("Name of the region.")
    position = int32(
        "Dense number of the region: its position in probability vectors and charts.", at_least=0
    )
    countries = int32("Kept countries in the region.", at_least=1)
    listeners = int32("Kept listeners in the region.", at_least=1)


class Countries(Table, key=("country",), storage=Storage.DATABASE):
    """Countries that some listener states, one row a country."""

    country = text("ISO 3166-1 alpha-2 code.")
    country_name = text("Name to show.")
    iso3 = text("ISO 3166-1 alpha-3 code, as world maps want it.")
    region = text("Region of the country in the chosen grouping.")
    joke = boolean("Whether the label is mostly chosen in jest.")
    listeners = int32("Listeners who state the country.", at_least=1)
    kept = boolean("Whether enough listeners state it to train on.")
    position = int32(
        "Dense number of a kept country, by code: its position in probability vectors; null for "
        "the others.",
        null=True,
        at_least=0,
    )
    train_listeners = int32("Listeners trained on.", at_least=0)
    valid_listeners = int32("Listeners in validation.", at_least=0)
    test_listeners = int32("Listeners in test.", at_least=0)


class Split(Table, key=("listener",), storage=Storage.WORK):
    """The part of every kept listener."""

    listener = int32("The listener.", at_least=0)
    country = text("The stated country.")
    part = text("What the listener serves for: fitting, choosing or reporting.", one_of=PARTS)
