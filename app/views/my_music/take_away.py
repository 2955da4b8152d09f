"""Take away: a picture, the result as files, and a link that brings the list back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from app.look.downloads import as_csv, offer
from app.look.palette import Palette
from app.look.words import counted, percent, plain
from app.shell import address, data
from app.views.my_music import state
from app.views.my_music.asking import Question
from app.views.my_music.layers import CARE
from app.views.my_music.matching import AS_WRITTEN, Matched
from app.views.my_music.share_link import (
    PARAMETER,
    LinkError,
    SharedArtist,
    SharedList,
    pack,
    unpack,
)
from app.views.my_music.share_picture import Caption, picture
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Prediction
from pipeline.exports._shared.tally import name_key


def show_take_away(
    build: Build, question: Question, prediction: Prediction, matched: Sequence[Matched]
) -> None:
    """Offer everything that can be kept."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("##### A picture to share")
        _picture(build, question, prediction, data.palette(build))
    with right:
        st.markdown("##### A link to this list")
        _link(build, question, matched)
        st.markdown("##### The result as a file")
        _files(question, prediction)


# --- picture --------------------------------------------------------------------------------------


def _picture(build: Build, question: Question, prediction: Prediction, palette: Palette) -> None:
    caption = captions(prediction, simulated=build.manifest.source.simulated)
    asked = (build.id, question)
    made = state.once("picture", asked, lambda: picture(prediction, caption, palette))
    content = cast(bytes, made)
    st.image(content, width="stretch", alt=f"{caption.headline}. {caption.below}")
    offer(
        "Download the picture",
        content,
        file="listener-atlas.png",
        key="result_png",
        icon=":material/image:",
    )


def captions(prediction: Prediction, *, simulated: bool) -> Caption:
    """Write what stands on the picture beside the figures."""
    first, region = prediction.country.iloc[0], prediction.region.iloc[0]
    size = len(prediction.prediction_set)
    held = "this country" if size == 1 else f"one of {size} countries"
    artists = counted(len(prediction.matched), "artist", "artists")
    invented = "; the listeners learned from are simulated" if simulated else ""
    return Caption(
        headline=f"Most like listeners in {first['country_name']}",
        below=(
            f"{held.capitalize()}, 9 times in 10. "
            f"Likeliest region: {region['region']}, {percent(region['probability'])}"
        ),
        foot=(
            f"From {artists}{invented}. Grey ticks: shares of all listeners.",
            "An estimate of where people with such lists say they live, not of who they are.",
        ),
    )


# --- files ----------------------------------------------------------------------------------------


def _files(question: Question, prediction: Prediction) -> None:
    with st.container(horizontal=True, gap="small"):
        offer(
            "JSON",
            lambda: as_json(question, prediction),
            file="listener-atlas.json",
            key="result_json",
            icon=":material/data_object:",
        )
        offer(
            "CSV",
            lambda: as_csv(prediction.country),
            file="listener-atlas.csv",
            key="result_csv",
            icon=":material/table:",
        )
    st.caption("JSON holds the list, the settings and both layers; CSV the countries.")


def as_json(question: Question, prediction: Prediction) -> bytes:
    """Write an answer as JSON: the list, how it was asked, both layers and the set."""
    region = ["region", "probability", "share"]
    country = ["country", "country_name", "region", "probability", "within", "share", "in_set"]
    result: dict[str, Any] = {
        "note": CARE,
        "recipe": prediction.recipe,
        "tau": prediction.tau,
        "total_scrobbles": question.total_scrobbles,
        "artists": [
            {"artist_name": play.artist_name, "playcount": play.playcount}
            for play in question.plays
        ],
        "unknown": list(prediction.unknown),
        "prediction_set": list(prediction.prediction_set),
        "regions": json.loads(prediction.region[region].to_json(orient="records")),
        "countries": json.loads(prediction.country[country].to_json(orient="records")),
    }
    return json.dumps(result, ensure_ascii=False, indent=2).encode("utf-8")


# --- link -----------------------------------------------------------------------------------------


def _link(build: Build, question: Question, matched: Sequence[Matched]) -> None:
    packed = pack(shared_list(build, question, matched))
    st.code(packed.link(address.of_page("my_music")), language=None, wrap_lines=True, height=130)
    cut = (
        f" A link has no room for all {len(matched)} artists: it holds the first "
        f"**{packed.artists}**."
        if packed.artists < len(matched)
        else ""
    )
    st.caption(
        "The list, its play counts and the options are in the link itself, and nowhere else: "
        f"whoever has the link can read them.{cut}"
    )


def shared_list(build: Build, question: Question, matched: Sequence[Matched]) -> SharedList:
    """Give what a link holds: each name as what it was taken for."""
    default = question.recipe == build.manifest.default_recipe
    return SharedList(
        tuple(
            SharedArtist(one.artist_name, one.playcount, one.kind == AS_WRITTEN) for one in matched
        ),
        recipe=None if default else question.recipe,
        tau=question.tau,
        total_scrobbles=question.total_scrobbles,
    )


def open_link(build: Build) -> None:
    """Put the list of a link in place of the page's own; before any widget is drawn.

    The list then stands in the address as any other, and the link's own parameter is gone.
    """
    from app.views.my_music import entry

    packed = st.query_params.get(PARAMETER)
    if packed is None:
        return
    del st.query_params[PARAMETER]
    try:
        shared = unpack(packed)
    except LinkError as error:
        st.warning(plain(str(error)), icon=":material/link_off:")
        return
    text = entry.as_text(entry.Entry(a.artist_name, a.playcount) for a in shared.artists)
    state.write(text)
    state.keep_as_written([name_key(a.artist_name) for a in shared.artists if a.as_written])
    recipe = shared.recipe if shared.recipe in build.manifest.recipes else None
    if recipe:
        labels = data.recipes(build).set_index("recipe")["label"]
        st.session_state["recipe"] = str(labels[recipe])
    if shared.tau is not None:
        own = recipe in (None, build.manifest.default_recipe)
        st.session_state["tau" if own else f"tau_{recipe}"] = shared.tau
    if shared.total_scrobbles is not None:
        st.session_state["scrobbles"] = shared.total_scrobbles
