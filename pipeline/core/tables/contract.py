"""Every table that leaves a stage: columns, types, bounds, keys and meaning, declared once.

From these declarations come the checks that the store makes in SQL, the column help in the app,
and the generated ``artifacts/README.md``. A table that is not declared here cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd
from pandera.typing import Series

from pipeline.core.tables.declaration import Declaration, Place, Table, column, declared_tables

SCHEMA_VERSION = 1
"""Raised whenever a reader of the last version could not read a build of this one."""

PARTS = ("train", "valid", "test")
"""The parts of a split, in order: fitted on, chosen on, only reported."""


# --- as read from a source -----------------------------------------------------------------------


class Listeners(Table):
    """Listeners as the source gives them, one row a listener."""

    listener: Series[pd.Int32Dtype] = column("Dense number of the listener, from 0.", at_least=0)
    user_id: Series[pd.StringDtype] = column("The source's own name for the listener.")
    country_label: Series[pd.StringDtype] = column(
        "Country as the listener wrote it; null where it was left out.", null=True
    )
    total_scrobbles: Series[pd.Int64Dtype] = column(
        "Plays over the listener's whole history; null where unknown.", null=True, at_least=0
    )

    class Config:
        """One row a listener, kept between stages only."""

        unique = ["listener"]
        metadata = {"place": Place.WORK}


class Plays(Table):
    """Favourite artists as the source gives them, one row a listener and rank."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    rank: Series[pd.Int32Dtype] = column(
        "Place among the listener's artists; 1 is the most played.", at_least=1
    )
    artist_name: Series[pd.StringDtype] = column("Name as the source spells it.")
    playcount: Series[pd.Int64Dtype] = column(
        "Times the listener played the artist; null where unknown.", null=True, at_least=0
    )
    mbid: Series[pd.StringDtype] = column("MusicBrainz id; null where unknown.", null=True)

    class Config:
        """One row a listener and rank."""

        unique = ["listener", "rank"]
        metadata = {"place": Place.WORK}


class Quarantine(Table):
    """Rows of the source that could not be read, with the reason."""

    file: Series[pd.StringDtype] = column("Name of the file.")
    row_number: Series[pd.Int64Dtype] = column(
        "Number of the row in its file; the first row, a header included, is 1; null where a "
        "Parquet file has no order.",
        null=True,
        at_least=1,
    )
    reason: Series[pd.StringDtype] = column("Why the row was set aside, in a few words.")
    expected: Series[pd.StringDtype] = column("What was expected instead.")
    content: Series[pd.StringDtype] = column("The row as it stands in the file.", null=True)

    class Config:
        """Small unless the source is broken."""

        metadata = {"place": Place.DATABASE}


class RowCounts(Table):
    """What became of every row that was read: rows read = rows kept + rows set aside."""

    step: Series[pd.StringDtype] = column(
        "The step that looked at the rows.", one_of=("ingest", "clean")
    )
    rows_of: Series[pd.StringDtype] = column(
        "What a row is: a listener or a play.", one_of=("listeners", "plays")
    )
    outcome: Series[pd.StringDtype] = column(
        "Whether the rows were read, kept or set aside.", one_of=("read", "kept", "set aside")
    )
    reason: Series[pd.StringDtype] = column("Why rows were set aside; empty for the others.")
    rows: Series[pd.Int64Dtype] = column("Number of rows.", at_least=0)

    class Config:
        """One row a step, kind, outcome and reason."""

        unique = ["step", "rows_of", "outcome", "reason"]
        metadata = {"place": Place.DATABASE}


class IngestCounts(RowCounts):
    """What became of every row of the source's files while they were read."""

    class Config:
        """The same columns as row_counts, for the reading alone."""

        unique = ["step", "rows_of", "outcome", "reason"]
        metadata = {"place": Place.WORK}


# --- cleaned -------------------------------------------------------------------------------------


