"""What recipes are worth: metrics, confusion, calibration, sets."""

from __future__ import annotations

from pipeline.core.tables.columns import float64, int32, text
from pipeline.core.tables.contract.constants import PARTS, VIEWS
from pipeline.core.tables.declaration import Storage, Table


class Metrics(
    Table,
    key=("recipe", "part", "view", "subject", "metric"),
    storage=Storage.DATABASE,
    per="recipe",
):
    """How good each recipe is, one row a recipe, part, view, subject and metric."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=PARTS)
    view = text(
        "What is measured: all countries or all regions at once; one country or one region against "
        "the rest; the countries within one region among that region's listeners.",
        one_of=VIEWS,
    )
    subject = text("The country or region that the row is about; empty where it is about all.")
    metric = text("Name of the metric, as in metric_catalogue.")
    value = float64("The value; null where it is undefined.", null=True)
    n = int32("Listeners that the value rests on.", at_least=0)


class MetricCatalogue(Table, key=("metric",), storage=Storage.DATABASE):
    """Metrics as declared: how to name, format and read them."""

    metric = text("Name of the metric.")
    label = text("Name to show.")
    unit = text("What the value counts in.", one_of=("share", "nats", "bits", "count", "classes"))
    better = text("Which direction is better.", one_of=("higher", "lower", "neither"))
    meaning = text("What it says, in one sentence.")


class Confusion(
    Table,
    key=("recipe", "part", "view", "subject", "truth", "predicted"),
    storage=Storage.DATABASE,
    per="recipe",
):
    """How often each truth is taken for what; pairs that never occur are left out."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=PARTS)
    view = text(
        "Countries or regions over all listeners, or the countries within one region.",
        one_of=("countries", "regions", "within"),
    )
    subject = text("The region for the view within; empty otherwise.")
    truth = text("The stated country or its region.")
    predicted = text("The most probable country or region.")
    n = int32("Listeners.", at_least=1)


class Calibration(
    Table, key=("recipe", "part", "view", "bin"), storage=Storage.DATABASE, per="recipe"
):
    """Whether probabilities mean what they say: listeners by the probability of the first guess."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=PARTS)
    view = text("Whether countries or regions were guessed.", one_of=("countries", "regions"))
    bin = int32(
        "Number of the bin, from 0; bins are equally wide and empty ones are left out.", at_least=0
    )
    confidence = float64("Mean probability of the first guess in the bin.", at_least=0, at_most=1)
    accuracy = float64(
        "Share of the bin's listeners whose first guess is right.", at_least=0, at_most=1
    )
    n = int32("Listeners in the bin.", at_least=1)


class TopK(Table, key=("recipe", "part", "view", "k"), storage=Storage.DATABASE, per="recipe"):
    """How often the truth is among the k most probable."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=PARTS)
    view = text("Whether countries or regions were guessed.", one_of=("countries", "regions"))
    k = int32("Guesses allowed.", at_least=1)
    accuracy = float64(
        "Share of listeners whose truth is among the k most probable.", at_least=0, at_most=1
    )
    n = int32("Listeners.", at_least=1)


class PriorAdjustment(
    Table, key=("recipe", "part", "tau", "metric"), storage=Storage.DATABASE, per="recipe"
):
    """What moving the prior does: metrics by the strength with which small countries are raised."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=("valid", "test"))
    tau = float64(
        "Strength of the adjustment: 0 leaves the probabilities, 1 takes the prior out.", at_least=0
    )
    metric = text("Name of the metric, as in metric_catalogue.")
    value = float64("The value; null where it is undefined.", null=True)
    n = int32("Listeners that the value rests on.", at_least=0)


class Coverage(Table, key=("recipe", "part", "region"), storage=Storage.DATABASE, per="recipe"):
    """How often prediction sets hold the truth, and how large they are."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=("valid", "test"))
    region = text("Region of the stated country; empty for all listeners.")
    covered = float64(
        "Share of the listeners whose country is in their set.", at_least=0, at_most=1
    )
    mean_size = float64("Mean number of countries in a set.", at_least=0)
    median_size = float64("Median number of countries in a set.", at_least=0)
    n = int32("Listeners.", at_least=1)


class AccuracyByKnown(
    Table, key=("recipe", "part", "known_artists"), storage=Storage.DATABASE, per="recipe"
):
    """What a recipe is worth when only a listener's first few artists are known."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=("valid", "test"))
    known_artists = int32("Artists taken of each list, the most played first.", at_least=1)
    accuracy = float64("Share of listeners whose country is named first.", at_least=0, at_most=1)
    top_5_accuracy = float64(
        "Share of listeners whose country is among the first five.", at_least=0, at_most=1
    )
    n = int32("Listeners who have that many artists with a vector.", at_least=1)


class ConfusionArtists(
    Table,
    key=("recipe", "part", "view", "truth", "predicted", "rank"),
    storage=Storage.DATABASE,
    per="recipe",
):
    """What the listeners of a cell of the confusion have in common: their most typical artists."""

    recipe = text("The recipe.")
    part = text("Part measured on.", one_of=("valid", "test"))
    view = text("Whether countries or regions were guessed.", one_of=("countries", "regions"))
    truth = text("The stated country or its region.")
    predicted = text("The most probable country or region.")
    rank = int32("Rank among the cell's artists, by lift.", at_least=1)
    artist = int32("The artist.", at_least=0)
    listeners = int32("Listeners of the cell who have the artist.", at_least=1)
    lift = float64(
        "How many times as common the artist is in the cell as among all listeners, shrunk "
        "towards 1 where few have it.",
        at_least=0,
    )
