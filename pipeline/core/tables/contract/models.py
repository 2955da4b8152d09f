"""The recipes of a build, how they learnt and what they predict."""

from __future__ import annotations

from pipeline.core.tables.columns import float32, float64, int32, text
from pipeline.core.tables.declaration import Storage, Table


class Recipes(Table, key=("recipe",), storage=Storage.DATABASE, per="recipe"):
    """Recipes of the build, one row a recipe."""

    recipe = text("Name of the recipe.")
    label = text("Name to show.")
    meaning = text("What the recipe does, in one sentence.")
    layers = int32(
        "Layers: 1 where countries are predicted at once, 2 where regions come first.",
        at_least=1,
        at_most=2,
    )


class TrainingLog(
    Table, key=("recipe", "model", "iteration", "part"), storage=Storage.DATABASE, per="recipe"
):
    """Log loss while a model learns."""

    recipe = text("The recipe.")
    model = text(
        "The model within the recipe: countries, regions, or the region of a second layer."
    )
    iteration = int32("Boosting round, from 1.", at_least=1)
    part = text("Part measured on.", one_of=("train", "valid"))
    log_loss = float64("Mean log loss, in nats.", at_least=0)


class Predictions(Table, key=("recipe", "listener"), storage=Storage.DATABASE, per="recipe"):
    """What each recipe says of the listeners that it was not trained on."""

    recipe = text("The recipe.")
    listener = int32("The listener.", at_least=0)
    part = text("Part of the listener.", one_of=("valid", "test"))
    country = text("The stated country.")
    predicted = text("The most probable country.")
    probability = float32("Probability of the most probable country.", at_least=0, at_most=1)
    probability_of_truth = float32(
        "Probability given to the stated country.", at_least=0, at_most=1
    )
    rank_of_truth = int32(
        "Rank of the stated country among the probabilities; 1 is right at once.", at_least=1
    )