class LabelledListeners(Table):
    """Listeners whose country is known, one row a listener."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    user_id: Series[pd.StringDtype] = column("The source's own name for the listener.")
    country: Series[pd.StringDtype] = column("ISO 3166-1 alpha-2 code of the stated country.")
    total_scrobbles: Series[pd.Int64Dtype] = column(
        "Plays over the listener's whole history; null where unknown.", null=True, at_least=0
    )
    kept: Series[pd.BooleanDtype] = column("Whether the listener takes part in training.")

    class Config:
        """One row a listener."""

        unique = ["listener"]
        metadata = {"place": Place.WORK}


class Artists(Table):
    """Artists of the cleaned plays, one row an artist; number 0 has the most listeners."""

    artist: Series[pd.Int32Dtype] = column("Dense number of the artist, from 0.", at_least=0)
    artist_name: Series[pd.StringDtype] = column("The most used spelling, repaired.")
    identity_key: Series[pd.StringDtype] = column("What spellings of one artist have in common.")
    mbid: Series[pd.StringDtype] = column("MusicBrainz id; null where unknown.", null=True)
    listeners: Series[pd.Int32Dtype] = column("Listeners who have the artist.", at_least=1)
    plays: Series[pd.Int64Dtype] = column(
        "Total plays; the number of listeners where the source has no play counts.", at_least=0
    )

    class Config:
        """One row an artist."""

        unique = ["artist"]
        metadata = {"place": Place.DATABASE}


class CleanedPlays(Table):
    """Plays of labelled listeners, repaired, one row a listener and artist."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    rank: Series[pd.Int32Dtype] = column("Place among the listener's artists, from 1.", at_least=1)
    playcount: Series[pd.Float64Dtype] = column(
        "Times played, a missing one filled from its neighbours by rank; null where the listener "
        "has none at all.",
        null=True,
        at_least=0,
    )

    class Config:
        """One row a listener and artist."""

        unique = ["listener", "artist"]
        metadata = {"place": Place.WORK}


class Regions(Table):
    """Regions of the chosen grouping that have a kept country, in the grouping's order."""

    region: Series[pd.StringDtype] = column("Name of the region.")
    position: Series[pd.Int32Dtype] = column(
        "Dense number of the region: its place in probability vectors and charts.", at_least=0
    )
    countries: Series[pd.Int32Dtype] = column("Kept countries in the region.", at_least=1)
    listeners: Series[pd.Int32Dtype] = column("Kept listeners in the region.", at_least=1)

    class Config:
        """One row a region."""

        unique = ["region"]
        metadata = {"place": Place.DATABASE}


class Countries(Table):
    """Countries that some listener states, one row a country."""

    country: Series[pd.StringDtype] = column("ISO 3166-1 alpha-2 code.")
    country_name: Series[pd.StringDtype] = column("Name to show.")
    iso3: Series[pd.StringDtype] = column("ISO 3166-1 alpha-3 code, as world maps want it.")
    region: Series[pd.StringDtype] = column("Region of the country in the chosen grouping.")
    joke: Series[pd.BooleanDtype] = column("Whether the label is mostly chosen in jest.")
    listeners: Series[pd.Int32Dtype] = column("Listeners who state the country.", at_least=1)
    kept: Series[pd.BooleanDtype] = column("Whether enough listeners state it to train on.")
    position: Series[pd.Int32Dtype] = column(
        "Dense number of a kept country, by code: its place in probability vectors; null for the "
        "others.",
        null=True,
        at_least=0,
    )
    train_listeners: Series[pd.Int32Dtype] = column("Listeners trained on.", at_least=0)
    valid_listeners: Series[pd.Int32Dtype] = column("Listeners in validation.", at_least=0)
    test_listeners: Series[pd.Int32Dtype] = column("Listeners in test.", at_least=0)

    class Config:
        """One row a country."""

        unique = ["country"]
        metadata = {"place": Place.DATABASE}


class Split(Table):
    """The part of every kept listener."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    country: Series[pd.StringDtype] = column("The stated country.")
    part: Series[pd.StringDtype] = column(
        "What the listener serves for: fitting, choosing or reporting.", one_of=PARTS
    )

    class Config:
        """One row a kept listener."""

        unique = ["listener"]
        metadata = {"place": Place.WORK}


# --- rank tables ---------------------------------------------------------------------------------


class ArtistRankInCountry(Table):
    """Total plays of each artist in each country, and the artist's rank there."""

    country: Series[pd.StringDtype] = column("The country.")
    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    plays: Series[pd.Float64Dtype] = column(
        "Plays of the artist in the country; listeners where the source has no play counts.",
        at_least=0,
    )
    listeners: Series[pd.Int32Dtype] = column(
        "Listeners in the country who have the artist.", at_least=1
    )
    rank: Series[pd.Int32Dtype] = column(
        "Rank of the artist in the country by plays; equal plays share a rank.", at_least=1
    )

    class Config:
        """One row a country and artist."""

        unique = ["country", "artist"]
        metadata = {"place": Place.DATABASE}


