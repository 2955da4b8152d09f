"""Table to table for the page on models: what recipes are worth, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.core.builds.manifest import FileRecord, StageCost

_MEBIBYTE = 2**20
_NETWORK = "network_"
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
    order = {recipe: position for position, recipe in enumerate(chosen)}
    ordered = rows.sort_values("recipe", key=lambda names: names.map(order), kind="stable")
    return ordered.assign(label=ordered["recipe"].map(labels)).reset_index(drop=True)


def models_in(log: pd.DataFrame) -> list[str]:
    """Models that keep a log: countries, regions, networks, and the regions of second layers."""
    first = {"countries": 0, "regions": 1}

    def order(name: str) -> tuple[int, str]:
        return first.get(name, len(first) + (not in_passes(name))), name

    return sorted(set(log["model"]), key=order)


def in_passes(model: str) -> bool:
    """Whether a model learns in passes over the listeners, as networks do, not in rounds."""
    return model.startswith(_NETWORK)


def learning_curves(log: pd.DataFrame) -> pd.DataFrame:
    """Log loss by round or pass, validation drawn through, training dashed, the one kept marked.

    Parameters
    ----------
    log : DataFrame
        Rows of training_log for one model, with ``label``.

    Returns
    -------
    DataFrame
        Columns ``label``, ``x`` (round or pass), ``y`` (log loss), ``dash`` and ``chosen``:
        whether it is the one kept, on validation. Sorted by ``x`` within a line.
    """
    ordered = log.sort_values("iteration", kind="stable")
    valid = ordered["part"] == "valid"
    best = ordered[valid].groupby("recipe").apply(_kept)
    return pd.DataFrame(
        {
            "label": ordered["label"],
            "x": ordered["iteration"],
            "y": ordered["log_loss"],
            "dash": ["solid" if is_valid else "dash" for is_valid in valid],
            "chosen": ordered.index.isin(best),
        }
    ).reset_index(drop=True)


def _kept(valid: pd.DataFrame) -> int:
    """Label of the row that a fit kept: trees their best round, networks their last pass."""
    of_network = valid["model"].map(in_passes).any()
    return int(valid["iteration"].idxmax() if of_network else valid["log_loss"].idxmin())


def stops(log: pd.DataFrame) -> pd.DataFrame:
    """Where each fit stopped and what it kept.

    Returns
    -------
    DataFrame
        Columns ``label``, ``rounds`` (fitted), ``kept`` (the round of lowest validation loss; of
        networks the last pass; the last where nothing validates),
        ``valid_loss`` and ``train_loss`` there; null where a part was not measured.
    """
    rows = []
    for label, of_recipe in log.groupby("label", sort=False):
        measured = of_recipe[of_recipe["part"] == "valid"]
        valid = measured.set_index("iteration")["log_loss"]
        train = of_recipe[of_recipe["part"] == "train"].set_index("iteration")["log_loss"]
        rounds = int(of_recipe["iteration"].max())
        kept = int(measured.at[_kept(measured), "iteration"]) if len(measured) else rounds
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


def by_strength(rows: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Metrics beside each other, one row a recipe and strength.

    Parameters
    ----------
    rows : DataFrame
        Rows of prior_adjustment of one part, with the ``label`` of each recipe.
    chosen : sequence of str
        Metrics, in the order of the columns.

    Returns
    -------
    DataFrame
        Columns ``recipe``, ``label``, ``tau``, the metrics (null where undefined), ``n``: the most
        listeners that one of them rests on. In the order of the recipes, then by strength.
    """
    keys = ["recipe", "label", "tau"]
    wide = rows.pivot(index=keys, columns="metric", values="value").reindex(columns=list(chosen))
    wide["n"] = rows.groupby(keys)["n"].max()
    table = wide.rename_axis(columns=None).reset_index()
    order = {recipe: position for position, recipe in enumerate(rows["recipe"].drop_duplicates())}
    return table.sort_values(
        ["recipe", "tau"], key=lambda c: c.map(order) if c.name == "recipe" else c
    ).reset_index(drop=True)


def moved(table: pd.DataFrame, strength: float) -> tuple[pd.Series, pd.Series]:
    """Rows of one recipe without an adjustment, and with the measured strength next to its own.

    Parameters
    ----------
    table : DataFrame
        Rows of `by_strength` of one recipe.
    strength : float
        Its own strength.
    """
    ordered = table.sort_values("tau", ignore_index=True)
    return ordered.iloc[0], ordered.loc[(ordered["tau"] - strength).abs().idxmin()]


FEW = 30
"""Listeners below which a share is marked as resting on few."""

_Z = 1.96
"""Standard deviations to each side that hold 95 % of a normal distribution."""


def coverage_by_region(
    rows: pd.DataFrame, regions: Sequence[str], *, everybody: str
) -> pd.DataFrame:
    """How often prediction sets hold the truth, with the range that chance leaves open.

    Parameters
    ----------
    rows : DataFrame
        Rows of coverage of one part, with the ``label`` of each recipe.
    regions : sequence of str
        In the order of the rows; all listeners together go before them.
    everybody : str
        What all listeners together are called.

    Returns
    -------
    DataFrame
        Columns ``region``, ``label``, ``covered``, ``low``, ``high`` (see `likely`),
        ``mean_size``, ``median_size``, ``n``, ``few`` (whether n is below `FEW`).
    """
    order = {region: position for position, region in enumerate(["", *regions])}
    ordered = rows.sort_values("region", key=lambda names: names.map(order), kind="stable")
    low, high = likely(ordered["covered"], ordered["n"])
    named = ordered.assign(
        region=ordered["region"].where(ordered["region"] != "", everybody),
        low=low,
        high=high,
        few=ordered["n"] < FEW,
    )
    columns = ["region", "label", "covered", "low", "high", "mean_size", "median_size", "n", "few"]
    return named[columns].reset_index(drop=True)


def likely(share: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ends of the range in which the share of all such listeners lies, 95 times in 100.

    The score interval of Wilson, "Probable inference, the law of succession, and statistical
    inference" (1927), which stays within 0 to 1 and holds for few listeners too.
    """
    count = n.astype(float)
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = share * (1 - share) / count + _Z**2 / (4 * count**2)
    half = _Z * spread.pow(0.5) / (1 + _Z**2 / count)
    return (middle - half).clip(lower=0.0), (middle + half).clip(upper=1.0)
