"""Countries side by side: their artists, their neighbours by taste, and how well they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.charts.probability_bars import probability_bars
from app.charts.still import STILL
from app.look.columns import Column, declared, measured
from app.look.palette import Palette
from app.look.selectors import WAY, choose_part, choose_recipe
from app.look.tables import show_table
from app.look.words import count, counted, listed, percent, plain
from app.queries import countries as country_queries
from app.shell import address, data
from app.shell.page import page
from pipeline.core.builds.build import Build

_MOST = 4
_TOP_ARTISTS = 100
_NEIGHBOURS = 8
_BARS = 8
_TOLD = 3
_TABLE_HEIGHT = 390
_CHOICE = "countries_chosen"
_ARTIST = Column(
    "artist_name", "Artist", "Opens the artist in a new tab.", link=address.ARTIST_PAGE
)
_SHARES = [
    Column("country", hidden=True),
    Column("country_name", "Country"),
    Column("region"),
    Column("n", "Listeners"),
    Column("probability", "Share", unit="share"),
]


@page("Countries", icon=":material/flag:", order=40)
def countries(build: Build) -> None:
    """Compare up to four countries: top and typical artists, neighbours by taste, predictions."""
    table = data.read(build, "countries").sort_values("country_name", ignore_index=True)
    chosen = _choose(table)
    if chosen.empty:
        st.caption("Choose one country, or several to see them side by side.")
        return
    for column, country in _side_by_side(chosen, named=False):
        with column:
            _figures(country, build)
    _top_artists(build, chosen)
    _typical_artists(build, chosen)
    near = st.container()
    _predictions(build, chosen, table)
    # Filled last, so that its links hold what is chosen below it.
    with near:
        _neighbours(build, chosen)


# --- choosing -------------------------------------------------------------------------------------


def _choose(table: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the chosen countries; the address names them, else the largest."""
    names = table.set_index("country")["country_name"]
    given = address.asked(address.COUNTRY)
    strange = country_queries.unknown(given, names.index)
    wanted = country_queries.codes(given, names.index, most=_MOST)
    if not wanted and address.COUNTRY not in st.query_params and _CHOICE not in st.session_state:
        wanted = [str(table.loc[table["listeners"].idxmax(), "country"])]
    if st.session_state.get(_CHOICE) != wanted:
        st.session_state[_CHOICE] = wanted
    codes = st.multiselect(
        "Countries",
        names.index.tolist(),
        format_func=lambda code: str(names[code]),
        key=_CHOICE,
        max_selections=_MOST,
        on_change=_write_address,
        select_all=False,
        placeholder=f"Choose up to {_MOST}",
    )
    if strange:
        said = listed([f"“{plain(code)}”" for code in strange])
        st.caption(
            f":material/error: No listener states {said}; countries go by two letters, such as PL."
        )
    return table.set_index("country", drop=False).loc[codes].reset_index(drop=True)


def _write_address() -> None:
    address.ask_for(address.COUNTRY, st.session_state[_CHOICE])


def _side_by_side(
    chosen: pd.DataFrame, *, named: bool = True
) -> Iterator[tuple[DeltaGenerator, pd.Series]]:
    """A column for each country, under its name where there are several: a phone stacks them."""
    columns = st.columns(len(chosen), gap="medium")
    for column, (_, country) in zip(columns, chosen.iterrows(), strict=True):
        if named and len(chosen) > 1:
            column.markdown(f"**{plain(country['country_name'])}**")
        yield column, country


# --- what is played -------------------------------------------------------------------------------


def _figures(country: pd.Series, build: Build) -> None:
    st.header(country["country_name"], anchor=False)
    st.caption(
        f"{country['region']} · {counted(country['listeners'], 'listener', 'listeners')}, "
        f"{count(country['train_listeners'])} learned from"
    )
    if not country["kept"]:
        least = build.manifest.config["clean"]["min_listeners"]
        st.caption(
            f":material/info: Too few listeners state it to be predicted: it takes {least}. "
            "Little is known of its taste."
        )
    elif country["joke"]:
        st.caption(":material/info: Many who state it do so in jest.")