class CountryRankPerArtist(Table):
    """Where each artist is played, by normalised popularity."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    country: Series[pd.StringDtype] = column("The country.")
    plays: Series[pd.Float64Dtype] = column("Plays of the artist in the country.", at_least=0)
    popularity: Series[pd.Float64Dtype] = column(
        "Normalised popularity: the artist's plays in the country as a share of all plays there.",
        at_least=0,
        at_most=1,
    )
    rank: Series[pd.Int32Dtype] = column(
        "Rank of the country for the artist by normalised popularity; equal ones share a rank.",
        at_least=1,
    )

    class Config:
        """One row an artist and country."""

        unique = ["artist", "country"]
        metadata = {"place": Place.DATABASE}


# --- vectors -------------------------------------------------------------------------------------


class ArtistVectors(Table):
    """Where each artist that training listeners play often enough lies in taste."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    vector: Series[pd.StringDtype] = column("Coordinates in taste space.", vector=True)

    class Config:
        """One row an artist with a vector."""

        unique = ["artist"]
        metadata = {"place": Place.PARQUET}


class ListenerVectors(Table):
    """Weighted mean of the vectors of a listener's artists, one row a kept listener."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    vector: Series[pd.StringDtype] = column(
        "Weighted mean of the artists' vectors; all 0 where none is known.", vector=True
    )
    log_scrobbles: Series[pd.Float32Dtype] = column(
        "Natural logarithm of 1 + total scrobbles; null where unknown.", null=True, at_least=0
    )
    known_artists: Series[pd.Int32Dtype] = column("Artists that have a vector.", at_least=0)

    class Config:
        """One row a kept listener."""

        unique = ["listener"]
        metadata = {"place": Place.WORK}


# --- evidence ------------------------------------------------------------------------------------


class NameGrams(Table):
    """What parts of artists' names say of where they are played, one row a part."""

    gram: Series[pd.StringDtype] = column(
        "Letters in a row within a name, its ends marked, or a script; empty for every name."
    )
    vector: Series[pd.StringDtype] = column(
        "What it adds to the logits: regions by position, then countries within their regions by "
        "position.",
        vector=True,
    )

    class Config:
        """One row a part of a name."""

        unique = ["gram"]
        metadata = {"place": Place.PARQUET}


class ArtistEvidence(Table):
    """What each artist says of where a listener lives, shrunk where few have it."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    training_listeners: Series[pd.Int32Dtype] = column(
        "Training listeners who have the artist.", at_least=0
    )
    vector: Series[pd.StringDtype] = column(
        "Natural logarithms of how many times likelier the artist makes each region, by position, "
        "then each country within its region, by position.",
        vector=True,
    )

    class Config:
        """One row an artist."""

        unique = ["artist"]
        metadata = {"place": Place.PARQUET}


class ListenerEvidence(Table):
    """What a listener's artists say together; of training listeners without their own word."""

    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    vector: Series[pd.StringDtype] = column(
        "Weighted sum of the artists' evidence over the root of the weights.", vector=True
    )

    class Config:
        """One row a kept listener."""

        unique = ["listener"]
        metadata = {"place": Place.WORK}


# --- recipes and what they are worth -------------------------------------------------------------


