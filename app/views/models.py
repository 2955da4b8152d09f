"""What each recipe is worth beyond a single figure, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app import data, model_queries
from app.charts.calibration_curve import calibration_curve
from app.charts.line_curves import CONFIG, line_curves
from app.charts.scatter_by_support import scatter_by_support
from app.page import page
from app.palette import recipe_colours
from app.queries import BASELINE
from app.tables import show_table
from app.words import count, percent
from pipeline.core.builds import Build

_PARTS = {"Validation": "valid", "Test": "test", "Training": "train"}
_NARROW = 360
_LAYERS = {"countries": "Countries", "regions": "Regions"}


@dataclass(frozen=True)
class _Chosen:
    """What the reader looks at: recipes in the build's order, and the part measured on."""

    recipes: pd.DataFrame
    names: list[str]
    part: str
    part_label: str
    colours: dict[str, str]

    def label(self, recipe: str) -> str:
        """Name of a recipe to show."""
        return str(self.recipes.set_index("recipe").at[recipe, "label"])


@page("Models", icon=":material/monitoring:", order=70)
def models(build: Build) -> None:
    """Compare recipes: how sure, how right, how they learned, what they miss and cost."""
    shown = st.segmented_control(
        "Look at",
        list(_SECTIONS),
        default=next(iter(_SECTIONS)),
        required=True,
        key="models_show",
        bind="query-params",
    )
    draw = _SECTIONS[shown]
    chosen = _choose(build, by_part=draw in (_calibration, _guesses, _short_lists, _support))
    if not chosen.names:
        st.caption("No recipe is chosen: choose at least one above.")
        return
    draw(build, chosen)


def _choose(build: Build, *, by_part: bool) -> _Chosen:
    recipes = data.read(build, "recipes").sort_values("recipe", ignore_index=True)
    names = dict(zip(recipes["label"], recipes["recipe"], strict=True))
    of_recipes, of_part = st.columns([3, 2], gap="medium")
    labels = of_recipes.pills(
        "Recipes to compare",
        list(names),
        selection_mode="multi",
        default=list(names),
        key="models_recipes",
        bind="query-params",
        wrap=True,
    )
    label = "Validation"
    if by_part:
        label = of_part.segmented_control(
            "Measured on",
            list(_PARTS),
            default="Validation",
            required=True,
            key="models_part",
            bind="query-params",
        )
    colours = recipe_colours(recipes["recipe"].tolist(), baseline=BASELINE)
    return _Chosen(
        recipes=recipes,
        names=[names[label] for label in names if label in labels],
        part=_PARTS[label],
        part_label=label.lower(),
        colours={label: colours[recipe] for label, recipe in names.items()},
    )


# --- calibration ----------------------------------------------------------------------------------


def _calibration(build: Build, chosen: _Chosen) -> None:
    st.header("Do probabilities mean what they say?")
    st.markdown(
        "Of the listeners whose first guess is said to be right with 70%, about 70% should be "
        "right. On the dotted line they are; below it a recipe is too sure of itself, above it not "
        "sure enough."
    )
    errors = _calibration_errors(build, chosen)
    for place, view in zip(st.columns(2, gap="medium"), _LAYERS, strict=True):
        rows = data.read(
            build, "calibration", "part = ? AND view = ? ORDER BY recipe, bin", (chosen.part, view)
        )
        table = model_queries.labelled(rows, chosen.recipes, chosen.names)
        with place:
            st.subheader(_LAYERS[view], anchor=False)
            if table.empty:
                st.caption("There are no figures for this choice.")
                continue
            said = _errors_in_words(errors, view)
            st.plotly_chart(
                calibration_curve(table, colours=chosen.colours),
                config=dict(CONFIG),
                key=f"calibration_{view}",
                alt=f"How often the first guess is right by its probability, {view}. {said}",
            )
            st.caption(said)
    st.caption(
        f"Measured on {chosen.part_label} listeners. The larger a dot, the more listeners are in "
        "its bin; small dots rest on few listeners and swing. The calibration error is "
        "the gap to the dotted line, on average over listeners."
    )
    show_table(
        errors.drop(columns="recipe"),
        name=f"calibration_error_{chosen.part}",
        alt="Calibration error of each recipe, for countries and regions",
        key="calibration_errors",
        labels={"label": "Recipe", "n": "Listeners"},
        meanings=dict.fromkeys(_LAYERS, _meaning(build, "calibration_error")),
        units=dict.fromkeys(_LAYERS, "share") | {"n": "count"},
    )
    _as_table(
        build,
        "calibration",
        "SELECT r.label, c.view, c.bin, c.confidence, c.accuracy, c.n FROM calibration AS c "
        "JOIN recipes AS r USING (recipe) WHERE part = ? AND list_contains(?, recipe) "
        "ORDER BY r.recipe, c.view, c.bin",
        chosen,
        units={"confidence": "share", "accuracy": "share"},
        alt="Bins of the calibration curves",
    )


