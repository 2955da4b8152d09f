"""Table to table for the page on models: what recipes are worth, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.core.manifest import FileRecord, StageCost

_MEBIBYTE = 2**20
_TRAIN, _EVALUATE = "train_recipe", "evaluate_recipe"


def labelled(table: pd.DataFrame, recipes: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Rows of the chosen recipes, in the order of `chosen`, with the ``label`` of each.

    Parameters
    ----------
    table : DataFrame
        Has a column ``recipe``.
    recipes : DataFrame
        The table of that name.
    chosen : sequence of str
        Names of recipes.
    """
    labels = recipes.set_index("recipe")["label"]
    rows = table[table["recipe"].isin(chosen)]
    place = {recipe: position for position, recipe in enumerate(chosen)}
    ordered = rows.sort_values("recipe", key=lambda names: names.map(place), kind="stable")
    return ordered.assign(label=ordered["recipe"].map(labels)).reset_index(drop=True)


def models_in(log: pd.DataFrame) -> list[str]:
    """Models that keep a log, those that most recipes have first: countries, regions, the rest."""
    recipes = log.groupby("model", sort=True)["recipe"].nunique()
    first = {"countries": 0, "regions": 1}
    return sorted(recipes.index, key=lambda name: (first.get(name, len(first)), name))


def learning_curves(log: pd.DataFrame) -> pd.DataFrame:
    """Log loss by round, validation drawn through, training dashed, the round kept marked.

    Parameters
    ----------
    log : DataFrame
        Rows of training_log for one model, with ``label``.

    Returns
    -------
    DataFrame
        Columns ``label``, ``x`` (round), ``y`` (log loss), ``dash`` and ``chosen``: whether the
        round has the lowest loss on validation. Sorted by round within a line.
    """
    ordered = log.sort_values("iteration", kind="stable")
    valid = ordered["part"] == "valid"
    best = ordered[valid].groupby("recipe")["log_loss"].idxmin()
    return pd.DataFrame(
        {
            "label": ordered["label"],
            "x": ordered["iteration"],
            "y": ordered["log_loss"],
            "dash": ["solid" if is_valid else "dash" for is_valid in valid],
            "chosen": ordered.index.isin(best),
        }
    ).reset_index(drop=True)


def stops(log: pd.DataFrame) -> pd.DataFrame:
    """Where each fit stopped and what it kept.

    Returns
    -------
    DataFrame
        Columns ``label``, ``rounds`` (fitted), ``kept`` (the round of lowest validation loss),
        ``valid_loss`` and ``train_loss`` there; null where a part was not measured.
    """
    rows = []
    for label, of_recipe in log.groupby("label", sort=False):
        valid = of_recipe[of_recipe["part"] == "valid"].set_index("iteration")["log_loss"]
        train = of_recipe[of_recipe["part"] == "train"].set_index("iteration")["log_loss"]
        rounds = int(of_recipe["iteration"].max())
        kept = int(valid.idxmin()) if len(valid) else rounds
        rows.append((label, rounds, kept, valid.get(kept), train.get(kept)))
    columns = ["label", "rounds", "kept", "valid_loss", "train_loss"]
    return pd.DataFrame(rows, columns=columns).astype({"valid_loss": float, "train_loss": float})


def recall_by_support(metrics: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Recall of each country beside the listeners learned from, the most first.

    Parameters
    ----------
    metrics : DataFrame
        Rows of one recipe, one part, view ``country`` and metric ``recall``.
    countries : DataFrame
        The table of that name.

    Returns
    -------
    DataFrame
        Columns ``country_name``, ``region``, ``train_listeners``, ``recall``, ``n``. Countries
        without a listener to learn from or to measure on are left out.
    """
    found = metrics.rename(columns={"subject": "country", "value": "recall"})
    joined = countries.merge(found[["country", "recall", "n"]], on="country")
    kept = joined[(joined["train_listeners"] > 0) & joined["recall"].notna()]
    ordered = kept.sort_values(["train_listeners", "country"], ascending=[False, True])
    columns = ["country_name", "region", "train_listeners", "recall", "n"]
    return ordered[columns].reset_index(drop=True)


def costs(
    stages: Sequence[StageCost],
    files: Sequence[FileRecord],
    recipes: pd.DataFrame,
    *,
    listeners: int,
) -> pd.DataFrame:
    """What each recipe cost to train and to evaluate, and how large it is.

    Parameters
    ----------
    stages, files
        From the manifest.
    recipes : DataFrame
        The table of that name.
    listeners : int
        Kept listeners, all of whom are evaluated.

    Returns
    -------
    DataFrame
        Columns ``recipe``, ``label``, ``train_seconds``, ``evaluate_seconds``, ``per_second``
        (listeners evaluated a second), ``peak_mb`` (the higher of both stages, in MiB) and
        ``model_mb`` (in MiB); null where a stage left no record. The cheapest to train first.
    """
    rows = []
    for recipe, label in zip(recipes["recipe"], recipes["label"], strict=True):
        trained, evaluated = (_cost(stages, f"{s}:{recipe}") for s in (_TRAIN, _EVALUATE))
        seconds = evaluated.seconds if evaluated else None
        rows.append(
            {
                "recipe": recipe,
                "label": label,
                "train_seconds": trained.seconds if trained else None,
                "evaluate_seconds": seconds,
                "per_second": listeners / seconds if seconds else None,
                "peak_mb": max((s.peak_mb for s in (trained, evaluated) if s), default=None),
                "model_mb": model_bytes(files, recipe) / _MEBIBYTE,
            }
        )
    frame = pd.DataFrame(rows)
    numbers = [c for c in frame.columns if c not in ("recipe", "label")]
    return (
        frame.astype(dict.fromkeys(numbers, float))
        .sort_values("train_seconds", kind="stable")
        .reset_index(drop=True)
    )


def _cost(stages: Sequence[StageCost], name: str) -> StageCost | None:
    return next((stage for stage in stages if stage.name == name), None)


def model_bytes(files: Sequence[FileRecord], recipe: str) -> int:
    """Bytes of a recipe's files."""
    return sum(file.bytes for file in files if file.path.startswith(f"models/{recipe}/"))