def _top_artists(build: Build, chosen: pd.DataFrame) -> None:
    st.subheader("Top artists", anchor=False)
    for column, country in _side_by_side(chosen):
        code = country["country"]
        found = data.ask(build, country_queries.TOP_ARTISTS, (code, _TOP_ARTISTS, _TOP_ARTISTS))
        with column:
            show_table(
                found,
                declared(
                    "artist_rank_in_country",
                    _ARTIST,
                    "rank",
                    Column("plays", unit="count"),
                    "listeners",
                    Column("artist", hidden=True),
                ),
                name=f"top_artists_{code}",
                alt=f"Most played artists in {country['country_name']}",
                key=f"top_{code}",
                height=_TABLE_HEIGHT,
            )
    st.caption(f"By plays, the first {_TOP_ARTISTS}.")


def _typical_artists(build: Build, chosen: pd.DataFrame) -> None:
    st.subheader("Most typical artists", anchor=False)
    for column, country in _side_by_side(chosen):
        code = country["country"]
        found = data.ask(build, country_queries.TYPICAL_ARTISTS, (code,))
        with column:
            show_table(
                found,
                declared(
                    "typical_artists",
                    _ARTIST,
                    Column("lift", unit="times"),
                    "listeners",
                    "rank",
                    Column("artist", hidden=True),
                ),
                name=f"typical_artists_{code}",
                alt=f"Artists most typical of {country['country_name']}",
                key=f"typical_{code}",
                height=_TABLE_HEIGHT,
                empty="Too few listeners to say what is typical.",
            )
    st.caption(
        "Lift says how many times as common an artist is among the country's listeners as among "
        "all. It is shrunk towards 1 where few people have the artist, so that chance does not "
        "win."
    )


def _neighbours(build: Build, chosen: pd.DataFrame) -> None:
    st.subheader("Nearest countries by taste", anchor=False)
    for column, country in _side_by_side(chosen):
        near = data.ask(build, country_queries.NEIGHBOURS, (country["country"],))
        with column:
            _nearest(near, country)
    st.caption(
        "Similarity compares the mean listener of both: 1 is the same taste, 0 no more alike than "
        "chance, below 0 apart. A click leads to a country's own page."
    )


def _nearest(near: pd.DataFrame, country: pd.Series) -> None:
    if near.empty:
        st.caption("Too few listeners to compare its taste.")
        return
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for row in near.head(_NEIGHBOURS).itertuples():
            label = f"{plain(str(row.country_name))} {row.similarity:.2f}"
            address.country_link(str(row.country), label)
    with st.expander("All countries as a table", icon=":material/table:"):
        show_table(
            near,
            declared(
                "country_neighbours",
                Column(
                    "country_name",
                    "Country",
                    "Opens the country in a new tab.",
                    link=address.COUNTRY_PAGE,
                ),
                "similarity",
                "rank",
                "region",
                Column("country", hidden=True),
            ),
            name=f"neighbours_of_{country['country']}",
            alt=f"Countries by how alike their taste is to that of {country['country_name']}",
            key=f"near_{country['country']}",
        )


# --- how well it is predicted ---------------------------------------------------------------------


def _predictions(build: Build, chosen: pd.DataFrame, table: pd.DataFrame) -> None:
    st.subheader("How well it is predicted", anchor=False)
    kept = chosen[chosen["kept"].astype(bool)].reset_index(drop=True)
    if kept.empty:
        st.caption(
            f"Never: too few listeners state {listed(chosen['country_name'].tolist())} to learn "
            "from."
        )
        return
    recipe, part = _recipe_and_part(build)
    _quality(build, kept, recipe=recipe, part=part)
    confused = {
        code: data.ask(build, country_queries.CONFUSED, (recipe, part, code, code))
        for code in kept["country"]
    }
    st.subheader("What its listeners are taken for", anchor=False)
    _confusions(build, kept, confused, table, country_queries.taken_for, "taken")
    st.caption("Share of the listeners who state the country, by the country named first for them.")
    st.subheader("Who is taken for it", anchor=False)
    _confusions(build, kept, confused, table, country_queries.takes, "takes")
    st.caption("Share of the listeners for whom the country is named first, by where they live.")