def _calibration_errors(build: Build, chosen: _Chosen) -> pd.DataFrame:
    rows = data.read(
        build,
        "metrics",
        "metric = 'calibration_error' AND part = ? AND subject = ''",
        (chosen.part,),
    )
    table = model_queries.labelled(rows, chosen.recipes, chosen.names)
    wide = table.pivot(index=["recipe", "label"], columns="view", values="value")
    wide = wide.reindex(columns=list(_LAYERS)).reset_index()
    n = table.groupby("recipe")["n"].max()
    return wide.assign(n=wide["recipe"].map(n)).rename_axis(columns=None)


def _errors_in_words(errors: pd.DataFrame, view: str) -> str:
    known = errors.dropna(subset=[view])
    told = _told(known["label"], known[view])
    return f"Calibration error: {told}." if told else ""


# --- guesses --------------------------------------------------------------------------------------


def _guesses(build: Build, chosen: _Chosen) -> None:
    st.header("How many guesses does it take?")
    for place, view in zip(st.columns(2, gap="medium"), _LAYERS, strict=True):
        rows = data.read(
            build, "top_k", "part = ? AND view = ? ORDER BY recipe, k", (chosen.part, view)
        )
        table = model_queries.labelled(rows, chosen.recipes, chosen.names)
        with place:
            st.subheader(_LAYERS[view], anchor=False)
            if table.empty:
                st.caption("There are no figures for this choice.")
                continue
            said = _at(table.rename(columns={"k": "x", "accuracy": "y"}), 3, "within 3 guesses")
            st.plotly_chart(
                line_curves(
                    table.rename(columns={"k": "x", "accuracy": "y"}),
                    colours=chosen.colours,
                    x_title="Guesses allowed",
                    y_title="Truth among them",
                ),
                config=dict(CONFIG),
                key=f"top_k_{view}",
                alt=f"Share of listeners found by the number of guesses, {view}. {said}",
            )
            st.caption(f"{said} n = {count(table['n'].max())} {chosen.part_label} listeners.")
    _as_table(
        build,
        "top_k",
        "SELECT r.label, t.view, t.k, t.accuracy, t.n FROM top_k AS t "
        "JOIN recipes AS r USING (recipe) WHERE part = ? AND list_contains(?, recipe) "
        "ORDER BY r.recipe, t.view, t.k",
        chosen,
        units={"accuracy": "share"},
        alt="Share of listeners found by the number of guesses",
    )


def _at(table: pd.DataFrame, x: int, words: str) -> str:
    """Say the figures of all lines at one place, where they are drawn there."""
    there = table[table["x"] == x]
    told = _told(there["label"], there["y"])
    return f"Right {words}: {told}." if told else ""


def _told(labels: Iterable[str], shares: Iterable[float]) -> str:
    """Write figures with their recipes, whose names may hold commas."""
    return "; ".join(f"{a} {percent(b)}" for a, b in zip(labels, shares, strict=True))


# --- short lists ----------------------------------------------------------------------------------


