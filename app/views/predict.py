"""The second page: a person's own artists, and where they point."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data, entry, queries
from app.charts import outlines
from app.charts.probability_bars import CONFIG, probability_bars
from app.charts.probability_map import probability_map
from app.charts.sankey import sankey
from app.page import page
from app.palette import in_order
from app.tables import show_table
from app.words import count, listed, percent, plain, sureness, verdict
from pipeline.core.artists import Match
from pipeline.core.builds import Build
from pipeline.core.predictor import Play, Prediction, Predictor

MY_ARTISTS = "my_artists"
"""Key of the session's state: numbers of the artists of the list that was answered last, in the
order of the list. Other pages mark them; it is absent while there is no list."""

_HITS = 8
_EXAMPLE_ARTISTS = 12
_EXAMPLE_LISTENERS = 30
_TOLD = 3
_TOP_COUNTRIES = 10
_SUGGESTIONS = 3
_LEAST_FLOW = 0.01
_LIKELIEST = "The likeliest region"
_PLACEHOLDER = """One artist a line, or commas on a single line.
Play counts if you like:

Björk (312)
Sigur Rós (97)
múm"""


@page("My music", icon=":material/headphones:", order=10)
def predict(build: Build) -> None:
    """Enter the artists you play and see where people with such lists live."""
    predictor = data.predictor(build)
    asking, answering = st.columns([2, 3], gap="large")
    with asking:
        plays = _ask(build, predictor)
        recipe, scrobbles = _options(build)
    with answering:
        if not plays:
            st.session_state.pop(MY_ARTISTS, None)
            _invite()
            return
        prediction = predictor.predict(plays, recipe=recipe, total_scrobbles=scrobbles)
        st.session_state[MY_ARTISTS] = [known.artist for known in prediction.matched]
        _answer(prediction, simulated=build.manifest.source.simulated)


# --- asking ---------------------------------------------------------------------------------------


def _ask(build: Build, predictor: Predictor) -> list[Play]:
    """Take the list; give what of it is known, in the spelling of the build."""
    text = st.text_area(
        "Artists you play, the most played first",
        key="artists",
        bind="query-params",
        height=230,
        on_change=_forget_example,
        placeholder=_PLACEHOLDER,
    )
    with st.container(horizontal=True):
        st.button("Place me", type="primary", icon=":material/travel_explore:")
        st.button(
            "Show an example",
            icon=":material/casino:",
            on_click=_fill_example,
            args=(build,),
            help="Fills in artists that listeners of one country play more than anybody else.",
        )
        if text:
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=_set, args=("",))
    if "example_of" in st.session_state and text:
        st.caption(f"Example: favourites of listeners in {st.session_state['example_of']}.")
    _search_box(predictor)
    st.caption(
        ":material/lock: Nothing is stored or logged. The list stands in this page's address, so "
        "that you can keep or share it."
    )
    entries = entry.parse(text or "")
    matches = predictor.resolve([e.artist_name for e in entries])
    _say_what_was_read(predictor, entries, matches)
    counted = zip(entries[: entry.MOST], matches[: entry.MOST], strict=True)
    return [
        Play(predictor.artist_name(match.index), e.playcount)
        for e, match in counted
        if match.index is not None
    ]


def _set(text: str) -> None:
    st.session_state["artists"] = text
    _forget_example()


def _forget_example() -> None:
    st.session_state.pop("example_of", None)


def _fill_example(build: Build) -> None:
    """Put in the favourites of the next region's largest country."""
    choices = queries.examples(data.read(build, "countries"), least=_EXAMPLE_LISTENERS)
    if choices.empty:
        return
    turn = st.session_state.get("examples_seen", 0)
    # The very largest country's favourites are the world's: begin with the second.
    chosen = choices.iloc[(turn + 1) % len(choices)]
    found = data.ask(build, queries.FAVOURITES, (chosen["country"], _EXAMPLE_ARTISTS))
    st.session_state["examples_seen"] = turn + 1
    st.session_state["example_of"] = chosen["country_name"]
    st.session_state["artists"] = "\n".join(found["artist_name"])