def _recipe_and_part(build: Build) -> tuple[str, str]:
    default = build.manifest.default_recipe
    of_recipe, of_part = st.columns(2, gap="medium")
    with of_recipe:
        recipe = choose_recipe(
            data.recipes(build), key="countries_recipe", default=default, meaning=WAY
        )
    with of_part:
        part = choose_part("countries_part")
    return recipe, part


def _quality(build: Build, kept: pd.DataFrame, *, recipe: str, part: str) -> None:
    codes = kept["country"].tolist()
    marks = ", ".join("?" * len(codes))
    metrics = data.read(
        build,
        "metrics",
        f"recipe = ? AND part = ? AND view = 'country' AND subject IN ({marks})",
        (recipe, part, *codes),
    )
    found = country_queries.quality(metrics, codes)
    named = kept[["country", "country_name"]].merge(found, on="country")
    shown = (*country_queries.METRICS, *country_queries.COUNTS)
    show_table(
        named,
        [
            Column("country_name", "Country"),
            *measured(data.read(build, "metric_catalogue"), *shown),
            Column("country", hidden=True),
        ],
        name="country_predictions",
        alt="How well each chosen country is predicted",
        key="country_quality",
        empty="There are no figures for this choice.",
    )
    st.caption(_quality_in_words(named))


def _quality_in_words(named: pd.DataFrame) -> str:
    """Say what the figures rest on, and why some are undefined."""
    rests = [
        f"{row.country_name}: recall on {count(row.listeners_true)}, precision on "
        f"{counted(row.listeners_predicted, 'listener', 'listeners')}"
        for row in named.dropna(subset=list(country_queries.COUNTS)).itertuples()
    ]
    words = [f"{'; '.join(rests)}."] if rests else []
    never = named.loc[named["precision"].isna(), "country_name"].tolist()
    absent = named.loc[named["recall"].isna(), "country_name"].tolist()
    if never:
        words.append(f"Precision is undefined where nobody is predicted to live: {listed(never)}.")
    if absent:
        words.append(f"Recall is undefined where no listener is measured on: {listed(absent)}.")
    return " ".join(words)


def _confusions(
    build: Build,
    kept: pd.DataFrame,
    confused: dict[str, pd.DataFrame],
    table: pd.DataFrame,
    ask: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
    key: str,
) -> None:
    for column, country in _side_by_side(kept):
        shares = ask(confused[country["country"]], table, country["country"])
        with column:
            if shares.empty:
                st.caption("Nobody.")
                continue
            code, name = country["country"], country["country_name"]
            _share_bars(shares, f"{key}_{code}", name, data.palette(build))


def _share_bars(shares: pd.DataFrame, key: str, name: str, palette: Palette) -> None:
    told = [
        f"{row.country_name} {percent(row.probability)}" for row in shares.head(_TOLD).itertuples()
    ]
    st.plotly_chart(
        probability_bars(shares.head(_BARS), name="country_name", palette=palette),
        config=dict(STILL),
        key=key,
        alt=f"{name}: {listed(told)}",
    )
    with st.expander(_of_all(shares), icon=":material/table:"):
        show_table(
            shares,
            _SHARES,
            name=key,
            alt=f"Confusions of {name}",
            key=f"{key}_table",
        )


def _of_all(shares: pd.DataFrame) -> str:
    countries = counted(len(shares), "country", "countries")
    return f"All {countries}, {counted(int(shares['n'].sum()), 'listener', 'listeners')}"