class Recipes(Table):
    """Recipes of the build, one row a recipe."""

    recipe: Series[pd.StringDtype] = column("Name of the recipe.")
    label: Series[pd.StringDtype] = column("Name to show.")
    meaning: Series[pd.StringDtype] = column("What the recipe does, in one sentence.")
    layers: Series[pd.Int32Dtype] = column(
        "Layers: 1 where countries are predicted at once, 2 where regions come first.",
        at_least=1,
        at_most=2,
    )

    class Config:
        """One row a recipe; written by each recipe's own task."""

        unique = ["recipe"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class TrainingLog(Table):
    """Log loss while a model learns."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    model: Series[pd.StringDtype] = column(
        "The model within the recipe: countries, regions, or the region of a second layer."
    )
    iteration: Series[pd.Int32Dtype] = column("Boosting round, from 1.", at_least=1)
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=("train", "valid"))
    log_loss: Series[pd.Float64Dtype] = column("Mean log loss, in nats.", at_least=0)

    class Config:
        """One row a recipe, model, iteration and part."""

        unique = ["recipe", "model", "iteration", "part"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class Predictions(Table):
    """What each recipe says of the listeners that it was not trained on."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    listener: Series[pd.Int32Dtype] = column("The listener.", at_least=0)
    part: Series[pd.StringDtype] = column("Part of the listener.", one_of=("valid", "test"))
    country: Series[pd.StringDtype] = column("The stated country.")
    predicted: Series[pd.StringDtype] = column("The most probable country.")
    probability: Series[pd.Float32Dtype] = column(
        "Probability of the most probable country.", at_least=0, at_most=1
    )
    probability_of_truth: Series[pd.Float32Dtype] = column(
        "Probability given to the stated country.", at_least=0, at_most=1
    )
    rank_of_truth: Series[pd.Int32Dtype] = column(
        "Rank of the stated country among the probabilities; 1 is right at once.", at_least=1
    )

    class Config:
        """One row a recipe and listener."""

        unique = ["recipe", "listener"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


VIEWS = ("countries", "regions", "country", "region", "within")


class Metrics(Table):
    """How good each recipe is, one row a recipe, part, view, subject and metric."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=PARTS)
    view: Series[pd.StringDtype] = column(
        "What is measured: all countries or all regions at once; one country or one region against "
        "the rest; the countries within one region among that region's listeners.",
        one_of=VIEWS,
    )
    subject: Series[pd.StringDtype] = column(
        "The country or region that the row is about; empty where it is about all."
    )
    metric: Series[pd.StringDtype] = column("Name of the metric, as in metric_catalogue.")
    value: Series[pd.Float64Dtype] = column("The value; null where it is undefined.", null=True)
    n: Series[pd.Int32Dtype] = column("Listeners that the value rests on.", at_least=0)

    class Config:
        """One row a recipe, part, view, subject and metric."""

        unique = ["recipe", "part", "view", "subject", "metric"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class MetricCatalogue(Table):
    """Metrics as declared: how to name, format and read them."""

    metric: Series[pd.StringDtype] = column("Name of the metric.")
    label: Series[pd.StringDtype] = column("Name to show.")
    unit: Series[pd.StringDtype] = column(
        "What the value counts in.", one_of=("share", "nats", "bits", "count", "classes")
    )
    better: Series[pd.StringDtype] = column(
        "Which direction is better.", one_of=("higher", "lower", "neither")
    )
    meaning: Series[pd.StringDtype] = column("What it says, in one sentence.")

    class Config:
        """One row a metric."""

        unique = ["metric"]
        metadata = {"place": Place.DATABASE}


class Confusion(Table):
    """How often each truth is taken for what; pairs that never occur are left out."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=PARTS)
    view: Series[pd.StringDtype] = column(
        "Countries or regions over all listeners, or the countries within one region.",
        one_of=("countries", "regions", "within"),
    )
    subject: Series[pd.StringDtype] = column("The region for the view within; empty otherwise.")
    truth: Series[pd.StringDtype] = column("The stated country or its region.")
    predicted: Series[pd.StringDtype] = column("The most probable country or region.")
    n: Series[pd.Int32Dtype] = column("Listeners.", at_least=1)

    class Config:
        """One row a recipe, part, view, subject, truth and prediction."""

        unique = ["recipe", "part", "view", "subject", "truth", "predicted"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class Calibration(Table):
    """Whether probabilities mean what they say: listeners by the probability of the first guess."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=PARTS)
    view: Series[pd.StringDtype] = column(
        "Whether countries or regions were guessed.", one_of=("countries", "regions")
    )
    bin: Series[pd.Int32Dtype] = column(
        "Number of the bin, from 0; bins are equally wide and empty ones are left out.", at_least=0
    )
    confidence: Series[pd.Float64Dtype] = column(
        "Mean probability of the first guess in the bin.", at_least=0, at_most=1
    )
    accuracy: Series[pd.Float64Dtype] = column(
        "Share of the bin's listeners whose first guess is right.", at_least=0, at_most=1
    )
    n: Series[pd.Int32Dtype] = column("Listeners in the bin.", at_least=1)

    class Config:
        """One row a recipe, part, view and bin."""

        unique = ["recipe", "part", "view", "bin"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class TopK(Table):
    """How often the truth is among the k most probable."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=PARTS)
    view: Series[pd.StringDtype] = column(
        "Whether countries or regions were guessed.", one_of=("countries", "regions")
    )
    k: Series[pd.Int32Dtype] = column("Guesses allowed.", at_least=1)
    accuracy: Series[pd.Float64Dtype] = column(
        "Share of listeners whose truth is among the k most probable.", at_least=0, at_most=1
    )
    n: Series[pd.Int32Dtype] = column("Listeners.", at_least=1)

    class Config:
        """One row a recipe, part, view and k."""

        unique = ["recipe", "part", "view", "k"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class PriorAdjustment(Table):
    """What moving the prior does: metrics by the strength with which small countries are raised."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=("valid", "test"))
    tau: Series[pd.Float64Dtype] = column(
        "Strength of the adjustment: 0 leaves the probabilities, 1 takes the prior out.",
        at_least=0,
    )
    metric: Series[pd.StringDtype] = column("Name of the metric, as in metric_catalogue.")
    value: Series[pd.Float64Dtype] = column("The value; null where it is undefined.", null=True)
    n: Series[pd.Int32Dtype] = column("Listeners that the value rests on.", at_least=0)

    class Config:
        """One row a recipe, part, strength and metric."""

        unique = ["recipe", "part", "tau", "metric"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class Coverage(Table):
    """How often prediction sets hold the truth, and how large they are."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=("valid", "test"))
    region: Series[pd.StringDtype] = column(
        "Region of the stated country; empty for all listeners."
    )
    covered: Series[pd.Float64Dtype] = column(
        "Share of the listeners whose country is in their set.", at_least=0, at_most=1
    )
    mean_size: Series[pd.Float64Dtype] = column("Mean number of countries in a set.", at_least=0)
    median_size: Series[pd.Float64Dtype] = column(
        "Median number of countries in a set.", at_least=0
    )
    n: Series[pd.Int32Dtype] = column("Listeners.", at_least=1)

    class Config:
        """One row a recipe, part and region."""

        unique = ["recipe", "part", "region"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class AccuracyByKnown(Table):
    """What a recipe is worth when only a listener's first few artists are known."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=("valid", "test"))
    known_artists: Series[pd.Int32Dtype] = column(
        "Artists taken of each list, the most played first.", at_least=1
    )
    accuracy: Series[pd.Float64Dtype] = column(
        "Share of listeners whose country is named first.", at_least=0, at_most=1
    )
    top_5_accuracy: Series[pd.Float64Dtype] = column(
        "Share of listeners whose country is among the first five.", at_least=0, at_most=1
    )
    n: Series[pd.Int32Dtype] = column(
        "Listeners who have that many artists with a vector.", at_least=1
    )

    class Config:
        """One row a recipe, part and number of artists."""

        unique = ["recipe", "part", "known_artists"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


class ConfusionArtists(Table):
    """What the listeners of a cell of the confusion have in common: their most typical artists."""

    recipe: Series[pd.StringDtype] = column("The recipe.")
    part: Series[pd.StringDtype] = column("Part measured on.", one_of=("valid", "test"))
    view: Series[pd.StringDtype] = column(
        "Whether countries or regions were guessed.", one_of=("countries", "regions")
    )
    truth: Series[pd.StringDtype] = column("The stated country or its region.")
    predicted: Series[pd.StringDtype] = column("The most probable country or region.")
    rank: Series[pd.Int32Dtype] = column("Place among the cell's artists, by lift.", at_least=1)
    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    listeners: Series[pd.Int32Dtype] = column(
        "Listeners of the cell who have the artist.", at_least=1
    )
    lift: Series[pd.Float64Dtype] = column(
        "How many times as common the artist is in the cell as among all listeners, shrunk "
        "towards 1 where few have it.",
        at_least=0,
    )

    class Config:
        """One row a recipe, part, view, truth, prediction and artist."""

        unique = ["recipe", "part", "view", "truth", "predicted", "rank"]
        metadata = {"place": Place.DATABASE, "per": "recipe"}


# --- taste ---------------------------------------------------------------------------------------


class ArtistProfiles(Table):
    """Where each artist belongs, one row an artist."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    country: Series[pd.StringDtype] = column(
        "Kept country of which the artist is most typical, by shrunk lift."
    )
    region: Series[pd.StringDtype] = column("Region of that country.")
    lift: Series[pd.Float64Dtype] = column(
        "How many times as common the artist is there as among all listeners, shrunk towards 1 "
        "where few have it.",
        at_least=0,
    )
    locality: Series[pd.Float64Dtype] = column(
        "Share of the artist's listeners who would have to live elsewhere for it to be spread as "
        "all listeners are; 0 is everywhere alike.",
        at_least=0,
        at_most=1,
    )

    class Config:
        """One row an artist with a kept listener."""

        unique = ["artist"]
        metadata = {"place": Place.DATABASE}


class TypicalArtists(Table):
    """Artists that are most typical of each kept country, by lift over all listeners."""

    country: Series[pd.StringDtype] = column("The country.")
    rank: Series[pd.Int32Dtype] = column("Place among the country's artists, by lift.", at_least=1)
    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    listeners: Series[pd.Int32Dtype] = column(
        "Listeners in the country who have the artist.", at_least=1
    )
    lift: Series[pd.Float64Dtype] = column(
        "How many times as common the artist is there as among all listeners, shrunk towards 1 "
        "where few have it.",
        at_least=0,
    )

    class Config:
        """One row a country and rank."""

        unique = ["country", "rank"]
        metadata = {"place": Place.DATABASE}


class ListLocality(Table):
    """How local the lists of kept listeners are, so that one list can be placed among them."""

    percent: Series[pd.Int32Dtype] = column(
        "Percentage of the lists that are no more local.", at_least=0, at_most=100
    )
    locality: Series[pd.Float64Dtype] = column(
        "Mean locality of the list's artists.", at_least=0, at_most=1
    )

    class Config:
        """One row a percentage."""

        unique = ["percent"]
        metadata = {"place": Place.DATABASE}


class ArtistMap(Table):
    """Every artist with a vector on a plane: near artists are played by the same listeners."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    x: Series[pd.Float32Dtype] = column("Place from left to right; only distances mean something.")
    y: Series[pd.Float32Dtype] = column("Place from bottom to top; only distances mean something.")

    class Config:
        """One row an artist with a vector."""

        unique = ["artist"]
        metadata = {"place": Place.DATABASE}


class ArtistNeighbours(Table):
    """The nearest artists of each artist with a vector."""

    artist: Series[pd.Int32Dtype] = column("The artist.", at_least=0)
    rank: Series[pd.Int32Dtype] = column("Place among the neighbours; 1 is nearest.", at_least=1)
    neighbour: Series[pd.Int32Dtype] = column("The neighbour.", at_least=0)
    similarity: Series[pd.Float32Dtype] = column(
        "Cosine of the angle between the vectors.", at_least=-1.0001, at_most=1.0001
    )

    class Config:
        """One row an artist and rank."""

        unique = ["artist", "rank"]
        metadata = {"place": Place.DATABASE}


class CountryMap(Table):
    """Kept countries on a plane by taste: near countries play alike."""

    country: Series[pd.StringDtype] = column("The country.")
    x: Series[pd.Float32Dtype] = column("Place from left to right; only distances mean something.")
    y: Series[pd.Float32Dtype] = column("Place from bottom to top; only distances mean something.")

    class Config:
        """One row a kept country."""

        unique = ["country"]
        metadata = {"place": Place.DATABASE}


class CountryTastes(Table):
    """Where each kept country lies in taste space, seen from the mean of all countries."""

    country: Series[pd.StringDtype] = column(
        "The country; empty for the mean of all countries itself."
    )
    vector: Series[pd.StringDtype] = column(
        "Direction of the mean training listener, of length 1; the mean of all countries as it is.",
        vector=True,
    )

    class Config:
        """One row a kept country, and one for the mean of all."""

        unique = ["country"]
        metadata = {"place": Place.PARQUET}


class CountryNeighbours(Table):
    """How alike the tastes of kept countries are, every ordered pair."""

    country: Series[pd.StringDtype] = column("The country.")
    rank: Series[pd.Int32Dtype] = column("Place among the neighbours; 1 is nearest.", at_least=1)
    neighbour: Series[pd.StringDtype] = column("The other country.")
    similarity: Series[pd.Float32Dtype] = column(
        "Cosine of the angle between the mean training listeners of both, seen from the mean of "
        "all countries.",
        at_least=-1.0001,
        at_most=1.0001,
    )

    class Config:
        """One row a country and rank."""

        unique = ["country", "rank"]
        metadata = {"place": Place.DATABASE}


@cache
def tables() -> Mapping[str, Declaration]:
    """Every declared table by name, in the order of declaration."""
    return declared_tables()


def table(name: str) -> Declaration:
    """Look a declaration up; KeyError names all that there are."""
    try:
        return tables()[name]
    except KeyError:
        raise KeyError(f"no table {name!r} is declared; there are: {', '.join(tables())}") from None