@st.fragment
def _search_box(predictor: Predictor) -> None:
    typed = st.text_input(
        "Find an artist to add",
        key="artist_search",
        type="search",
        live=True,
        placeholder="Begin to type a name; slips are forgiven",
    )
    if not typed:
        return
    hits = predictor.search(typed, limit=_HITS)
    if not hits:
        st.caption(f"No artist of this build is called anything like “{plain(typed)}”.")
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for hit in hits:
            name = predictor.artist_name(hit)
            st.button(
                plain(name), key=f"add_{hit}", icon=":material/add:", on_click=_add, args=(name,)
            )


def _add(name: str) -> None:
    st.session_state["artists"] = entry.append(st.session_state.get("artists") or "", name)
    st.session_state["artist_search"] = ""
    # The button stands in a fragment; the list and the answer stand outside it.
    st.rerun()


def _replace(old: str, new: str) -> None:
    st.session_state["artists"] = entry.replace(st.session_state["artists"], old, new)


def _say_what_was_read(
    predictor: Predictor, entries: list[entry.Entry], matches: list[Match]
) -> None:
    if not entries:
        return
    known = sum(match.index is not None for match in matches[: entry.MOST])
    counted = min(len(entries), entry.MOST)
    more = f"; only the first {entry.MOST} count" if len(entries) > entry.MOST else ""
    st.markdown(f"**{known} of {counted}** artists found{more}.")
    corrected = [
        f"{plain(m.query)} → **{plain(predictor.artist_name(m.index))}**"
        for m in matches
        if m.kind == "corrected" and m.index is not None
    ]
    if corrected:
        st.markdown(f":material/spellcheck: Read as: {', '.join(corrected)}")
    for match in matches:
        if match.index is None:
            _suggest(predictor, match)


def _suggest(predictor: Predictor, match: Match) -> None:
    said = "could be several artists" if match.kind == "ambiguous" else "is not in this build"
    names = [predictor.artist_name(index) for index in match.candidates[:_SUGGESTIONS]]
    st.markdown(
        f":material/help: **{plain(match.query)}** {said}" + (". Did you mean:" if names else ".")
    )
    if names:
        with st.container(horizontal=True, gap="xsmall", wrap=True):
            for index, name in zip(match.candidates, names, strict=False):
                st.button(
                    plain(name),
                    key=f"replace_{match.query}_{index}",
                    on_click=_replace,
                    args=(match.query, name),
                )


def _options(build: Build) -> tuple[str, int | None]:
    recipes = data.read(build, "recipes").set_index("recipe")
    names = [name for name in build.manifest.recipes if name in recipes.index]
    default = build.manifest.default_recipe
    with st.expander("Options", icon=":material/tune:"):
        recipe = st.selectbox(
            "Recipe",
            names,
            index=names.index(default) if default in names else 0,
            format_func=lambda name: str(recipes.at[name, "label"]),
            key="recipe",
            bind="query-params",
            help="The way from artists to probabilities.",
        )
        st.caption(str(recipes.at[recipe, "meaning"]))
        scrobbles = st.number_input(
            "Plays in your whole history",
            min_value=0,
            value=None,
            step=1000,
            key="scrobbles",
            bind="query-params",
            placeholder="Unknown",
            help="Last.fm calls them total scrobbles. Leave it empty when you do not know.",
        )
    return recipe, scrobbles


# --- answering ------------------------------------------------------------------------------------


def _invite() -> None:
    st.markdown(
        "##### Enter some artists to see\n"
        "- :material/public: the **regions** and **countries** where people with such lists live\n"
        "- :material/percent: how **sure** that is, beside what one would guess of anybody\n"
        "- :material/spellcheck: which names were **found**, and how they were read"
    )
    st.caption("Ten artists do; fifty say more.")


