"""A listener's place on the map of artists."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.artist_map import artist_map, whole
from app.look.palette import Palette

HEIGHT = 520
_SIZE = 26
_MARK, _LINE = "#E8590C", "#FFFFFF"
_PALE = 0.3


def taste_place(
    points: pd.DataFrame,
    own: pd.DataFrame,
    centre: tuple[float, float] | None,
    *,
    palette: Palette,
) -> go.Figure:
    """Draw artists pale, a list's own as stars, and the list's place as a cross.

    Parameters
    ----------
    points, own : DataFrame
        As in `app.charts.artist_map.artist_map`.
    centre : (x, y), optional
        The list's place; None when no artist of it is on the map.
    palette : Palette
        Colours of the regions.
    """
    ends = [points["x"].min(), points["x"].max(), points["y"].min(), points["y"].max()]
    window = whole(*(float(end) for end in ends))
    figure = artist_map(points, colour="Region", window=window, palette=palette, own=own)
    figure.update_traces(
        marker_opacity=_PALE, selector=lambda trace: trace.name not in ("My artists",)
    )
    if centre is not None:
        figure.add_scattergl(
            x=[centre[0]],
            y=[centre[1]],
            mode="markers",
            name="You",
            hovertemplate="<b>You</b><br>The mean of your artists<extra></extra>",
            marker={
                "symbol": "cross",
                "size": _SIZE,
                "color": _MARK,
                "line": {"width": 2, "color": _LINE},
            },
        )
    figure.update_layout(height=HEIGHT, dragmode=False)
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
