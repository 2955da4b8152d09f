"""What is learnt of artists and listeners before any recipe: vectors and evidence."""

from __future__ import annotations

from pipeline.core.tables.columns import float32, float32_vector, int32, text
from pipeline.core.tables.declaration import Storage, Table


class ArtistVectors(Table, key=("artist",), storage=Storage.PARQUET):
    """Where each artist that training listeners play often enough lies in taste."""

    artist = int32("The artist.", at_least=0)
    vector = float32_vector("Coordinates in taste space.")


class ListenerVectors(Table, key=("listener",), storage=Storage.WORK):
    """Weighted mean of the vectors of a listener's artists, one row a kept listener."""

    listener = int32("The listener.", at_least=0)
    vector = float32_vector("Weighted mean of the artists' vectors; all 0 where none is known.")
    log_scrobbles = float32(
        "Natural logarithm of 1 + total scrobbles; null where unknown.", null=True, at_least=0
    )
    known_artists = int32("Artists that have a vector.", at_least=0)


class NameGrams(Table, key=("gram",), storage=Storage.PARQUET):
    """What parts of artists' names say of where they are played, one row a part."""

    gram = text(
        "Letters in a row within a name, its ends marked, or a script; empty for every name."
    )
    vector = float32_vector(
        "What it adds to the logits: regions by position, then countries within their regions by "
        "position."
    )


class ArtistEvidence(Table, key=("artist",), storage=Storage.PARQUET):
    """What each artist says of where a listener lives, shrunk where few have it."""

    artist = int32("The artist.", at_least=0)
    training_listeners = int32("Training listeners who have the artist.", at_least=0)
    vector = float32_vector(
        "Natural logarithms of how many times likelier the artist makes each region, by position, "
        "then each country within its region, by position."
    )


class ListenerEvidence(Table, key=("listener",), storage=Storage.WORK):
    """What a listener's artists say together; of training listeners without their own word."""

    listener = int32("The listener.", at_least=0)
    vector = float32_vector("Weighted sum of the artists' evidence over the root of the weights.")