def _short_lists(build: Build, chosen: _Chosen) -> None:
    st.header("How many artists does it need to know?")
    rows = data.read(
        build, "accuracy_by_known", "part = ? ORDER BY recipe, known_artists", (chosen.part,)
    )
    names = [*chosen.names, *({BASELINE} & set(chosen.recipes["recipe"]) - set(chosen.names))]
    table = model_queries.labelled(rows, chosen.recipes, names)
    if table.empty:
        st.caption("Short lists are measured on validation and test listeners: choose one of them.")
        return
    lines = table.rename(columns={"known_artists": "x", "accuracy": "y"})
    ticks = sorted(set(lines["x"]))
    said = _at(lines, max(ticks), f"from {max(ticks)} artists")
    st.plotly_chart(
        line_curves(
            lines,
            colours=chosen.colours,
            x_title="Artists known, the most played first",
            y_title="Right at the first guess",
            ticks=ticks,
            logarithmic=True,
        ),
        config=dict(CONFIG),
        key="short_lists",
        alt=f"Share of listeners whose country is named first by the artists known. {said}",
    )
    st.caption(
        f"{said} Measured on {chosen.part_label} listeners who have that many artists in the taste "
        f"space: {_range(lines['n'])}. The grey line names the largest country each time."
    )
    show_table(
        table[["label", "known_artists", "accuracy", "top_5_accuracy", "n"]],
        name=f"accuracy_by_known_{chosen.part}",
        alt="Accuracy by the number of artists known",
        key="short_lists_table",
        table="accuracy_by_known",
        labels={"label": "Recipe", "n": "Listeners"},
        units={"accuracy": "share", "top_5_accuracy": "share"},
    )


def _range(n: pd.Series) -> str:
    low, high = count(n.min()), count(n.max())
    return f"n = {high}" if low == high else f"n from {low} to {high}"


# --- learning -------------------------------------------------------------------------------------


def _learning(build: Build, chosen: _Chosen) -> None:
    st.header("How did the trees learn?")
    names = data.ask(build, "SELECT DISTINCT recipe, model FROM training_log")
    if names.empty:
        st.caption("No recipe of this build keeps a log of its learning.")
        return
    model = st.selectbox(
        "Model within the recipe",
        model_queries.models_in(names),
        key="models_model",
        width=_NARROW,
        bind="query-params",
        help="countries: all at once; regions: the first layer; the name of a region: its second.",
    )
    log = data.read(build, "training_log", "model = ? ORDER BY recipe, iteration", (model,))
    table = model_queries.labelled(log, chosen.recipes, chosen.names)
    if table.empty:
        with_log = data.read(build, "recipes", "recipe IN (SELECT recipe FROM training_log)")
        st.caption(
            f"None of the chosen recipes has a log of the model {model}. "
            f"Recipes with a log: {'; '.join(with_log['label'])}."
        )
        return
    stops = model_queries.stops(table)
    said = "; ".join(
        f"{row.label} kept round {row.kept} of {row.rounds}" for row in stops.itertuples()
    )
    st.plotly_chart(
        line_curves(
            model_queries.learning_curves(table),
            colours=chosen.colours,
            x_title="Boosting round",
            y_title="Log loss, nats",
            share=False,
        ),
        config=dict(CONFIG),
        key="learning",
        alt=f"Log loss by boosting round. {said}.",
    )
    st.caption(
        f"{said}. Lines through: validation; dashed: the training listeners; rings: the round of "
        "the lowest validation loss, whose trees are kept. Where dashed lines fall on and the "
        "others do not, a recipe learns its listeners by heart."
    )
    show_table(
        stops,
        name=f"learning_{model}",
        alt="Rounds fitted and kept, and the loss there",
        key="stops",
        labels={
            "label": "Recipe",
            "rounds": "Rounds fitted",
            "kept": "Round kept",
            "valid_loss": "Validation loss",
            "train_loss": "Training loss",
        },
        meanings={
            "kept": "The round of the lowest validation loss.",
            "valid_loss": "Mean log loss of the validation listeners at the round kept, in nats.",
            "train_loss": "Mean log loss of the training listeners at the round kept, in nats.",
        },
        units={"valid_loss": "nats", "train_loss": "nats"},
    )


# --- rare countries -------------------------------------------------------------------------------


