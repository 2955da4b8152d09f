"""How popular artists are in countries, by rank."""

from __future__ import annotations

from pipeline.core.tables.columns import float64, int32, text
from pipeline.core.tables.declaration import Storage, Table


class ArtistRankInCountry(Table, key=("country", "artist"), storage=Storage.DATABASE):
    """Total plays of each artist in each country, and the artist's rank there."""

    country = text("The country.")
    artist = int32("The artist.", at_least=0)
    plays = float64(
        "Plays of the artist in the country; listeners where the source has no play counts.",
        at_least=0,
    )
    listeners = int32("Listeners in the country who have the artist.", at_least=1)
    rank = int32(
        "Rank of the artist in the country by plays; equal plays share a rank.", at_least=1
    )


class CountryRankPerArtist(Table, key=("artist", "country"), storage=Storage.DATABASE):
    """Where each artist is played, by normalised popularity."""

    artist = int32("The artist.", at_least=0)
    country = text("The country.")
    plays = float64("Plays of the artist in the country.", at_least=0)
    popularity = float64(
        "Normalised popularity: the artist's plays in the country as a share of all plays there.",
        at_least=0,
        at_most=1,
    )
    rank = int32(
        "Rank of the country for the artist by normalised popularity; equal ones share a rank.",
        at_least=1,
    )
