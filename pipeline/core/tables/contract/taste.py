"""Where artists and countries belong by taste: typical artists, maps and neighbours."""

from __future__ import annotations

from pipeline.core.tables.columns import float32, float32_vector, float64, int32, text
from pipeline.core.tables.declaration import Storage, Table


class ArtistProfiles(Table, key=("artist",), storage=Storage.DATABASE):
    """Where each artist belongs, one row an artist."""

    artist = int32("The artist.", at_least=0)
    country = text("Kept country of which the artist is most typical, by shrunk lift.")
    region = text("Region of that country.")
    lift = float64(
        "How many times as common the artist is there as among all listeners, shrunk towards 1 "
        "where few have it.",
        at_least=0,
    )
    locality = float64(
        "Share of the artist's listeners who would have to live elsewhere for it to be spread as "
        "all listeners are; 0 is everywhere alike.",
        at_least=0,
        at_most=1,
    )


class TypicalArtists(Table, key=("country", "rank"), storage=Storage.DATABASE):
    """Artists that are most typical of each kept country, by lift over all listeners."""

    country = text("The country.")
    rank = int32("Rank among the country's artists, by lift.", at_least=1)
    artist = int32("The artist.", at_least=0)
    listeners = int32("Listeners in the country who have the artist.", at_least=1)
    lift = float64(
        "How many times as common the artist is there as among all listeners, shrunk towards 1 "
        "where few have it.",
        at_least=0,
    )


class ListLocality(Table, key=("percent",), storage=Storage.DATABASE):
    """How local the lists of kept listeners are, so that one list can be placed among them."""

    percent = int32("Percentage of the lists that are no more local.", at_least=0, at_most=100)
    locality = float64("Mean locality of the list's artists.", at_least=0, at_most=1)


class ArtistMap(Table, key=("artist",), storage=Storage.DATABASE):
    """Every artist with a vector on a plane: near artists are played by the same listeners."""

    artist = int32("The artist.", at_least=0)
    x = float32("Position from left to right; only distances mean something.")
    y = float32("Position from bottom to top; only distances mean something.")


class ArtistNeighbours(Table, key=("artist", "rank"), storage=Storage.DATABASE):
    """The nearest artists of each artist with a vector."""

    artist = int32("The artist.", at_least=0)
    rank = int32("Rank among the neighbours; 1 is nearest.", at_least=1)
    neighbour = int32("The neighbour.", at_least=0)
    similarity = float32(
        "Cosine of the angle between the vectors.", at_least=-1.0001, at_most=1.0001
    )


class CountryMap(Table, key=("country",), storage=Storage.DATABASE):
    """Kept countries on a plane by taste: near countries play alike."""

    country = text("The country.")
    x = float32("Position from left to right; only distances mean something.")
    y = float32("Position from bottom to top; only distances mean something.")


class CountryTastes(Table, key=("country",), storage=Storage.PARQUET):
    """Where each kept country lies in taste space, seen from the mean of all countries."""

    country = text("The country; empty for the mean of all countries itself.")
    vector = float32_vector(
        "Direction of the mean training listener, of length 1; the mean of all countries as it is."
    )


class CountryNeighbours(Table, key=("country", "rank"), storage=Storage.DATABASE):
    """How alike the tastes of kept countries are, every ordered pair."""

    country = text("The country.")
    rank = int32("Rank among the neighbours; 1 is nearest.", at_least=1)
    neighbour = text("The other country.")
    similarity = float32(
        "Cosine of the angle between the mean training listeners of both, seen from the mean of "
        "all countries.",
        at_least=-1.0001,
        at_most=1.0001,
    )