def _answer(prediction: Prediction, *, simulated: bool) -> None:
    region, country = prediction.region, prediction.country
    st.subheader("Where such lists come from", anchor=False)
    st.markdown(verdict(country, region))
    st.caption(sureness(country))
    if prediction.without_vector:
        names = listed([plain(k.artist_name) for k in prediction.without_vector])
        st.caption(f"Too few listeners play {names} for a place in the taste space.")
    _map(country)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("##### The likeliest countries")
        _bars(country.head(_TOP_COUNTRIES), name="country_name")
    with right:
        st.markdown("##### The regions")
        _bars(region, name="region")
    st.caption(
        f"The {min(len(country), _TOP_COUNTRIES)} countries hold "
        f"{percent(country['probability'].head(_TOP_COUNTRIES).sum())} together. Grey ticks mark "
        "shares of all listeners learned from: what one would guess of anybody."
    )
    _flows(country)
    _within(region, country)
    st.caption(
        "This is an estimate of where people with such lists say they live. It is not a statement "
        "about anybody's nationality or ethnicity."
        + (
            " **These people are simulated**, and so is what follows from them."
            if simulated
            else ""
        )
    )
    with st.expander("All probabilities as a table", icon=":material/table:"):
        _probability_table(country)


def _map(country: pd.DataFrame) -> None:
    first = country["country_name"].iloc[0]
    st.plotly_chart(
        probability_map(country),
        config=dict(outlines.config()),
        key="probability_map",
        alt=f"World map of the probability of each country, highest for {first}",
    )


def _flows(country: pd.DataFrame) -> None:
    st.markdown("##### From regions to countries")
    table = queries.flows(country, least=_LEAST_FLOW)
    named = table[table["country_name"] != queries.OTHER_COUNTRIES]
    told = [
        f"{row.region} to {row.country_name} {percent(row.probability)}"
        for row in named.nlargest(_TOLD, "probability").itertuples()
    ]
    st.plotly_chart(
        sankey(table),
        config=dict(CONFIG),
        key="flows",
        alt=f"Probability that flows from regions to countries, most: {listed(told)}",
    )
    st.caption(
        f"Most goes from {listed(told)}. What is below {percent(_LEAST_FLOW)} is put together."
    )


def _within(region: pd.DataFrame, country: pd.DataFrame) -> None:
    st.markdown("##### Given a region, the country")
    chosen = st.selectbox(
        "Region",
        [_LIKELIEST, *in_order(region["region"])],
        key="region",
        bind="query-params",
        label_visibility="collapsed",
    )
    name = str(region["region"].iloc[0]) if chosen == _LIKELIEST else chosen
    members = queries.within(country, name, most=_TOP_COUNTRIES)
    _bars(members, name="country_name", value="within")
    st.caption(f"If the listener lives in {name}. Ticks: shares of that region's listeners.")


def _bars(table: pd.DataFrame, *, name: str, value: str = "probability") -> None:
    told = [f"{row[name]} {percent(row[value])}" for _, row in table.head(5).iterrows()]
    st.plotly_chart(
        probability_bars(table, name=name, value=value),
        config=dict(CONFIG),
        key=f"bars_{name}_{value}",
        alt=f"Probabilities: {listed(told)}",
    )


def _probability_table(country: pd.DataFrame) -> None:
    shares = {
        "probability": "Probability",
        "within": "Within its region",
        "share": "Of all listeners",
    }
    show_table(
        country[["country_name", "region", *shares]],
        name="probabilities",
        alt=f"Probability of each of {count(len(country))} countries",
        key="probabilities",
        table="countries",
        labels={"country_name": "Country", **shares},
        meanings={
            "probability": "Of this country, given the list.",
            "within": "Of this country, given the list and that the listener lives in its region.",
            "share": "Of the listeners learned from, whatever they play.",
        },
        units=dict.fromkeys(shares, "share"),
    )