def _support(build: Build, chosen: _Chosen) -> None:
    st.header("Are countries with few listeners found?")
    labels = [chosen.label(name) for name in chosen.names]
    default = build.manifest.default_recipe
    label = st.selectbox(
        "Recipe",
        labels,
        index=chosen.names.index(default) if default in chosen.names else 0,
        key="models_recipe",
        width=_NARROW,
        bind="query-params",
    )
    recipe = chosen.names[labels.index(label)]
    rows = data.read(
        build,
        "metrics",
        "recipe = ? AND part = ? AND view = 'country' AND metric = 'recall'",
        (recipe, chosen.part),
    )
    table = model_queries.recall_by_support(rows, data.read(build, "countries"))
    if table.empty:
        st.caption("There are no figures for this choice.")
        return
    never = table[table["recall"] == 0]
    said = (
        f"{len(never)} of {len(table)} countries are never found; the largest of them, "
        f"{never['country_name'].iloc[0]}, has {count(never['train_listeners'].iloc[0])} training "
        "listeners."
        if len(never)
        else f"Each of the {len(table)} countries is found at least once."
    )
    st.plotly_chart(
        scatter_by_support(table),
        config=dict(CONFIG),
        key="support",
        alt=f"Share of each country's listeners found by its training listeners. {said}",
    )
    st.caption(
        f"{said} Up: the share of a country's {chosen.part_label} listeners whose first guess is "
        f"right, by {label}. Each step to the right is ten times as many listeners learned "
        "from. With few listeners measured, shares are coarse: n is in the table."
    )
    show_table(
        table,
        name=f"recall_by_country_{recipe}_{chosen.part}",
        alt="Share found and listeners learned from, by country",
        key="support_table",
        table="countries",
        labels={
            "country_name": "Country",
            "train_listeners": "Training listeners",
            "recall": "Found",
            "n": "Measured on",
        },
        meanings={"recall": _meaning(build, "recall"), "n": "Listeners that the share rests on."},
        units={"recall": "share"},
    )


# --- cost -----------------------------------------------------------------------------------------


def _cost(build: Build, chosen: _Chosen) -> None:
    st.header("What does each recipe cost?")
    countries = data.read(build, "countries", "kept")
    parts = ["train_listeners", "valid_listeners", "test_listeners"]
    listeners = int(countries[parts].to_numpy().sum())
    table = model_queries.costs(
        build.manifest.stages, build.manifest.files, chosen.recipes, listeners=listeners
    )
    table = table[table["recipe"].isin(chosen.names)].drop(columns="recipe")
    show_table(
        table.round({"peak_mb": 0, "per_second": 0}).reset_index(drop=True),
        name="cost_of_recipes",
        alt="Seconds, memory and size of each recipe",
        key="costs",
        labels={
            "label": "Recipe",
            "train_seconds": "Training, s",
            "evaluate_seconds": "Evaluation, s",
            "per_second": "Listeners evaluated a second",
            "peak_mb": "Peak memory, MiB",
            "model_mb": "Model files, MiB",
        },
        meanings={
            "train_seconds": "Wall-clock seconds of the training stage when it last ran.",
            "evaluate_seconds": "Wall-clock seconds of the evaluation stage when it last ran.",
            "per_second": "All kept listeners, divided by the seconds of the evaluation.",
            "peak_mb": "Highest resident memory of the process in training or evaluation.",
            "model_mb": "Size of the recipe's files in the build.",
        },
        units={"per_second": "count", "peak_mb": "count"},
    )
    threads = build.manifest.config.get("threads")
    st.caption(
        f"As measured while this build was made{f', with {threads} threads' if threads else ''}. "
        f"Evaluation predicts all {count(listeners)} listeners of the three parts at once and "
        "measures and writes everything that these pages show, so that a bare prediction is "
        "faster. Memory is that of the whole process: it holds what the stages before left behind, "
        "and the tables that a recipe learns from."
    )


# --- shared ---------------------------------------------------------------------------------------


def _meaning(build: Build, metric: str) -> str:
    found = data.read(build, "metric_catalogue", "metric = ?", (metric,))
    return str(found["meaning"].iloc[0]) if len(found) else ""


def _as_table(
    build: Build, table: str, query: str, chosen: _Chosen, *, units: dict[str, str], alt: str
) -> None:
    with st.expander("The curves as a table", icon=":material/table:"):
        show_table(
            data.ask(build, query, (chosen.part, tuple(chosen.names))),
            name=f"{table}_{chosen.part}",
            alt=alt,
            key=f"{table}_table",
            table=table,
            labels={"label": "Recipe", "view": "Guessed", "k": "Guesses", "n": "Listeners"},
            units=units,
        )


_SECTIONS: dict[str, Callable[[Build, _Chosen], None]] = {
    "Calibration": _calibration,
    "Guesses": _guesses,
    "Short lists": _short_lists,
    "Learning": _learning,
    "Rare countries": _support,
    "Cost": _cost,
}
